export { mountRooms } from './socket.ts'
