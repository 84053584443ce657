export type { LeftReason } from './seat.ts'
export { createStage, type Host, type Stage, type StageDeps, type StandIn } from './stage.ts'
export { whepRoutes } from './whep.ts'
