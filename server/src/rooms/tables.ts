import { sql } from 'drizzle-orm'
import { bigint, check, foreignKey, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { idColumn } from '../kernel/columns.ts'
import { shows } from '../shows/tables.ts'

/**
 * Where each room's numbered stream stands. The SQL function `room_append` moves it and writes `room_log`, a table
 * partitioned by time that a custom migration makes (drizzle-kit knows no partitions).
 */
export const roomHeads = pgTable(
  'room_heads',
  {
    tenantId: idColumn('tenant_id'),
    showId: idColumn('show_id'),
    epoch: integer('epoch').notNull().default(1),
    offset: bigint('offset', { mode: 'number' }).notNull().default(0),
    likes: bigint('likes', { mode: 'number' }).notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.showId] }),
    foreignKey({
      name: 'room_heads_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    check('room_heads_positive', sql`${t.epoch} > 0 and ${t.offset} >= 0 and ${t.likes} >= 0`),
  ],
)

/** What a show's room did not deliver, by delivery class and reason: the sum over all nodes. */
export const roomDrops = pgTable(
  'room_drops',
  {
    tenantId: idColumn('tenant_id'),
    showId: idColumn('show_id'),
    class: text('class').notNull(),
    reason: text('reason').notNull(),
    events: bigint('events', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.showId, t.class, t.reason] }),
    foreignKey({
      name: 'room_drops_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    check('room_drops_positive', sql`${t.events} > 0`),
  ],
)
