export { recordingFiles } from './files.ts'
export { createRecordings, type Recordings, type RecordingsDeps } from './recordings.ts'
export { recordingRoutes } from './routes.ts'
