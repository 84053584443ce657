export { createDeadLetters, type DeadLetters } from './dead-letters.ts'
export { operatorRoutes } from './routes.ts'
