import * as z from 'zod/mini'
import { position, up } from '../message.ts'

/**
 * The first message on a connection, and again after `resync`. `resume` is the last position that this viewer saw.
 * The ticket may be left out on a connection that has joined before.
 */
export const join = up('join', {
  version: z.int(),
  ticket: z.optional(z.string().check(z.minLength(10), z.maxLength(2048))),
  resume: z.optional(position),
})
