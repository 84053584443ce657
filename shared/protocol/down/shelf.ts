import * as z from 'zod/mini'
import { down, position } from '../message.ts'
import { shelfItemView } from '../parts.ts'

/** The whole shelf, whenever its items, order or prices change. */
export const shelf = down('shelf', 'state', { pos: position, items: z.array(shelfItemView) })
