export { type CoHosts, createCoHosts } from './cohosts.ts'
export { coHostRoutes } from './routes.ts'
