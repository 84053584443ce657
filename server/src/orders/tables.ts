import type { VisitSource } from '@shelfcast/shared/facts/source.ts'
import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { persons, tenants } from '../accounts/tables.ts'
import { skus } from '../catalog/tables.ts'
import { at, createdAt, idColumn, minor } from '../kernel/columns.ts'
import { flashSales } from '../promotions/tables.ts'
import { shows } from '../shows/tables.ts'

export const orders = pgTable(
  'orders',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    id: idColumn('id'),
    personId: idColumn('person_id').references(() => persons.id),
    showId: text('show_id'),
    /** One of ORDER_STATUSES; what may follow what is in rules.ts. */
    status: text('status').notNull().default('pending_payment'),
    currency: text('currency').notNull(),
    /** The sum of the lines and of all adjustments. */
    totalMinor: minor('total_minor').notNull(),
    address: jsonb('address').$type<Record<string, string>>().notNull(),
    /** Where the visit came from, of a buyer who agreed to that. */
    visit: jsonb('visit').$type<VisitSource>().notNull().default({}),
    expiresAt: at('expires_at'),
    paidAt: at('paid_at'),
    closedAt: at('closed_at'),
    /** When it came into its present status. */
    movedAt: at('moved_at').notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('orders_id').on(t.id),
    index('orders_person').on(t.personId, t.id),
    index('orders_show').on(t.tenantId, t.showId, t.id),
    // Without those that wait for payment, so that placing an order does not pay for it.
    index('orders_by_status').on(t.tenantId, t.status, t.id).where(sql`${t.status} <> 'pending_payment'`),
    index('orders_on_the_way').on(t.movedAt).where(sql`${t.status} in ('shipped', 'delivered')`),
    index('orders_unpaid').on(t.expiresAt).where(sql`${t.status} = 'pending_payment'`),
    index('orders_unpaid_person').on(t.personId).where(sql`${t.status} = 'pending_payment'`),
    foreignKey({
      name: 'orders_show_fk',
      columns: [t.tenantId, t.showId],
      foreignColumns: [shows.tenantId, shows.id],
    }),
    check(
      'orders_status',
      sql`${t.status} in ('pending_payment', 'paid', 'packed', 'shipped', 'delivered', 'completed', 'cancelled', 'expired', 'refunding', 'refunded', 'partially_refunded')`,
    ),
    check('orders_total', sql`${t.totalMinor} >= 0`),
    check('orders_pending_expires', sql`${t.status} <> 'pending_payment' or ${t.expiresAt} is not null`),
  ],
)

/** A line keeps the name, options and price it was bought at. Fulfilment and refunds are by line. */
export const orderLines = pgTable(
  'order_lines',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    orderId: idColumn('order_id'),
    skuId: idColumn('sku_id'),
    productId: idColumn('product_id'),
    saleId: text('sale_id'),
    title: text('title').notNull(),
    options: jsonb('options').$type<Record<string, string>>().notNull(),
    /** Storage key of the picture it was bought by; a picture that a line shows is never swept. */
    pictureKey: text('picture_key'),
    unitPriceMinor: minor('unit_price_minor').notNull(),
    quantity: integer('quantity').notNull(),
    fulfilment: text('fulfilment', { enum: ['none', 'packed', 'shipped', 'delivered'] })
      .notNull()
      .default('none'),
    refundedQuantity: integer('refunded_quantity').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('order_lines_order').on(t.tenantId, t.orderId),
    index('order_lines_picture').on(t.pictureKey).where(sql`${t.pictureKey} is not null`),
    foreignKey({
      name: 'order_lines_order_fk',
      columns: [t.tenantId, t.orderId],
      foreignColumns: [orders.tenantId, orders.id],
    }),
    foreignKey({
      name: 'order_lines_sku_fk',
      columns: [t.tenantId, t.skuId],
      foreignColumns: [skus.tenantId, skus.id],
    }),
    foreignKey({
      name: 'order_lines_sale_fk',
      columns: [t.tenantId, t.saleId],
      foreignColumns: [flashSales.tenantId, flashSales.id],
    }),
    check(
      'order_lines_quantity',
      sql`${t.quantity} > 0 and ${t.refundedQuantity} between 0 and ${t.quantity}`,
    ),
    check('order_lines_price', sql`${t.unitPriceMinor} >= 0`),
    check('order_lines_fulfilment', sql`${t.fulfilment} in ('none', 'packed', 'shipped', 'delivered')`),
  ],
)

