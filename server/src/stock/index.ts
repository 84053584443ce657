export type { HoldRequest } from './gate.ts'
export { createStock, type Stock } from './stock.ts'
