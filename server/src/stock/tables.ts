import { sql } from 'drizzle-orm'
import {
  bigserial,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { persons } from '../accounts/tables.ts'
import { skus } from '../catalog/tables.ts'
import { at, createdAt, idColumn } from '../kernel/columns.ts'

/** What there is of a SKU: on_hand = available + reserved + sold, each at least zero. Postgres decides on this row. */
export const stock = pgTable(
  'stock',
  {
    tenantId: idColumn('tenant_id'),
    skuId: idColumn('sku_id'),
    onHand: integer('on_hand').notNull().default(0),
    available: integer('available').notNull().default(0),
    /** In orders that are not paid yet. */
    reserved: integer('reserved').notNull().default(0),
    sold: integer('sold').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.skuId] }),
    foreignKey({
      name: 'stock_sku_fk',
      columns: [t.tenantId, t.skuId],
      foreignColumns: [skus.tenantId, skus.id],
    }),
    check('stock_adds_up', sql`${t.onHand} = ${t.available} + ${t.reserved} + ${t.sold}`),
    check('stock_not_negative', sql`${t.available} >= 0 and ${t.reserved} >= 0 and ${t.sold} >= 0`),
  ],
)

/** How many units of a SKU a buyer has, in all (`scope` is '') and in a flash sale (`scope` is its id). */
export const buyerCounts = pgTable(
  'buyer_counts',
  {
    tenantId: idColumn('tenant_id'),
    skuId: idColumn('sku_id'),
    scope: text('scope').notNull().default(''),
    personId: idColumn('person_id').references(() => persons.id),
    quantity: integer('quantity').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.skuId, t.scope, t.personId] }),
    foreignKey({
      name: 'buyer_counts_sku_fk',
      columns: [t.tenantId, t.skuId],
      foreignColumns: [skus.tenantId, skus.id],
    }),
    check('buyer_counts_not_negative', sql`${t.quantity} >= 0`),
  ],
)

/** Every change of stock by hand, with who and why. Orders leave their own trail. */
export const stockAdjustments = pgTable(
  'stock_adjustments',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    tenantId: idColumn('tenant_id'),
    skuId: idColumn('sku_id'),
    delta: integer('delta').notNull(),
    note: text('note').notNull().default(''),
    personId: idColumn('person_id').references(() => persons.id),
    createdAt: createdAt(),
  },
  (t) => [
    index('stock_adjustments_sku').on(t.tenantId, t.skuId),
    foreignKey({
      name: 'stock_adjustments_sku_fk',
      columns: [t.tenantId, t.skuId],
      foreignColumns: [skus.tenantId, skus.id],
    }),
  ],
)

/** How the gate of each server process is: what it last said, and how often it lost Redis since it began. */
export const stockGates = pgTable('stock_gates', {
  node: text('node').primaryKey(),
  open: boolean('open').notNull(),
  /** The Redis it believes, by its run id; null before it asked. */
  epoch: text('epoch'),
  epochSince: at('epoch_since'),
  epochChanges: integer('epoch_changes').notNull(),
  timesAway: integer('times_away').notNull(),
  seenAt: at('seen_at').notNull(),
})

/** How often what Redis had of a SKU was set to what Postgres has, by all processes. */
export const stockRepairs = pgTable(
  'stock_repairs',
  {
    tenantId: idColumn('tenant_id'),
    skuId: idColumn('sku_id'),
    /** `loaded`: Redis did not have it, or of another epoch · `repaired`: it differed. */
    kind: text('kind').$type<'loaded' | 'repaired'>().notNull(),
    times: integer('times').notNull(),
    lastAt: at('last_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.skuId, t.kind] }),
    index('stock_repairs_last').on(t.lastAt),
    foreignKey({
      name: 'stock_repairs_sku_fk',
      columns: [t.tenantId, t.skuId],
      foreignColumns: [skus.tenantId, skus.id],
    }),
    check('stock_repairs_kind', sql`${t.kind} in ('loaded', 'repaired')`),
  ],
)
