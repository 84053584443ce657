export { createProducts, type Products, type SkuInput } from './products.ts'
export { catalogRoutes } from './routes.ts'
