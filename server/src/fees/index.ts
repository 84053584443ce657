export { createFees, type Fees } from './fees.ts'
export { feeRoutes } from './routes.ts'
export { type FeeTerms, type Share, shareOut } from './rules.ts'
