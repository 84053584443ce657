import { SALE_BOUNDS } from '@shelfcast/shared/sale-bounds.ts'
import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { persons } from '../accounts/tables.ts'
import { skus } from '../catalog/tables.ts'
import { at, createdAt, idColumn, minor } from '../kernel/columns.ts'
import { shows } from '../shows/tables.ts'
import type { SaleMover, SaleStatus, Terms } from './rules.ts'

const between = ([min, max]: readonly [number, number]) => sql.raw(`${min} and ${max}`)

/**
 * A flash sale: a price and a capped quantity of one SKU for a few minutes of a show. `taken` counts the units that
 * nobody else can have: in orders and, by offers to its waiting list, set aside. It never passes `quantity`.
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
    /**
     * `hold`: an order takes its units, and has its time to be paid · `first_paid`: a payment takes them, and an order
     * nothing. Set when the sale is made, and never changed.
     */
    allocation: text('allocation', { enum: ['hold', 'first_paid'] })
      .notNull()
      .default('hold'),
    /** Of a sale by `first_paid`: its orders that wait for payment. */
    unpaidOrders: integer('unpaid_orders').notNull().default(0),
    countdownS: integer('countdown_s').notNull(),
    durationS: integer('duration_s').notNull(),
    /** What the merchant allowed, kept from the first narrowing on; null while the terms are the merchant's own. */
    priceMinorMin: minor('price_minor_min'),
    quantityMax: integer('quantity_max'),
    perBuyerLimitMax: integer('per_buyer_limit_max'),
    countdownSMax: integer('countdown_s_max'),
    durationSMax: integer('duration_s_max'),
    /** Rises with every change of the terms; `sale_changes` tells of each. */
    termsVersion: integer('terms_version').notNull().default(1),
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
    check('flash_sales_allocation', sql`${t.allocation} in ('hold', 'first_paid')`),
    check('flash_sales_unpaid_orders', sql`${t.unpaidOrders} >= 0`),
    check('flash_sales_taken', sql`${t.taken} between 0 and ${t.quantity}`),
    check('flash_sales_numbers', sql`${t.priceMinor} > 0 and ${t.quantity} > 0 and ${t.perBuyerLimit} > 0`),
    check(
      'flash_sales_seconds',
      sql`${t.countdownS} between ${between(SALE_BOUNDS.countdownS)} and ${t.durationS} between ${between(SALE_BOUNDS.durationS)}`,
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

/**
 * A SKU's price between two moments, in all of the tenant's shows; of several at once the lowest holds. `version` rises
 * with every change, so that an order tells which one it was priced by.
 */
export const campaignPrices = pgTable(
  'campaign_prices',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    skuId: idColumn('sku_id'),
    name: text('name').notNull(),
    priceMinor: minor('price_minor').notNull(),
    startsAt: at('starts_at').notNull(),
    endsAt: at('ends_at').notNull(),
    version: integer('version').notNull().default(1),
    /** Who set it last. */
    personId: idColumn('person_id').references(() => persons.id),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('campaign_prices_id').on(t.id),
    index('campaign_prices_sku').on(t.tenantId, t.skuId, t.endsAt),
    foreignKey({
      name: 'campaign_prices_sku_fk',
      columns: [t.tenantId, t.skuId],
      foreignColumns: [skus.tenantId, skus.id],
    }),
    check('campaign_prices_price', sql`${t.priceMinor} between 1 and 1000000000`),
    check('campaign_prices_times', sql`${t.startsAt} < ${t.endsAt}`),
    check('campaign_prices_version', sql`${t.version} > 0`),
  ],
)

