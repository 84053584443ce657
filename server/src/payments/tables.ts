import { DIFFERENCE_KINDS, DIFFERENCE_STATES, REFUND_STATES } from '@shelfcast/shared/api/payments.ts'
import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  check,
  date,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { persons, tenants } from '../accounts/tables.ts'
import { at, createdAt, idColumn, minor } from '../kernel/columns.ts'
import { orderPayees, orders } from '../orders/tables.ts'
import { SANDBOX_CHOICES } from './sandbox/choices.ts'

/**
 * Money asked of a payment provider. The row, with the provider's key, stands before the provider is called.
 * `tenant_id` is null for coins, which belong to the platform.
 */
export const payments = pgTable(
  'payments',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id').references(() => tenants.id),
    personId: idColumn('person_id').references(() => persons.id),
    provider: text('provider').notNull(),
    /** The provider's name for it, once known. */
    providerRef: text('provider_ref'),
    payUrl: text('pay_url'),
    status: text('status', { enum: ['created', 'pending', 'captured', 'failed', 'refunded'] })
      .notNull()
      .default('created'),
    amountMinor: minor('amount_minor').notNull(),
    currency: text('currency').notNull(),
    capturedMinor: minor('captured_minor').notNull().default(0),
    refundedMinor: minor('refunded_minor').notNull().default(0),
    capturedAt: at('captured_at'),
    createdAt: createdAt(),
  },
  (t) => [
    unique('payments_provider_ref').on(t.provider, t.providerRef),
    index('payments_person').on(t.personId),
    index('payments_captured').on(t.provider, t.capturedAt).where(sql`${t.capturedAt} is not null`),
    index('payments_pending').on(t.createdAt).where(sql`${t.status} = 'pending'`),
    check('payments_status', sql`${t.status} in ('created', 'pending', 'captured', 'failed', 'refunded')`),
    check('payments_amount', sql`${t.amountMinor} > 0`),
    check('payments_captured', sql`${t.capturedMinor} in (0, ${t.amountMinor})`),
    check('payments_refunded', sql`${t.refundedMinor} between 0 and ${t.capturedMinor}`),
  ],
)

/** What a payment pays for: one or several orders of a tenant, or a purchase of coins. */
export const paymentAllocations = pgTable(
  'payment_allocations',
  {
    id: text('id').primaryKey(),
    paymentId: idColumn('payment_id').references(() => payments.id),
    tenantId: text('tenant_id'),
    orderId: text('order_id'),
    coinPurchaseId: text('coin_purchase_id').references(() => coinPurchases.id),
    amountMinor: minor('amount_minor').notNull(),
  },
  (t) => [
    index('payment_allocations_payment').on(t.paymentId),
    index('payment_allocations_order').on(t.tenantId, t.orderId),
    foreignKey({
      name: 'payment_allocations_order_fk',
      columns: [t.tenantId, t.orderId],
      foreignColumns: [orders.tenantId, orders.id],
    }),
    check('payment_allocations_target', sql`num_nonnulls(${t.orderId}, ${t.coinPurchaseId}) = 1`),
    check('payment_allocations_amount', sql`${t.amountMinor} > 0`),
  ],
)

/** Coins bought: in the wallet once their payment is captured. */
export const coinPurchases = pgTable(
  'coin_purchases',
  {
    id: text('id').primaryKey(),
    personId: idColumn('person_id').references(() => persons.id),
    coins: minor('coins').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    currency: text('currency').notNull(),
    status: text('status', { enum: ['pending', 'credited', 'failed'] })
      .notNull()
      .default('pending'),
    createdAt: createdAt(),
  },
  (t) => [
    index('coin_purchases_person').on(t.personId),
    check('coin_purchases_positive', sql`${t.coins} > 0 and ${t.amountMinor} > 0`),
    check('coin_purchases_status', sql`${t.status} in ('pending', 'credited', 'failed')`),
  ],
)

/** Money given back, of an order line or of a whole payment that came too late. */
export const refunds = pgTable(
  'refunds',
  {
    id: text('id').primaryKey(),
    paymentId: idColumn('payment_id').references(() => payments.id),
    tenantId: text('tenant_id'),
    orderId: text('order_id'),
    lineId: text('line_id'),
    amountMinor: minor('amount_minor').notNull(),
    reason: text('reason').notNull(),
    /** The merchant's staff who asked for it; null for money that goes back by itself. */
    requestedBy: text('requested_by').references(() => persons.id),
    /** The units it is for, `[{"lineId", "quantity"}]`, and whether they went back on sale. */
    lines: jsonb('lines').$type<{ lineId: string; quantity: number }[]>().notNull().default([]),
    restocked: boolean('restocked').notNull().default(false),
    /** `failed`: the provider will not, whenever it is asked; `elsewhere`: and it was paid another way since. */
    status: text('status', { enum: REFUND_STATES }).notNull().default('requested'),
    providerRef: text('provider_ref'),
    /** Of a failed one, the provider's code. */
    refusal: text('refusal'),
    /** The failed one in whose place this is. */
    againOf: text('again_of').references((): AnyPgColumn => refunds.id),
    /** How it was paid another way, and who says so. */
    note: text('note').notNull().default(''),
    settledBy: text('settled_by').references(() => persons.id),
    settledAt: at('settled_at'),
    createdAt: createdAt(),
  },
  (t) => [
    index('refunds_payment').on(t.paymentId),
    index('refunds_order').on(t.tenantId, t.orderId),
    index('refunds_open').on(t.createdAt).where(sql`${t.status} = 'requested'`),
    index('refunds_failed').on(t.id).where(sql`${t.status} = 'failed'`),
    unique('refunds_again_of').on(t.againOf),
    uniqueIndex('refunds_provider_ref').on(t.providerRef).where(sql`${t.providerRef} is not null`),
    foreignKey({
      name: 'refunds_order_fk',
      columns: [t.tenantId, t.orderId],
      foreignColumns: [orders.tenantId, orders.id],
    }),
    check('refunds_amount', sql`${t.amountMinor} > 0`),
    check('refunds_status', sql`${t.status} in ('requested', 'done', 'failed', 'elsewhere')`),
  ],
)

