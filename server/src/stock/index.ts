export type { HoldRequest } from './gate.ts'
export type { Levels } from './levels.ts'
export { type Admission, createStock, type Stock } from './stock.ts'
