import * as staff from '@shelfcast/shared/api/fulfilment.ts'
import * as api from '@shelfcast/shared/api/orders.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import type { Actor } from '../kernel/actor.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Entry } from './entry.ts'
import type { Work } from './fulfil.ts'
import type { Orders } from './orders.ts'

export const orderRoutes = (
  orders: Orders,
  /** Those that collect a currency. */
  providersFor: (currency: Currency) => string[],
  enter: Entry,
): Route[] => [
  handle(api.quoteOrder, async ({ body }) => {
    const { currency, itemsMinor, shipping, totalMinor } = await orders.quote(body)
    return {
      currency,
      itemsMinor,
      shippingMinor: shipping.adjustment.amountMinor,
      freeShippingFromMinor: shipping.freeFromMinor,
      totalMinor,
    }
  }),
  handle(api.placeOrder, async ({ actor, body, idempotencyKey, orderTicket, request }) => {
    await enter(actor, body, orderTicket)
    await orders.attempt(actor, request.ip)
    return orders.place(actor, body, idempotencyKey)
  }),
  handle(api.listMyOrders, ({ actor, query }) =>
    orders.listMine(actor.personId, query, actor.embed?.tenantId),
  ),
  handle(api.getMyOrder, ({ actor, params }) => orders.mine(actor.personId, params.orderId)),
  handle(api.getMyOrderWhole, async ({ actor, params }) => {
    const order = await orders.whole(actor.personId, params.orderId)
    return { ...order, paymentProviders: providersFor(order.currency) }
  }),
  handle(api.cancelMyOrder, ({ actor, params }) => orders.cancel(actor.personId, params.orderId)),
  handle(api.receivedMyOrder, ({ actor, params }) => orders.received(actor.personId, params.orderId)),
  handle(api.changeMyAddress, ({ actor, params, body }) =>
    orders.changeAddress(actor.personId, params.orderId, body),
  ),
  handle(api.listOrders, ({ params, query }) => orders.listForMerchant(params.tenantId, query)),
  ...workRoutes(orders),
]

/** The merchant's staff at work. */
function workRoutes({ work, exportPage }: Orders): Route[] {
  const by = (call: { params: { tenantId: string; orderId: string }; actor: Actor }): Work => ({
    tenantId: call.params.tenantId,
    orderId: call.params.orderId,
    personId: call.actor.personId,
  })
  return [
    handle(staff.getOrder, ({ params }) => work.worked(params.tenantId, params.orderId)),
    handle(staff.packOrder, (call) => work.pack(by(call))),
    handle(staff.shipOrder, (call) => work.ship(by(call), call.body)),
    handle(staff.deliverParcel, (call) => work.deliver(by(call), call.params.parcelId)),
    handle(staff.refundOrder, (call) => work.refund(by(call), call.body, call.idempotencyKey)),
    handle(staff.refundAgain, (call) => work.remedyRefund(by(call), call.params.refundId, { how: 'again' })),
    handle(staff.refundElsewhere, (call) =>
      work.remedyRefund(by(call), call.params.refundId, { how: 'elsewhere', note: call.body.note }),
    ),
    handle(staff.changeOrderAddress, (call) => work.changeAddress(by(call), call.body)),
    handle(staff.unmaskOrder, (call) => work.unmask(by(call), call.body.reason)),
    handle(staff.noteOrder, (call) => work.note(by(call), call.body.text)),
    handle(staff.exportOrders, ({ params, actor, body }) =>
      exportPage(params.tenantId, actor.personId, body),
    ),
  ]
}
