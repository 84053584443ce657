export type {
  RoomConnection,
  RoomEvents,
  RoomOptions,
  RoomState,
  RoomStatus,
  SayResult,
} from './room/types.ts'
