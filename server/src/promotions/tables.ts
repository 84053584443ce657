import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { skus } from '../catalog/tables.ts'
import { at, createdAt, idColumn, minor } from '../kernel/columns.ts'
import { shows } from '../shows/tables.ts'

/**
 * A flash sale: a price and a capped quantity of one SKU for a few minutes of a show. `taken` counts units in
 * orders, paid or not; it never passes `quantity`.
 */
export const flashSales = pgTable(
  'flash_sales',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    showId: idColumn('show_id'),
    skuId: idColumn('sku_id'),
    status: text('status', { enum: ['scheduled', 'countdown', 'running', 'ended', 'stopped'] })
      .notNull()
      .default('scheduled'),
    priceMinor: minor('price_minor').notNull(),
    quantity: integer('quantity').notNull(),
    taken: integer('taken').notNull().default(0),
    perBuyerLimit: integer('per_buyer_limit').notNull(),
    countdownS: integer('countdown_s').notNull(),
    durationS: integer('duration_s').notNull(),
    /** What the merchant allowed, kept from the first narrowing on; null while the terms are the merchant's own. */
    priceMinorMin: minor('price_minor_min'),
    quantityMax: integer('quantity_max'),
    perBuyerLimitMax: integer('per_buyer_limit_max'),
    countdownSMax: integer('countdown_s_max'),
    durationSMax: integer('duration_s_max'),
    /** When it is to begin by itself, after its countdown; null where somebody starts it. */
    plannedAt: at('planned_at'),
    startsAt: at('starts_at'),
    endsAt: at('ends_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('flash_sales_id').on(t.id),
    index('flash_sales_show').on(t.tenantId, t.showId),
    index('flash_sales_open').on(t.status).where(sql`${t.status} in ('scheduled', 'countdown', 'running')`),
    uniqueIndex('flash_sales_one_open_per_sku')
      .on(t.tenantId, t.skuId)
      .where(sql`${t.status} in ('countdown', 'running')`),
    foreignKey({
      name: 'flash_sales_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    foreignKey({
      name: 'flash_sales_sku_fk',
      columns: [t.tenantId, t.skuId],
      foreignColumns: [skus.tenantId, skus.id],
    }),
    check(
      'flash_sales_status',
      sql`${t.status} in ('scheduled', 'countdown', 'running', 'ended', 'stopped')`,
    ),
    check('flash_sales_taken', sql`${t.taken} between 0 and ${t.quantity}`),
    check(
      'flash_sales_numbers',
      sql`${t.priceMinor} > 0 and ${t.quantity} > 0 and ${t.perBuyerLimit} > 0 and ${t.countdownS} >= 0 and ${t.durationS} > 0`,
    ),
    check(
      'flash_sales_within_allowed',
      sql`${t.priceMinor} >= coalesce(${t.priceMinorMin}, ${t.priceMinor})
        and ${t.quantity} <= coalesce(${t.quantityMax}, ${t.quantity})
        and ${t.perBuyerLimit} <= coalesce(${t.perBuyerLimitMax}, ${t.perBuyerLimit})
        and ${t.countdownS} <= coalesce(${t.countdownSMax}, ${t.countdownS})
        and ${t.durationS} <= coalesce(${t.durationSMax}, ${t.durationS})`,
    ),
    check(
      'flash_sales_times',
      sql`${t.status} in ('scheduled', 'stopped') or (${t.startsAt} is not null and ${t.endsAt} is not null and ${t.startsAt} < ${t.endsAt})`,
    ),
  ],
)
