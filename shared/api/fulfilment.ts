import { z } from 'zod'
import { amountMinor, contract, id, timeMs } from './contract.ts'
import { address, merchantOrderView, ORDER_STATUSES, parcelView } from './orders.ts'
import { REFUND_STATES, refundNote } from './payments.ts'

/** The merchant's work on an order: what follows what is in the server's orders/rules.ts. */

const tag = 'Fulfilment'
const order = z.object({ tenantId: id, orderId: id })
const reason = z.string().trim().min(1).max(300)

const units = z
  .array(z.object({ lineId: id, quantity: z.int().min(1).max(100) }))
  .min(1)
  .max(20)
  .refine((lines) => new Set(lines.map(({ lineId }) => lineId)).size === lines.length, 'each line once')

const NOTE_KINDS = ['note', 'unmasked', 'address_changed'] as const

/** An order with all that happened to it. */
const workedOrderView = merchantOrderView.extend({
  adjustments: z.array(z.object({ type: z.string(), lineId: id.nullable(), amountMinor: z.int() })),
  payees: z.array(
    z.object({
      kind: z.enum(['merchant', 'host', 'distributor', 'platform']),
      /** Of a person. */
      name: z.string().nullable(),
      amountMinor,
      leftMinor: amountMinor.describe('What of it was not given back'),
    }),
  ),
  parcels: z.array(parcelView),
  refunds: z.array(
    z.object({
      id,
      amountMinor,
      reason: z.string(),
      status: z.enum(REFUND_STATES),
      refusal: z.string().nullable().describe("Of a failed one, the provider's code"),
      note: z.string().describe('How it was paid back another way'),
      waits: z.boolean().describe('It failed, and nobody has seen to it'),
      at: timeMs,
    }),
  ),
  notes: z.array(z.object({ id, kind: z.enum(NOTE_KINDS), text: z.string(), by: z.string(), at: timeMs })),
  history: z.array(
    z.object({
      from: z.enum(ORDER_STATUSES).nullable(),
      to: z.enum(ORDER_STATUSES),
      /** A person's name, `system` or `payments`. */
      by: z.string(),
      reason: z.string(),
      at: timeMs,
    }),
  ),
})
export type WorkedOrder = z.infer<typeof workedOrderView>

export const getOrder = contract({
  method: 'GET',
  path: '/tenants/:tenantId/orders/:orderId',
  tag,
  summary: 'An order of the tenant with its parcels, refunds, notes and history',
  who: 'orders:read',
  params: order,
  output: workedOrderView,
})

export const packOrder = contract({
  method: 'POST',
  path: '/tenants/:tenantId/orders/:orderId/pack',
  tag,
  summary: 'Say that an order is packed',
  who: 'orders:write',
  params: order,
  output: workedOrderView,
  errors: ['order_transition_refused'],
})

export const shipOrder = contract({
  method: 'POST',
  path: '/tenants/:tenantId/orders/:orderId/parcels',
  tag,
  summary: 'Send a parcel with some units of an order, or with all that are left',
  who: 'orders:write',
  params: order,
  body: z.object({
    carrier: z.string().trim().min(1).max(60),
    trackingNumber: z.string().trim().min(1).max(60),
    lines: units.nullable().default(null),
  }),
  output: workedOrderView,
  status: 201,
  errors: ['order_transition_refused', 'parcel_too_large'],
})

export const deliverParcel = contract({
  method: 'POST',
  path: '/tenants/:tenantId/orders/:orderId/parcels/:parcelId/delivered',
  tag,
  summary: 'Say that a parcel has arrived; the order is delivered with its last one',
  who: 'orders:write',
  params: order.extend({ parcelId: id }),
  output: workedOrderView,
  errors: ['order_transition_refused'],
})

export const refundOrder = contract({
  method: 'POST',
  path: '/tenants/:tenantId/orders/:orderId/refunds',
  tag,
  summary: 'Give money back for some units, or all that is left with its delivery',
  who: 'orders:write',
  idempotent: true,
  params: order,
  body: z.object({
    lines: units.nullable().describe('null: everything that has not been refunded, with the delivery fee'),
    restock: z.boolean().describe('Whether the units go back on sale'),
    reason,
  }),
  output: workedOrderView,
  status: 201,
  errors: ['order_transition_refused', 'refund_too_large'],
})

export const refundAgain = contract({
  method: 'POST',
  path: '/tenants/:tenantId/orders/:orderId/refunds/:refundId/again',
  tag,
  summary: 'Ask the payment provider for another refund in place of one that failed',
  who: 'orders:write',
  params: order.extend({ refundId: id }),
  output: workedOrderView,
  errors: ['refund_settled', 'refund_too_large', 'order_transition_refused'],
})

export const refundElsewhere = contract({
  method: 'POST',
  path: '/tenants/:tenantId/orders/:orderId/refunds/:refundId/elsewhere',
  tag,
  summary: 'Say that the merchant paid the buyer another way, and how, where the payment provider refused',
  who: 'orders:write',
  params: order.extend({ refundId: id }),
  body: z.object({ note: refundNote }),
  output: workedOrderView,
  errors: ['refund_settled', 'refund_too_large', 'order_transition_refused'],
})

export const changeOrderAddress = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/orders/:orderId/address',
  tag,
  summary:
    'Change where an order goes before it is packed; country and region stay, delivery was priced for them',
  who: 'orders:write',
  params: order,
  body: address,
  output: workedOrderView,
  errors: ['order_transition_refused', 'address_region_fixed'],
})

export const unmaskOrder = contract({
  method: 'POST',
  path: '/tenants/:tenantId/orders/:orderId/unmask',
  tag,
  summary: 'See the whole address and phone; who, when and why is kept with the order',
  who: 'orders:write',
  params: order,
  body: z.object({ reason }),
  output: address,
})

export const noteOrder = contract({
  method: 'POST',
  path: '/tenants/:tenantId/orders/:orderId/notes',
  tag,
  summary: 'Write a note that only staff read',
  who: 'orders:write',
  params: order,
  body: z.object({ text: z.string().trim().min(1).max(1000) }),
  output: workedOrderView,
  status: 201,
  errors: ['too_many_notes'],
})

export const exportOrders = contract({
  method: 'POST',
  path: '/tenants/:tenantId/orders/export',
  tag,
  summary:
    'Orders as CSV, a line each, page by page; with a reason the addresses are whole, and that is kept',
  who: 'orders:write',
  params: z.object({ tenantId: id }),
  body: z.object({
    status: z.enum(ORDER_STATUSES).nullable().default(null),
    unmaskReason: reason.nullable().default(null),
    after: id.nullable().default(null),
  }),
  output: z.object({
    csv: z.string().describe('With a heading on the first page'),
    next: id.nullable(),
  }),
})
