import { z } from 'zod'
import { ADDRESS } from '../../test/address.ts'
import { openConnection } from '../lib/connection.ts'

/**
 * Buyers in a process of their own: `connections` of them at a time, each of whom asks once and makes room for the
 * next. Plain sockets: an HTTP client of the platform would cost more than the server that it measures.
 */

const task = z.object({
  port: z.number(),
  connections: z.number(),
  showId: z.string(),
  skuIds: z.array(z.string()),
  saleId: z.string().nullable(),
  priceMinor: z.number(),
  tokens: z.array(z.string()),
  /** Who enters a show has one; an order in its flash sale shows it. */
  orderTickets: z.array(z.string()),
})
type Task = z.infer<typeof task>

process.on('message', (message) => {
  void buyAll(task.parse(message)).then((answers) => process.send?.(answers))
})

/** One answer: when it came and how long it took (ms), and its status. */
type AnswerTuple = [atMs: number, tookMs: number, status: number]

async function buyAll(asked: Task): Promise<AnswerTuple[]> {
  const { port, connections } = asked
  const answers: AnswerTuple[] = []
  const requests = asked.tokens.map((_, n) => requestOf(asked, n))
  let next = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const ask = await openConnection(port)
      while (next < requests.length) {
        const request = requests[next++]!
        const startedAt = performance.now()
        const status = await ask.send(request)
        const endedAt = performance.now()
        answers.push([endedAt, endedAt - startedAt, status])
      }
      ask.end()
    }),
  )
  return answers
}

function requestOf({ showId, skuIds, saleId, priceMinor, tokens, orderTickets }: Task, n: number): Buffer {
  const body = JSON.stringify({
    showId,
    lines: [{ skuId: skuIds[n % skuIds.length]!, quantity: 1, saleId }],
    address: ADDRESS,
    expectedTotalMinor: priceMinor,
  })
  const head = [
    'POST /api/v1/orders HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${tokens[n]!}`,
    'Content-Type: application/json',
    `Idempotency-Key: flash-bench-${n}`,
    ...(saleId === null ? [] : [`Order-Ticket: ${orderTickets[n]!}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}
