import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { amountMinor, contract, id, nothing, page, pageOf, timeMs } from './contract.ts'

const tag = 'Payments'

export const paymentView = z.object({
  id,
  provider: z.string(),
  status: z.enum(['created', 'pending', 'captured', 'failed', 'refunded']),
  amountMinor,
  currency: z.enum(CURRENCIES),
  /** Where the buyer pays; on the provider's side. */
  payUrl: z.string().nullable(),
})
export type PaymentView = z.infer<typeof paymentView>

export const payOrder = contract({
  method: 'POST',
  path: '/orders/:orderId/payments',
  tag,
  summary: 'Start the payment of an order; a payment already under way is given back',
  who: 'visitor',
  embed: true,
  idempotent: true,
  params: z.object({ orderId: id }),
  body: z.object({ provider: z.string().max(20) }),
  output: paymentView,
  status: 201,
  errors: ['payment_not_payable', 'payment_provider_off', 'unavailable'],
})

/** `failed`: the provider refused for good; `elsewhere`: and it was paid another way since. */
export const REFUND_STATES = ['requested', 'done', 'failed', 'elsewhere'] as const

const failedRefundView = z.object({
  id,
  tenantId: id,
  /** Its name. */
  merchant: z.string(),
  orderId: id,
  amountMinor,
  currency: z.enum(CURRENCIES),
  provider: z.string(),
  refusal: z.string().describe("The provider's code"),
  reason: z.string(),
  byItself: z.boolean().describe('Of a payment that came too late; nobody asked for it'),
  at: timeMs,
})
export type FailedRefundView = z.infer<typeof failedRefundView>

export const refundNote = z.string().trim().min(1).max(300)

export const tenantFailedRefunds = contract({
  method: 'GET',
  path: '/tenants/:tenantId/failed-refunds',
  tag,
  summary:
    'Refunds of the tenant that the payment provider refused for good and nobody has seen to, newest first',
  who: 'orders:read',
  params: z.object({ tenantId: id }),
  query: page,
  output: pageOf(failedRefundView),
})

export const allFailedRefunds = contract({
  method: 'GET',
  path: '/failed-refunds',
  tag: 'Operator',
  summary: 'Refunds that payment providers refused for good and nobody has seen to, newest first',
  who: 'operator',
  query: page,
  output: pageOf(failedRefundView),
})

const remedyErrors = ['refund_settled', 'refund_too_large', 'order_transition_refused'] as const

export const retryRefund = contract({
  method: 'POST',
  path: '/failed-refunds/:refundId/again',
  tag: 'Operator',
  summary: 'Ask the payment provider for another refund in place of one that failed',
  who: 'operator',
  params: z.object({ refundId: id }),
  output: nothing,
  status: 204,
  errors: remedyErrors,
})

export const payRefundElsewhere = contract({
  method: 'POST',
  path: '/failed-refunds/:refundId/elsewhere',
  tag: 'Operator',
  summary: 'Say that the operator paid the buyer another way, and how',
  who: 'operator',
  params: z.object({ refundId: id }),
  body: z.object({ note: refundNote }),
  output: nothing,
  status: 204,
  errors: remedyErrors,
})

export const DIFFERENCE_KINDS = [
  'unknown',
  'unbooked',
  'amount',
  'duplicate',
  'missing',
  'mismatch',
  'second_capture',
] as const
export const DIFFERENCE_STATES = ['open', 'settled'] as const

const differenceView = z.object({
  id,
  provider: z.string(),
  /** Of the statement, in the provider's calendar; of what was told, when. */
  day: z.iso.date(),
  movement: z.enum(['charge', 'refund']),
  kind: z
    .enum(DIFFERENCE_KINDS)
    .describe(
      'unknown: the provider moved money under no name of ours; unbooked: under one whose money we have not booked; ' +
        'amount: of another amount; duplicate: twice under one name; missing: booked, and not in the statement; ' +
        'mismatch: told of with another amount, currency or name than asked for; second_capture: paid twice',
    ),
  /** The provider's name of the movement; of a missing one ours. */
  subject: z.string(),
  /** Ours, of the payment or refund. */
  name: z.string().nullable(),
  tenantId: id.nullable(),
  orderId: id.nullable(),
  oursMinor: z.int(),
  theirsMinor: z.int(),
  currency: z.string(),
  state: z.enum(DIFFERENCE_STATES),
  note: z.string(),
  at: timeMs,
  settledAt: timeMs.nullable(),
})
export type DifferenceView = z.infer<typeof differenceView>

export const listDifferences = contract({
  method: 'GET',
  path: '/statement-differences',
  tag: 'Operator',
  summary: 'Where what payment providers tell and the books differ, newest first',
  who: 'operator',
  query: page.extend({ state: z.enum(DIFFERENCE_STATES).optional() }),
  output: pageOf(differenceView),
})

export const settleDifference = contract({
  method: 'POST',
  path: '/statement-differences/:differenceId/settle',
  tag: 'Operator',
  summary: 'Close a difference, with what was found',
  who: 'operator',
  params: z.object({ differenceId: id }),
  body: z.object({ note: z.string().trim().min(1).max(500) }),
  output: differenceView,
})
