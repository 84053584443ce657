import * as z from 'zod/mini'
import { down, id, position, serverTimeMs } from '../message.ts'

/** The pinned shelf item, or null when nothing is pinned; `at`: when it was done, on the clock of the picture. */
export const pinned = down('pinned', 'state', {
  pos: position,
  itemId: z.nullable(id),
  at: z.optional(serverTimeMs),
})
