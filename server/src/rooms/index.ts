export { createRooms, type RoomEngine, type RoomEngineDeps, type Rooms, type Seat } from './engine.ts'
export type { EnterOptions, Entrance, RoomEvent } from './room.ts'
export type { RoomView } from './snapshots.ts'
export type { Link, SendResult } from './transport.ts'
