import * as z from 'zod/mini'
import { up } from '../message.ts'

/** `sent` is the client's own clock, given back unchanged. */
export const clock = up('clock', { sent: z.number() })
