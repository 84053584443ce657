/** What a picture needs once there has been one: behind it, and between two streams. */
export { changeStream } from '../../kit/watch/change-stream.ts'
export { paintAmbient } from './ambient.ts'
