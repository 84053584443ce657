export { createProducts, type Products } from './products.ts'
export { catalogRoutes } from './routes.ts'
