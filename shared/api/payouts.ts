import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { contract, id, page, pageOf, timeMs } from './contract.ts'

/** What a merchant earned by orders: seen, asked for, and paid out by the operator. */

const tag = 'Payouts'
const tenant = z.object({ tenantId: id })
const currency = z.enum(CURRENCIES)
/** Of a balance: below zero where more was refunded than is left. */
const minor = z.int()

export const PAYOUT_STATES = ['requested', 'paid', 'refused'] as const

const payoutView = z.object({
  id,
  tenantId: id,
  /** Its name. */
  merchant: z.string(),
  amountMinor: z.int().positive(),
  currency,
  state: z.enum(PAYOUT_STATES),
  /** The operator's: the bank's name of the transfer, or why not. */
  note: z.string(),
  at: timeMs,
  closedAt: timeMs.nullable(),
})
export type PayoutView = z.infer<typeof payoutView>

export const STATEMENT_KINDS = [
  'order_paid',
  'order_refund',
  'order_refund_failed',
  'refund_elsewhere',
  'payout',
  'payout_refused',
] as const

const statementEntry = z.object({
  id,
  at: timeMs,
  kind: z.enum(STATEMENT_KINDS),
  orderId: id.nullable(),
  payoutId: id.nullable(),
  amountMinor: minor.describe("Positive is the merchant's, negative was taken off"),
  currency,
})
export type StatementEntry = z.infer<typeof statementEntry>

export const merchantBalance = contract({
  method: 'GET',
  path: '/tenants/:tenantId/balance',
  tag,
  summary: 'What the merchant has earned by orders: available, held, asked for and paid out',
  who: 'payouts:read',
  params: tenant,
  output: z.object({
    currency,
    availableMinor: minor.describe('May be paid out; below zero where more was refunded than is left'),
    heldMinor: minor.describe('Of orders paid within the holding period'),
    requestedMinor: minor,
    paidOutMinor: minor,
    holdMs: z.int(),
  }),
})

export const merchantStatement = contract({
  method: 'GET',
  path: '/tenants/:tenantId/statement',
  tag,
  summary: "All movements of the merchant's balance, newest first",
  who: 'payouts:read',
  params: tenant,
  query: page,
  output: pageOf(statementEntry),
})

export const exportStatement = contract({
  method: 'GET',
  path: '/tenants/:tenantId/statement/csv',
  tag,
  summary: "The merchant's statement as CSV, page by page",
  who: 'payouts:read',
  params: tenant,
  query: z.object({ after: id.optional() }),
  output: z.object({ csv: z.string().describe('With a heading on the first page'), next: id.nullable() }),
})

export const listPayouts = contract({
  method: 'GET',
  path: '/tenants/:tenantId/payouts',
  tag,
  summary: 'Payouts that the merchant asked for, newest first',
  who: 'payouts:read',
  params: tenant,
  query: page,
  output: pageOf(payoutView),
})

export const requestPayout = contract({
  method: 'POST',
  path: '/tenants/:tenantId/payouts',
  tag,
  summary: 'Ask for a payout of what is available',
  who: 'payouts:write',
  idempotent: true,
  params: tenant,
  body: z.object({ amountMinor: z.int().min(1).max(1_000_000_000) }),
  output: payoutView,
  status: 201,
  errors: ['payout_too_large'],
})

export const allPayouts = contract({
  method: 'GET',
  path: '/payouts',
  tag: 'Operator',
  summary: 'Payouts of all merchants, newest first',
  who: 'operator',
  query: page.extend({ state: z.enum(PAYOUT_STATES).optional() }),
  output: pageOf(payoutView),
})

export const closePayout = contract({
  method: 'POST',
  path: '/payouts/:payoutId/close',
  tag: 'Operator',
  summary: "Say that a payout was paid, or refuse it: its money is the merchant's again",
  who: 'operator',
  params: z.object({ payoutId: id }),
  body: z.object({ state: z.enum(['paid', 'refused']), note: z.string().trim().min(1).max(300) }),
  output: payoutView,
  errors: ['payout_closed'],
})
