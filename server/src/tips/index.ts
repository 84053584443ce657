export { tipRoutes } from './routes.ts'
export { createTips, type Tips } from './tips.ts'
