import * as z from 'zod/mini'
import { down, id, serverTimeMs } from '../message.ts'

/** The answer to an up message that carried `id`. `error` is a code of the catalogue; `at` when it was accepted. */
export const ack = down('ack', 'personal', {
  id,
  ok: z.boolean(),
  error: z.optional(z.string()),
  at: z.optional(serverTimeMs),
  /** For `say`: the id that the line has in the room. */
  lineId: z.optional(id),
  retryAfterMs: z.optional(z.int()),
})
