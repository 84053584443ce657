import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { contract, id, page, pageOf, timeMs } from './contract.ts'

/** What a merchant earned by orders and tips, and a host of them: seen, asked for, and paid out by the operator. */

const tag = 'Payouts'
const tenant = z.object({ tenantId: id })
const currency = z.enum(CURRENCIES)
/** Of a balance: below zero where more was refunded than is left. */
const minor = z.int()

const asked = z.int().min(1).max(1_000_000_000)

export const PAYOUT_STATES = ['requested', 'paid', 'refused'] as const

const payoutView = z.object({
  id,
  /** Null for a host's. */
  tenantId: id.nullable(),
  /** The merchant's or the host's name. */
  payee: z.string(),
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
  'tips_settled',
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

const balance = z.object({
  currency,
  availableMinor: minor.describe('May be paid out; below zero where more was refunded than is left'),
  heldMinor: minor.describe('Of orders paid, and tips made into money, within the holding period'),
  requestedMinor: minor,
  paidOutMinor: minor,
})
export type BalanceView = z.infer<typeof balance>

const inCurrency = z.object({ currency: currency.optional() }).describe("Left out: the merchant's own")

export const merchantBalance = contract({
  method: 'GET',
  path: '/tenants/:tenantId/balance',
  tag,
  summary: 'What the merchant has earned by orders and tips: available, held, asked for and paid out',
  who: 'payouts:read',
  params: tenant,
  query: inCurrency,
  output: balance.extend({
    holdMs: z.int(),
    currencies: z.array(currency).describe("In which there is something: tips are paid in the platform's"),
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
  body: inCurrency.extend({ amountMinor: asked }),
  output: payoutView,
  status: 201,
  errors: ['payout_too_large'],
})

export const allPayouts = contract({
  method: 'GET',
  path: '/payouts',
  tag: 'Operator',
  summary: 'Payouts of all merchants and hosts, newest first',
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

export const myEarnings = contract({
  method: 'GET',
  path: '/earnings',
  tag,
  summary: 'What I have earned as a host, by currency',
  who: 'person',
  output: z.object({ balances: z.array(balance), holdMs: z.int() }),
})

const earningsEntry = statementEntry.omit({ orderId: true }).extend({
  /** Of the show; null for payouts. */
  show: z.object({ id, title: z.string(), merchant: z.string() }).nullable(),
  coins: z.int().nullable().describe('Of tips, how many they were'),
})
export type EarningsEntry = z.infer<typeof earningsEntry>

export const myEarningsEntries = contract({
  method: 'GET',
  path: '/earnings/entries',
  tag,
  summary: 'All movements of what I earn as a host, newest first',
  who: 'person',
  query: page,
  output: pageOf(earningsEntry),
})

export const myPayouts = contract({
  method: 'GET',
  path: '/earnings/payouts',
  tag,
  summary: 'Payouts that I asked for as a host, newest first',
  who: 'person',
  query: page,
  output: pageOf(payoutView),
})

export const askMyPayout = contract({
  method: 'POST',
  path: '/earnings/payouts',
  tag,
  summary: 'Ask for a payout of what I have earned as a host',
  who: 'person',
  idempotent: true,
  body: z.object({ amountMinor: asked, currency }),
  output: payoutView,
  status: 201,
  errors: ['payout_too_large'],
})
