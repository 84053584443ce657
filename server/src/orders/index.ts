export { createEntry } from './entry.ts'
export { createOrders, type Orders } from './orders.ts'
export { orderRoutes } from './routes.ts'
