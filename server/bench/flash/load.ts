import { z } from 'zod'
import { ADDRESS } from '../../test/address.ts'
import { openConnection } from '../lib/connection.ts'
import { PRICE_MINOR } from './world.ts'

/**
 * Buyers in a process of their own: `connections` of them at a time, each of whom asks once and makes room for the
 * next. Plain sockets: an HTTP client of the platform would cost more than the server that it measures.
 */

const task = z.object({
  port: z.number(),
  connections: z.number(),
  showId: z.string(),
  skuIds: z.array(z.string()),
  tokens: z.array(z.string()),
})

process.on('message', (message) => {
  void buyAll(task.parse(message)).then((answers) => process.send?.(answers))
})

/** One answer: when it came and how long it took (ms), and its status. */
type AnswerTuple = [atMs: number, tookMs: number, status: number]

async function buyAll({
  port,
  connections,
  showId,
  skuIds,
  tokens,
}: z.infer<typeof task>): Promise<AnswerTuple[]> {
  const answers: AnswerTuple[] = []
  const requests = tokens.map((token, n) => requestOf(token, showId, skuIds[n % skuIds.length]!, n))
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

function requestOf(token: string, showId: string, skuId: string, n: number): Buffer {
  const body = JSON.stringify({
    showId,
    lines: [{ skuId, quantity: 1, saleId: null }],
    address: ADDRESS,
    expectedTotalMinor: PRICE_MINOR,
  })
  const head = [
    'POST /api/v1/orders HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Idempotency-Key: flash-bench-${n}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}
