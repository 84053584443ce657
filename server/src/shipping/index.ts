export { shippingRoutes } from './routes.ts'
export { type Destination, feeMinorOf, termsFor } from './rules.ts'
export { createShipping, type Shipping, type VersionedRule } from './shipping.ts'
