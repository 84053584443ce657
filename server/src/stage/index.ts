export type { LeftReason } from './seat.ts'
export { createStage, type Host, type Stage, type StageDeps } from './stage.ts'
export { whepRoutes } from './whep.ts'
