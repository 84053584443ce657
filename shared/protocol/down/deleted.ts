import * as z from 'zod/mini'
import { down, id, position } from '../message.ts'

/** These chat lines are taken away. */
export const deleted = down('deleted', 'state', { pos: position, lineIds: z.array(id) })
