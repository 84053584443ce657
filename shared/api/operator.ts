import { z } from 'zod'
import { contract, id, nothing, page, pageOf, timeMs } from './contract.ts'

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

export const stockGateView = z.object({
  /** Of every server process that was heard lately. */
  gates: z.array(
    z.object({
      node: z.string(),
      /** False while Redis does not answer it, and orders go straight to Postgres. */
      open: z.boolean(),
      /** Since when it knows the Redis that it believes. */
      epochSince: timeMs.nullable(),
      epochChanges: z.int(),
      timesAway: z.int(),
    }),
  ),
  loaded: z.int().describe('How often a SKU was loaded into Redis, by all processes that ever ran'),
  repaired: z.int().describe('How often what Redis had of a SKU differed, and was set right'),
  last: z.array(
    z.object({
      skuId: id,
      tenantName: z.string(),
      productTitle: z.string(),
      code: z.string(),
      kind: z.enum(['loaded', 'repaired']),
      times: z.int(),
      at: timeMs,
    }),
  ),
})
export type StockGateView = z.infer<typeof stockGateView>

export const getStockGate = contract({
  method: 'GET',
  path: '/stock-gate',
  tag,
  summary: 'How the gate before Postgres is: Redis, its epoch, and what had to be set right',
  who: 'operator',
  output: stockGateView,
})
