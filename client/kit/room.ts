import { Connection } from './room/connection.ts'
import type { RoomConnection, RoomOptions } from './room/types.ts'

/**
 * Joins a room and stays in it: over lost connections, slow networks and servers that go away. For browsers, and for
 * Node with a WebSocket constructor. Begins at once; listen with `on`, end with `close`.
 */
export const connectRoom = (options: RoomOptions): RoomConnection => new Connection(options)

export { RoomRefused } from './room/refusals.ts'
export type {
  RoomConnection,
  RoomOptions,
  RoomState,
  RoomStatus,
  SayResult,
} from './room/types.ts'
