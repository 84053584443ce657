import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { persons } from '../accounts/tables.ts'
import { at, createdAt, idColumn } from '../kernel/columns.ts'
import { shows } from '../shows/tables.ts'

/** The show's record of what was said, for moderation and replay. Written in batches, after the room heard it. */
export const chatLines = pgTable(
  'chat_lines',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    showId: idColumn('show_id'),
    personId: idColumn('person_id').references(() => persons.id),
    name: text('name').notNull(),
    role: text('role').notNull(),
    text: text('text').notNull(),
    deletedAt: at('deleted_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('chat_lines_show').on(t.showId, t.id),
    foreignKey({
      name: 'chat_lines_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    check('chat_lines_text', sql`length(${t.text}) between 1 and 500`),
  ],
)

/** Who is muted in a room, and until when. */
export const mutes = pgTable(
  'mutes',
  {
    tenantId: idColumn('tenant_id'),
    showId: idColumn('show_id'),
    personId: idColumn('person_id').references(() => persons.id),
    mutedBy: idColumn('muted_by').references(() => persons.id),
    until: at('until').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.showId, t.personId] }),
    foreignKey({
      name: 'mutes_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
  ],
)