/** Every version of a sale's terms: who set it and when, and what it was before, which the first has not. Append-only. */
export const saleChanges = pgTable(
  'sale_changes',
  {
    tenantId: idColumn('tenant_id'),
    saleId: idColumn('sale_id'),
    version: integer('version').notNull(),
    personId: idColumn('person_id').references(() => persons.id),
    before: jsonb('before').$type<Terms>(),
    after: jsonb('after').$type<Terms>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.saleId, t.version] }),
    foreignKey({
      name: 'sale_changes_sale_fk',
      columns: [t.tenantId, t.saleId],
      foreignColumns: [flashSales.tenantId, flashSales.id],
    }),
    check('sale_changes_version', sql`${t.version} > 0 and (${t.version} = 1) = (${t.before} is null)`),
  ],
)

/**
 * Every move of a sale from one status to another, written by the statement that made it: who made it at the desk, or
 * the clock, or the end of its show; and its place in the room's log, which a sale that viewers never saw has not.
 * Append-only; with `sale_changes` it is all that ever happened to a sale.
 */
export const saleEvents = pgTable(
  'sale_events',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    tenantId: idColumn('tenant_id'),
    saleId: idColumn('sale_id'),
    fromStatus: text('from_status').$type<SaleStatus>().notNull(),
    toStatus: text('to_status').$type<SaleStatus>().notNull(),
    mover: text('mover').$type<SaleMover>().notNull(),
    personId: text('person_id').references(() => persons.id),
    roomEpoch: integer('room_epoch'),
    roomOffset: bigint('room_offset', { mode: 'number' }),
    at: at('at').notNull(),
  },
  (t) => [
    // A sale never comes back to where it was.
    unique('sale_events_once').on(t.tenantId, t.saleId, t.toStatus),
    foreignKey({
      name: 'sale_events_sale_fk',
      columns: [t.tenantId, t.saleId],
      foreignColumns: [flashSales.tenantId, flashSales.id],
    }),
    check('sale_events_mover', sql`(${t.mover} = 'desk') = (${t.personId} is not null)`),
    check('sale_events_room', sql`(${t.roomEpoch} is null) = (${t.roomOffset} is null)`),
  ],
)

/**
 * A place on the waiting list of a flash sale that is sold out. `place` gives the order. What comes free is offered to
 * the first who waits, and is theirs alone until `offerUntil`: meanwhile it is reserved, as if it were in an order.
 */
export const saleWaiters = pgTable(
  'sale_waiters',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    saleId: idColumn('sale_id'),
    personId: idColumn('person_id').references(() => persons.id),
    place: bigserial('place', { mode: 'number' }).notNull(),
    /** `lapsed`: an offer that was not taken in time · `over`: the sale ended. The last four are final. */
    status: text('status', { enum: ['waiting', 'offered', 'bought', 'lapsed', 'left', 'over'] })
      .notNull()
      .default('waiting'),
    /** How long an offer to this place stands. */
    offerMs: integer('offer_ms').notNull(),
    offeredAt: at('offered_at'),
    offerUntil: at('offer_until'),
    /** The order that it became. */
    orderId: text('order_id'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('sale_waiters_one_place')
      .on(t.tenantId, t.saleId, t.personId)
      .where(sql`${t.status} in ('waiting', 'offered')`),
    index('sale_waiters_line').on(t.tenantId, t.saleId, t.place).where(sql`${t.status} = 'waiting'`),
    index('sale_waiters_offers').on(t.offerUntil).where(sql`${t.status} = 'offered'`),
    index('sale_waiters_person').on(t.personId),
    foreignKey({
      name: 'sale_waiters_sale_fk',
      columns: [t.tenantId, t.saleId],
      foreignColumns: [flashSales.tenantId, flashSales.id],
    }),
    check(
      'sale_waiters_status',
      sql`${t.status} in ('waiting', 'offered', 'bought', 'lapsed', 'left', 'over')`,
    ),
    check('sale_waiters_offer', sql`${t.status} <> 'offered' or ${t.offerUntil} is not null`),
    check('sale_waiters_order', sql`(${t.status} = 'bought') = (${t.orderId} is not null)`),
  ],
)
