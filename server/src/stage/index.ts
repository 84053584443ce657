export { createIceServers, type IceServer } from './ice.ts'
export type { LeftReason } from './seat.ts'
export { createStage, type Host, type Joined, type Stage, type StageDeps } from './stage.ts'
export { whepRoutes } from './whep.ts'
