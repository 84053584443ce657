export { pictureUrl } from './keys.ts'
export { createPictures, type Pictures } from './pictures.ts'
export { mediaRoutes, pictureRoutes } from './routes.ts'
