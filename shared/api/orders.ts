import { z } from 'zod'
import { visitSource } from '../facts/source.ts'
import { CURRENCIES } from '../money.ts'
import { amountMinor, contract, id, page, pageOf, timeMs } from './contract.ts'
import { country } from './shipping.ts'

const tag = 'Orders'

export const ORDER_STATUSES = [
  'pending_payment',
  'paid',
  'packed',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
  'expired',
  'refunding',
  'refunded',
  'partially_refunded',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/** What a buyer looks for among their orders. */
export const ORDER_GROUPS = {
  to_pay: ['pending_payment'],
  under_way: ['paid', 'packed', 'shipped', 'refunding'],
  done: ['delivered', 'completed', 'refunded', 'partially_refunded'],
  closed: ['cancelled', 'expired'],
} as const satisfies Record<string, readonly OrderStatus[]>
export type OrderGroup = keyof typeof ORDER_GROUPS
const orderGroup = z.enum(['to_pay', 'under_way', 'done', 'closed'])

export const address = z.object({
  name: z.string().trim().min(1).max(60),
  phone: z.string().trim().min(5).max(24),
  country,
  region: z.string().trim().max(80).default(''),
  city: z.string().trim().min(1).max(80),
  street: z.string().trim().min(1).max(200),
  postcode: z.string().trim().max(16).default(''),
})

export const parcelView = z.object({
  id,
  carrier: z.string(),
  trackingNumber: z.string(),
  shippedAt: timeMs,
  deliveredAt: timeMs.nullable(),
  lines: z.array(z.object({ lineId: id, quantity: z.int() })),
})

export const orderView = z.object({
  id,
  tenantId: id,
  showId: id.nullable(),
  status: z.enum(ORDER_STATUSES),
  currency: z.enum(CURRENCIES),
  /** What delivery costs; the total contains it. */
  shippingMinor: amountMinor,
  totalMinor: amountMinor,
  placedAt: timeMs,
  /** Until when it must be paid. */
  expiresAt: timeMs.nullable(),
  paidAt: timeMs.nullable(),
  /** Of a payment that came when nothing was left to have for it, or too late: it goes back by itself. */
  moneyBack: z.enum(['due', 'done']).nullable(),
  lines: z.array(
    z.object({
      id,
      skuId: id,
      productId: id,
      saleId: id.nullable(),
      title: z.string(),
      options: z.record(z.string(), z.string()),
      /** The picture it was bought by. */
      pictureUrl: z.string().nullable(),
      unitPriceMinor: amountMinor,
      quantity: z.int(),
      fulfilment: z.enum(['none', 'packed', 'shipped', 'delivered']),
      refundedQuantity: z.int(),
    }),
  ),
})
export type OrderView = z.infer<typeof orderView>

/** What a merchant sees besides: the buyer, and the address masked by role. */
export const merchantOrderView = orderView.extend({
  buyer: z.object({ personId: id, name: z.string() }),
  address: z.object({ name: z.string(), phone: z.string(), line: z.string() }),
})

const lines = z
  .array(
    z.object({
      skuId: id,
      quantity: z.int().min(1).max(100),
      saleId: id.nullable().default(null),
      /** The one unit that the sale's waiting list has set aside for this buyer. */
      offered: z.boolean().optional(),
    }),
  )
  .min(1)
  .max(20)

export const quoteOrder = contract({
  method: 'POST',
  path: '/orders/quote',
  tag,
  summary: 'What an order would cost, delivered; nothing is held',
  who: 'visitor',
  embed: true,
  body: z.object({ showId: id, lines, to: address.pick({ country: true, region: true }) }),
  output: z.object({
    currency: z.enum(CURRENCIES),
    itemsMinor: amountMinor,
    shippingMinor: amountMinor,
    freeShippingFromMinor: amountMinor.nullable().describe('What the items must come to for free delivery'),
    totalMinor: amountMinor,
  }),
  errors: ['sale_not_running', 'product_unavailable', 'region_not_served'],
})

export const placeOrder = contract({
  method: 'POST',
  path: '/orders',
  tag,
  summary: 'Buy: all lines or none. The answer comes after the order is committed',
  who: 'visitor',
  embed: true,
  idempotent: true,
  orderTicket: true,
  body: z.object({
    showId: id,
    lines,
    address,
    /** What the buyer was shown; a different price is refused with `price_changed`. */
    expectedTotalMinor: amountMinor,
    /** Where the visit came from, kept with the order of a buyer who agreed to that (`PUT /consent`). */
    visit: visitSource.default({}),
  }),
  output: orderView,
  status: 201,
  errors: [
    'sold_out',
    'buyer_limit',
    'sale_not_running',
    'sale_busy',
    'offer_over',
    'price_changed',
    'product_unavailable',
    'region_not_served',
    'account_needed',
    'order_ticket_needed',
    'banned',
    'too_many_unpaid',
    'too_many_requests',
  ],
})

export const listMyOrders = contract({
  method: 'GET',
  path: '/orders',
  tag,
  summary: 'My orders, newest first',
  who: 'visitor',
  embed: true,
  query: page.extend({ group: orderGroup.optional() }),
  output: pageOf(orderView),
})

export const getMyOrderWhole = contract({
  method: 'GET',
  path: '/orders/:orderId/whole',
  tag,
  summary: 'One of my orders with its address, adjustments and payment; not for embedded players',
  who: 'visitor',
  params: z.object({ orderId: id }),
  output: orderView.extend({
    shopName: z.string(),
    parcels: z.array(parcelView),
    address,
    adjustments: z.array(z.object({ type: z.string(), lineId: id.nullable(), amountMinor: z.int() })),
    payment: z
      .object({ provider: z.string(), status: z.string(), amountMinor, capturedAt: timeMs.nullable() })
      .nullable(),
    /** Ways to pay it, where it can be paid. */
    paymentProviders: z.array(z.string()),
  }),
})

export const getMyOrder = contract({
  method: 'GET',
  path: '/orders/:orderId',
  tag,
  summary: 'One of my orders',
  who: 'visitor',
  embed: true,
  params: z.object({ orderId: id }),
  output: orderView,
})

export const cancelMyOrder = contract({
  method: 'POST',
  path: '/orders/:orderId/cancel',
  tag,
  summary: 'Cancel one of my orders before it is paid',
  who: 'visitor',
  embed: true,
  params: z.object({ orderId: id }),
  output: orderView,
  errors: ['order_transition_refused'],
})

export const receivedMyOrder = contract({
  method: 'POST',
  path: '/orders/:orderId/received',
  tag,
  summary: 'Say that everything of one of my orders has come; it is completed then',
  who: 'visitor',
  embed: true,
  params: z.object({ orderId: id }),
  output: orderView,
  errors: ['order_transition_refused'],
})

export const changeMyAddress = contract({
  method: 'PUT',
  path: '/orders/:orderId/address',
  tag,
  summary:
    'Change where one of my orders goes before it is packed; country and region stay, delivery was priced for them',
  who: 'visitor',
  embed: true,
  params: z.object({ orderId: id }),
  body: address,
  output: orderView,
  errors: ['order_transition_refused', 'address_region_fixed'],
})

export const listOrders = contract({
  method: 'GET',
  path: '/tenants/:tenantId/orders',
  tag,
  summary: 'The orders of the tenant, newest first',
  who: 'orders:read',
  params: z.object({ tenantId: id }),
  query: page.extend({ showId: id.optional(), status: z.enum(ORDER_STATUSES).optional() }),
  output: pageOf(merchantOrderView),
})
