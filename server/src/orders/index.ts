export { createOrders, type Orders } from './orders.ts'
export { orderRoutes } from './routes.ts'
export type { MerchantOrderView } from './views.ts'
