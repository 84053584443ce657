import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { persons, tenants } from '../accounts/tables.ts'
import { battles } from '../battles/tables.ts'
import { createdAt, idColumn, minor } from '../kernel/columns.ts'
import { ledgerTransfers } from '../ledger/tables.ts'
import { shows } from '../shows/tables.ts'

/** Every version of what a hundred coins of tips are worth to who earned them; the last one of a currency holds. */
export const coinRates = pgTable(
  'coin_rates',
  {
    currency: text('currency').notNull(),
    version: integer('version').notNull(),
    minorPer100Coins: integer('minor_per_100_coins').notNull(),
    /** A person's id. */
    by: text('by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.currency, t.version] }),
    check('coin_rates_positive', sql`${t.version} > 0 and ${t.minorPer100Coins} > 0`),
  ],
)

/** Tips of a show made into money, by which rate, and what the show's host had of it. */
export const tipSettlements = pgTable(
  'tip_settlements',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    id: idColumn('id'),
    showId: idColumn('show_id'),
    coins: minor('coins').notNull(),
    currency: text('currency').notNull(),
    rateVersion: integer('rate_version').notNull(),
    minorPer100Coins: integer('minor_per_100_coins').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    hostId: text('host_id').references(() => persons.id),
    hostMinor: minor('host_minor').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('tip_settlements_host').on(t.hostId).where(sql`${t.hostId} is not null`),
    foreignKey({
      name: 'tip_settlements_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    check('tip_settlements_amounts', sql`${t.coins} > 0 and ${t.hostMinor} between 0 and ${t.amountMinor}`),
  ],
)

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
    /** Null while it waits to be made into money. */
    settlementId: text('settlement_id'),
    /** The battle in which it counts, for the show that it was given to. */
    battleId: text('battle_id').references(() => battles.id),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('tips_show').on(t.showId, t.id),
    index('tips_transfer').on(t.transferId),
    index('tips_battle').on(t.battleId, t.showId).where(sql`battle_id is not null`),
    index('tips_unsettled').on(t.tenantId, t.showId).where(sql`${t.settlementId} is null`),
    foreignKey({
      name: 'tips_settlement_fk',
      columns: [t.tenantId, t.settlementId],
      foreignColumns: [tipSettlements.tenantId, tipSettlements.id],
    }),
    foreignKey({
      name: 'tips_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    check('tips_positive', sql`${t.count} > 0 and ${t.coins} > 0`),
  ],
)