/** What made the total: live price, later coupon, points, group price, shipping, tax; each with its rule. */
export const orderAdjustments = pgTable(
  'order_adjustments',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    orderId: idColumn('order_id'),
    lineId: text('line_id'),
    type: text('type').notNull(),
    rule: text('rule').notNull(),
    ruleVersion: integer('rule_version').notNull(),
    amountMinor: minor('amount_minor').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.orderId, t.id] }), // also to find them by their order
    foreignKey({
      name: 'order_adjustments_order_fk',
      columns: [t.tenantId, t.orderId],
      foreignColumns: [orders.tenantId, orders.id],
    }),
    foreignKey({
      name: 'order_adjustments_line_fk',
      columns: [t.tenantId, t.lineId],
      foreignColumns: [orderLines.tenantId, orderLines.id],
    }),
  ],
)

/** Who gets what of an order: the merchant, later hosts and distributors. */
export const orderPayees = pgTable(
  'order_payees',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    orderId: idColumn('order_id'),
    kind: text('kind', { enum: ['merchant', 'host', 'distributor', 'platform'] }).notNull(),
    payeeId: idColumn('payee_id'),
    amountMinor: minor('amount_minor').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('order_payees_order').on(t.tenantId, t.orderId),
    foreignKey({
      name: 'order_payees_order_fk',
      columns: [t.tenantId, t.orderId],
      foreignColumns: [orders.tenantId, orders.id],
    }),
    check('order_payees_amount', sql`${t.amountMinor} >= 0`),
  ],
)

/** Every status an order had, with who moved it. */
export const orderEvents = pgTable(
  'order_events',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    orderId: idColumn('order_id'),
    fromStatus: text('from_status'),
    toStatus: text('to_status').notNull(),
    /** A person's id, or `system`. */
    by: text('by').notNull(),
    reason: text('reason').notNull().default(''),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.orderId, t.id] }), // also to find them by their order
    foreignKey({
      name: 'order_events_order_fk',
      columns: [t.tenantId, t.orderId],
      foreignColumns: [orders.tenantId, orders.id],
    }),
  ],
)

/** Units of an order on their way together. An order can go in several. */
export const parcels = pgTable(
  'parcels',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    orderId: idColumn('order_id'),
    carrier: text('carrier').notNull(),
    trackingNumber: text('tracking_number').notNull(),
    shippedAt: at('shipped_at').notNull(),
    deliveredAt: at('delivered_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('parcels_order').on(t.tenantId, t.orderId),
    foreignKey({
      name: 'parcels_order_fk',
      columns: [t.tenantId, t.orderId],
      foreignColumns: [orders.tenantId, orders.id],
    }),
  ],
)

export const parcelLines = pgTable(
  'parcel_lines',
  {
    tenantId: idColumn('tenant_id'),
    parcelId: idColumn('parcel_id'),
    lineId: idColumn('line_id'),
    quantity: integer('quantity').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.parcelId, t.lineId] }),
    index('parcel_lines_line').on(t.tenantId, t.lineId),
    foreignKey({
      name: 'parcel_lines_parcel_fk',
      columns: [t.tenantId, t.parcelId],
      foreignColumns: [parcels.tenantId, parcels.id],
    }),
    foreignKey({
      name: 'parcel_lines_line_fk',
      columns: [t.tenantId, t.lineId],
      foreignColumns: [orderLines.tenantId, orderLines.id],
    }),
    check('parcel_lines_quantity', sql`${t.quantity} > 0`),
  ],
)

/** What staff wrote about an order, and what they did that leaves no other trail: who, when and why. Append-only. */
export const orderNotes = pgTable(
  'order_notes',
  {
    tenantId: idColumn('tenant_id'),
    id: idColumn('id'),
    orderId: idColumn('order_id'),
    personId: idColumn('person_id').references(() => persons.id),
    kind: text('kind', { enum: ['note', 'unmasked', 'address_changed'] }).notNull(),
    text: text('text').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('order_notes_order').on(t.tenantId, t.orderId),
    foreignKey({
      name: 'order_notes_order_fk',
      columns: [t.tenantId, t.orderId],
      foreignColumns: [orders.tenantId, orders.id],
    }),
    check('order_notes_kind', sql`${t.kind} in ('note', 'unmasked', 'address_changed')`),
  ],
)
