import { randomUUID } from 'node:crypto'
import type { Api, Input, Output } from '@shelfcast/shared/api/index.ts'
import type { PaymentView } from '@shelfcast/shared/api/payments.ts'
import { WebSocket } from 'ws'
import { connectRoom, type RoomConnection } from '../../../client/kit/room.ts'

type RouteName = keyof Api

/** One scripted viewer: signed in, in the room by a real socket, buying and tipping over HTTP as anybody would. */
export interface DemoViewer {
  readonly room: RoomConnection
  /** Buys one unit and pays for it. */
  buy(skuId: string, saleId: string | null, unitMinor: number): Promise<void>
  /** Sends a gift; buys coins first where there are too few. */
  tip(giftId: 'heart' | 'flower' | 'rocket'): Promise<void>
  leave(): void
}

const COINS_MIN = 66
const TIMEOUT_MS = 10_000
const ADDRESS = {
  name: 'Demo',
  phone: '+8613800138000',
  country: 'CN',
  region: '上海',
  city: '上海',
  street: '示例路 1 号 · 1 Sample Road',
  postcode: '200000',
}

export function enter(url: string, showId: string, token: string): DemoViewer {
  async function call<R extends RouteName>(
    route: R,
    input: {
      params?: Record<string, string>
      body?: Input<Api[R], 'body'>
      once?: boolean
      orderTicket?: string
    } = {},
  ): Promise<Output<Api[R]>> {
    const [method = '', path = ''] = route.split(' ')
    const filled = path.replace(/:(\w+)/g, (_, name: string) => input.params?.[name] ?? '')
    const response = await fetch(`${url}/api/v1${filled}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(input.orderTicket === undefined ? {} : { 'order-ticket': input.orderTicket }),
        ...(input.once ? { 'idempotency-key': randomUUID() } : {}),
      },
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    // As in client/kit/api.ts: our own server's answer, cut to the contract.
    const answer = (await response.json()) as Output<Api[R]> & { code?: string }
    if (!response.ok) throw new Error(`${route}: ${answer.code ?? response.status}`)
    return answer
  }

  /** Does what a buyer does on the sandbox's page. */
  async function pay({ payUrl }: PaymentView): Promise<void> {
    if (!payUrl) return
    await fetch(`${url}${new URL(payUrl).pathname}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'choice=success',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  }

  const visit = () => call('POST /shows/:showId/visits', { params: { showId } })
  const room = connectRoom({
    url: `${url.replace(/^http/, 'ws')}/rooms`,
    getTicket: async () => (await visit()).roomTicket,
    WebSocket,
  })

  return {
    room,
    async buy(skuId, saleId, unitMinor) {
      const lines = [{ skuId, saleId, quantity: 1 }]
      const order = await call('POST /orders', {
        body: { showId, lines, address: ADDRESS, expectedTotalMinor: unitMinor },
        once: true,
        ...(saleId !== null && { orderTicket: room.orderTicket ?? (await visit()).orderTicket }),
      })
      const body = { provider: 'sandbox' }
      await pay(
        await call('POST /orders/:orderId/payments', { params: { orderId: order.id }, body, once: true }),
      )
    },
    async tip(giftId) {
      const { coins } = await call('GET /wallet')
      if (coins < COINS_MIN) {
        const pack = { packId: 'pack-300', provider: 'sandbox' } as const
        await pay((await call('POST /coin-purchases', { body: pack, once: true })).payment)
        return // the coins are there the next time
      }
      await call('POST /shows/:showId/tips', { params: { showId }, body: { giftId, count: 1 }, once: true })
    },
    leave: () => room.close(),
  }
}
