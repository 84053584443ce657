import { z } from 'zod'
import { ADDRESS } from '../../test/address.ts'
import { PRICE_MINOR } from '../flash/world.ts'
import { openConnection } from '../lib/connection.ts'

/** Buyers with carts, in a process of their own: each looks at their orders, places one, and looks again. */

const task = z.object({
  port: z.number(),
  connections: z.number(),
  lines: z.number(),
  showId: z.string(),
  skuIds: z.array(z.string()),
  tokens: z.array(z.string()),
})
type Task = z.infer<typeof task>
/** Of one buyer: when they were done, how long order and reads took (ms), and the order's status. */
type Checkout = [atMs: number, orderMs: number, readMs: number, status: number]

process.on('message', (message) => {
  void buyAll(task.parse(message)).then((answers) => process.send?.(answers))
})

async function buyAll(asked: Task): Promise<Checkout[]> {
  const done: Checkout[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: asked.connections }, async () => {
      const connection = await openConnection(asked.port)
      const timed = async (request: Buffer) => {
        const startedAt = performance.now()
        const status = await connection.send(request)
        return { status, tookMs: performance.now() - startedAt }
      }
      while (next < asked.tokens.length) {
        const n = next++
        const before = await timed(listing(asked.tokens[n]!))
        const order = await timed(ordering(asked, n))
        const after = await timed(listing(asked.tokens[n]!))
        if (before.status !== 200 || after.status !== 200)
          throw new Error(`a list was answered with ${after.status}`)
        done.push([performance.now(), order.tookMs, (before.tookMs + after.tookMs) / 2, order.status])
      }
      connection.end()
    }),
  )
  return done
}

const listing = (token: string): Buffer => request('GET', token, [], '')

/** A cart is a run of neighbours in the catalogue, so that carts overlap. */
function ordering({ showId, skuIds, tokens, lines }: Task, n: number): Buffer {
  const cart = Array.from({ length: lines }, (_, i) => ({
    skuId: skuIds[(n * 7 + i) % skuIds.length]!,
    quantity: 1,
    saleId: null,
  }))
  const body = JSON.stringify({
    showId,
    lines: cart,
    address: ADDRESS,
    expectedTotalMinor: lines * PRICE_MINOR,
  })
  const more = ['Content-Type: application/json', `Idempotency-Key: checkout-bench-${n}`]
  return request('POST', tokens[n]!, more, body)
}

function request(method: string, token: string, more: readonly string[], body: string): Buffer {
  const head = [
    `${method} /api/v1/orders HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    ...more,
    ...(body ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}
