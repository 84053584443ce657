import * as z from 'zod/mini'
import { down } from '../message.ts'

/** This server is going away: reconnect after the given wait, with `resume`. */
export const move = down('move', 'personal', { afterMs: z.int() })
