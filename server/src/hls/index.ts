export { createHls, type Hls } from './hls.ts'
export { hlsRoutes } from './routes.ts'
