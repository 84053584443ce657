export { createPayouts, type Payouts } from './payouts.ts'
export { payoutRoutes } from './routes.ts'
