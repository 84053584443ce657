export { createPromotions, type Promotions } from './promotions.ts'
export { promotionRoutes } from './routes.ts'
export { isOpen } from './rules.ts'
export type { SaleTerms } from './sales.ts'
