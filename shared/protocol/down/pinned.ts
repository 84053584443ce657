import * as z from 'zod/mini'
import { down, id, position } from '../message.ts'

/** The pinned shelf item, or null when nothing is pinned. */
export const pinned = down('pinned', 'state', { pos: position, itemId: z.nullable(id) })
