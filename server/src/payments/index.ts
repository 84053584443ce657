export { createPayments, type Payments } from './payments.ts'
export type { PaymentProvider } from './provider.ts'
export { paymentRawRoutes, paymentRoutes } from './routes.ts'
export { createSandbox, type Sandbox } from './sandbox/sandbox.ts'
