import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { persons, tenants } from '../accounts/tables.ts'
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

/** The line that stands above a show's chat. */
export const pinnedLines = pgTable(
  'pinned_lines',
  {
    tenantId: idColumn('tenant_id'),
    showId: idColumn('show_id'),
    lineId: idColumn('line_id'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.showId] }),
    foreignKey({
      name: 'pinned_lines_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    foreignKey({
      name: 'pinned_lines_line_fk',
      columns: [t.tenantId, t.lineId],
      foreignColumns: [chatLines.tenantId, chatLines.id],
    }),
  ],
)

/** Who may not enter any room of a tenant. */
export const bans = pgTable(
  'bans',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    personId: idColumn('person_id').references(() => persons.id),
    bannedBy: idColumn('banned_by').references(() => persons.id),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.personId] })],
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
