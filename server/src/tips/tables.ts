import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { persons } from '../accounts/tables.ts'
import { battles } from '../battles/tables.ts'
import { createdAt, idColumn, minor } from '../kernel/columns.ts'
import { ledgerTransfers } from '../ledger/tables.ts'
import { shows } from '../shows/tables.ts'

export const tips = pgTable(
  'tips',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    showId: idColumn('show_id'),
    personId: idColumn('person_id').references(() => persons.id),
    name: text('name').notNull(),
    giftId: text('gift_id').notNull(),
    count: integer('count').notNull(),
    coins: minor('coins').notNull(),
    transferId: idColumn('transfer_id').references(() => ledgerTransfers.id),
    /** The battle in which it counts, for the show that it was given to. */
    battleId: text('battle_id').references(() => battles.id),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('tips_show').on(t.showId, t.id),
    index('tips_battle').on(t.battleId, t.showId).where(sql`battle_id is not null`),
    foreignKey({
      name: 'tips_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    check('tips_positive', sql`${t.count} > 0 and ${t.coins} > 0`),
  ],
)
