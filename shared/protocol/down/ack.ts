import * as z from 'zod/mini'
import { down, id } from '../message.ts'
import { chatLine } from '../parts.ts'

/** The answer to an up message that carried `id`. `error` is a code of the catalogue. */
export const ack = down('ack', 'personal', {
  id,
  ok: z.boolean(),
  error: z.optional(z.string()),
  retryAfterMs: z.optional(z.int()),
  /** For `say`: the line as the room hears it. */
  line: z.optional(chatLine),
  /** For `refresh` without a ticket: newer ones, for the next connection and for flash sales, and how long they live. */
  ticket: z.optional(z.string()),
  orderTicket: z.optional(z.string()),
  lifeMs: z.optional(z.int()),
})
