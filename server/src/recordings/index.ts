export { recordingFiles } from './files.ts'
export { createRecordings, type Recordings } from './recordings.ts'
export { recordingRoutes } from './routes.ts'
