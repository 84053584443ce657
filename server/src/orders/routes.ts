import * as api from '@shelfcast/shared/api/orders.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Orders } from './orders.ts'

export const orderRoutes = (
  orders: Orders,
  /** Those that collect a currency. */
  providersFor: (currency: Currency) => string[],
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
  handle(api.placeOrder, async ({ actor, body, idempotencyKey, request }) => {
    await orders.attempt(actor.personId, request.ip)
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
  handle(api.listOrders, ({ params, query }) => orders.listForMerchant(params.tenantId, query)),
  handle(api.getOrder, ({ params }) => orders.forMerchant(params.tenantId, params.orderId)),
]
