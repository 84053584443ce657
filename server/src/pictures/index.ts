export { createPictures, type Pictures } from './pictures.ts'
export { mediaRoutes, pictureRoutes } from './routes.ts'
