import { down, position } from '../message.ts'
import { saleView } from '../parts.ts'

/** A flash sale was scheduled, its countdown started, it runs, it ended or was stopped: always the whole of it. */
export const sale = down('sale', 'state', { pos: position, sale: saleView })
