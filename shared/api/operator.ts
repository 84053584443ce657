import { z } from 'zod'
import { contract, nothing, page, pageOf, timeMs } from './contract.ts'

/** What of the server's own work needs the eyes of who runs it. */

const tag = 'Operator'
const letterId = z.string().regex(/^\d{1,18}$/)

const deadLetterView = z.object({
  id: z.string(),
  /** What happened, e.g. `order.changed`. */
  topic: z.string(),
  /** What it happened to, e.g. an order's id. */
  key: z.string(),
  attempts: z.int(),
  /** What the last attempt failed with. */
  error: z.string(),
  at: timeMs,
})
export type DeadLetterView = z.infer<typeof deadLetterView>

export const listDeadLetters = contract({
  method: 'GET',
  path: '/dead-letters',
  tag,
  summary: 'What was given up after many attempts: mails, notices and other work that follows from a change',
  who: 'operator',
  query: page.extend({ after: letterId.optional() }),
  output: pageOf(deadLetterView),
})

export const retryDeadLetter = contract({
  method: 'POST',
  path: '/dead-letters/:letterId/retry',
  tag,
  summary: 'Try it again now, with as many attempts as at first',
  who: 'operator',
  params: z.object({ letterId }),
  output: nothing,
  status: 204,
})
