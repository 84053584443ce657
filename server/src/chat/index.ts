export { type Chat, type ChatDeps, createChat, type Speaker } from './chat.ts'
export { chatRoutes } from './routes.ts'
