export { type Battles, createBattles } from './battles.ts'
export type { Rival } from './reads.ts'
export { battleRoutes } from './routes.ts'
