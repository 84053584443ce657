export { createFacts, type Facts } from './facts.ts'
export { factRoutes } from './routes.ts'
