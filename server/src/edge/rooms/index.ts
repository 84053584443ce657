export { mountRooms, ROOMS_PATH, type RoomSocketDeps } from './socket.ts'
