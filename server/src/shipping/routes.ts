import { getShipping, putShipping } from '@shelfcast/shared/api/shipping.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Shipping } from './shipping.ts'

export const shippingRoutes = (shipping: Shipping): Route[] => [
  handle(getShipping, ({ params }) => shipping.current(params.tenantId)),
  handle(putShipping, ({ params, body, actor }) => shipping.put(params.tenantId, body, actor.personId)),
]
