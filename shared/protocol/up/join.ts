import * as z from 'zod/mini'
import { position, up } from '../message.ts'

/** The first message on a connection. `resume` is the last position that this viewer saw. */
export const join = up('join', {
  ticket: z.string().check(z.minLength(10), z.maxLength(2048)),
  resume: z.optional(position),
})
