import * as z from 'zod/mini'
import { id, up } from '../message.ts'

/**
 * A newer ticket for the same show, e.g. after signing in, is answered by `you` with who one is now, and `ack`.
 * Without a ticket it asks for one: the `ack` brings a newer ticket of the same claims.
 */
export const refresh = up('refresh', {
  id,
  ticket: z.optional(z.string().check(z.minLength(10), z.maxLength(2048))),
})
