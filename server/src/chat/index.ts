export { type Chat, createChat, type Speaker } from './chat.ts'
export { chatRoutes } from './routes.ts'
