export {
  createRooms,
  type Heard,
  type RoomEngine,
  type RoomEngineDeps,
  type Rooms,
  type Seat,
} from './engine.ts'
export { createRoomLog, type RoomLog } from './log.ts'
export { createPresence, type Presence } from './presence.ts'
export { createShowRecord, type ShowRecordReader } from './record.ts'
export type { EnterOptions, Entrance, RoomEvent } from './room.ts'
export { roomRoutes } from './routes.ts'
export type { RoomView } from './snapshots.ts'
export type { Link, SendResult } from './transport.ts'
export type { Occupant } from './viewer.ts'
