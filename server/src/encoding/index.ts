export { type Filming, type FilmingDeps, startFilming } from './filming.ts'
export type { Fragment, Init } from './fmp4.ts'
export { splice } from './splice.ts'
