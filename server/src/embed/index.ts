export { createEmbed, type Embed } from './embed.ts'
export { embedRoutes } from './routes.ts'
