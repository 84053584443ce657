import * as z from 'zod/mini'
import { down, serverTimeMs } from '../message.ts'

/** What changed for this one person. */
export const you = down('you', 'personal', { mutedUntil: z.nullable(serverTimeMs) })
