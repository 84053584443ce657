import * as z from 'zod/mini'
import { down, serverTimeMs } from '../message.ts'

/** Answers `clock`, so that the client can set its clock after the server's (rule T1). */
export const clock = down('clock', 'personal', { sent: z.number(), serverTime: serverTimeMs })