/** Who bears a refund: each payee of its order a part. Those of a failed one do not count. */
export const refundShares = pgTable(
  'refund_shares',
  {
    refundId: idColumn('refund_id').references(() => refunds.id),
    tenantId: idColumn('tenant_id'),
    payeeId: idColumn('payee_id'),
    amountMinor: minor('amount_minor').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.refundId, t.payeeId] }),
    index('refund_shares_payee').on(t.tenantId, t.payeeId),
    foreignKey({
      name: 'refund_shares_payee_fk',
      columns: [t.tenantId, t.payeeId],
      foreignColumns: [orderPayees.tenantId, orderPayees.id],
    }),
    check('refund_shares_amount', sql`${t.amountMinor} > 0`),
  ],
)

/**
 * The books of the sandbox, which plays a foreign provider: what it was asked to collect, and what whoever plays the
 * buyer's bank chose. No other code looks at them.
 */
export const sandboxPayments = pgTable(
  'sandbox_payments',
  {
    ref: text('ref').primaryKey(),
    paymentId: idColumn('payment_id'),
    amountMinor: minor('amount_minor').notNull(),
    currency: text('currency').notNull(),
    returnUrl: text('return_url'),
    /** After it, nobody can pay. */
    expiresAt: at('expires_at'),
    choice: text('choice', { enum: SANDBOX_CHOICES }),
    refundedMinor: minor('refunded_minor').notNull().default(0),
    createdAt: createdAt(),
    decidedAt: at('decided_at'),
  },
  (t) => [
    index('sandbox_payments_decided').on(t.decidedAt).where(sql`${t.decidedAt} is not null`),
    check('sandbox_payments_amount', sql`${t.amountMinor} > 0`),
    check('sandbox_payments_refunded', sql`${t.refundedMinor} between 0 and ${t.amountMinor}`),
  ],
)

/** What the sandbox gave back. */
export const sandboxRefunds = pgTable(
  'sandbox_refunds',
  {
    refundId: text('refund_id').primaryKey(),
    ref: idColumn('ref').references(() => sandboxPayments.ref),
    amountMinor: minor('amount_minor').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index('sandbox_refunds_ref').on(t.ref),
    index('sandbox_refunds_at').on(t.createdAt),
    check('sandbox_refunds_amount', sql`${t.amountMinor} > 0`),
  ],
)

/** Days whose statement a provider gave, in the provider's calendar. */
export const providerStatements = pgTable(
  'provider_statements',
  { provider: text('provider').notNull(), day: date('day').notNull(), createdAt: createdAt() },
  (t) => [primaryKey({ columns: [t.provider, t.day] })],
)

/**
 * What providers say moved. `name` is ours, of the payment or refund, where the provider handed it back. A `payout` went
 * to our bank; a `fee` is one of no charge or refund.
 */
export const statementLines = pgTable(
  'statement_lines',
  {
    provider: text('provider').notNull(),
    movement: text('movement', { enum: ['charge', 'refund', 'payout', 'fee'] }).notNull(),
    /** The provider's. */
    ref: text('ref').notNull(),
    day: date('day').notNull(),
    name: text('name'),
    amountMinor: minor('amount_minor').notNull(),
    currency: text('currency').notNull(),
    /** What the provider kept of it; below zero where it gave some back. */
    feeMinor: minor('fee_minor').notNull().default(0),
    feeCurrency: text('fee_currency'),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.movement, t.ref] }),
    index('statement_lines_name').on(t.provider, t.movement, t.name),
    check('statement_lines_movement', sql`${t.movement} in ('charge', 'refund', 'payout', 'fee')`),
  ],
)

/**
 * Where a provider's statement and our books differ: `unknown` to us, `unbooked` though we know its name, of another
 * `amount`, a `duplicate` under one name, or `missing` from the statement. Or where a provider told of money, and it is
 * not what was asked for (`mismatch`) or came twice (`second_capture`).
 */
export const statementDifferences = pgTable(
  'statement_differences',
  {
    id: text('id').primaryKey(),
    provider: text('provider').notNull(),
    day: date('day').notNull(),
    movement: text('movement', { enum: ['charge', 'refund'] }).notNull(),
    kind: text('kind', { enum: DIFFERENCE_KINDS }).notNull(),
    /** The provider's name of the movement; of a `missing` one ours. */
    subject: text('subject').notNull(),
    name: text('name'),
    tenantId: text('tenant_id'),
    orderId: text('order_id'),
    oursMinor: minor('ours_minor').notNull(),
    theirsMinor: minor('theirs_minor').notNull(),
    currency: text('currency').notNull(),
    state: text('state', { enum: DIFFERENCE_STATES }).notNull().default('open'),
    note: text('note').notNull().default(''),
    /** Null where a later statement explained it. */
    settledBy: text('settled_by').references(() => persons.id),
    settledAt: at('settled_at'),
    createdAt: createdAt(),
  },
  (t) => [
    unique('statement_differences_subject').on(t.provider, t.movement, t.kind, t.subject),
    index('statement_differences_open').on(t.id).where(sql`${t.state} = 'open'`),
    check('statement_differences_state', sql`${t.state} in ('open', 'settled')`),
  ],
)
