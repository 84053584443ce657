import { type ReadonlySignal, signal } from '@preact/signals'
import type { Answer } from '../../kit/api.ts'
import { connectRpc } from '../../kit/rpc/rpc.ts'

export type Order = Answer<'GET /tenants/:tenantId/orders'>['items'][number]

/** `connecting` nothing known yet · `up` orders come as they are placed · `down` being connected again · `refused` */
export type FeedStatus = 'connecting' | 'up' | 'down' | 'refused'

/** What a show sells, as it happens. */
export interface Feed {
  readonly status: ReadonlySignal<FeedStatus>
  /** Newest first. */
  readonly orders: ReadonlySignal<readonly Order[]>
  readonly tipCoins: ReadonlySignal<number | null>
  close(): void
}

/** Keeps at most so many orders on the screen; the orders page has all. */
const ORDERS_MAX = 200

/** Watches a show sell for as long as the desk is open; after a lost connection the list is fetched anew. */
export function watchSales(tenantId: string, showId: string): Feed {
  const status = signal<FeedStatus>('connecting')
  const orders = signal<readonly Order[]>([])
  const tipCoins = signal<number | null>(null)
  const rpc = connectRpc()

  const watch = async () => {
    try {
      const answer = await rpc.call('desk.watch', { tenantId, showId })
      orders.value = withOrders(orders.peek(), answer.orders)
      tipCoins.value = answer.tipCoins
      status.value = 'up'
    } catch {
      // Lost meanwhile: `onUp` comes again. Refused: the status below says so.
      status.value = rpc.status.peek() === 'up' ? 'refused' : 'down'
    }
  }
  const stops = [
    rpc.onUp(() => void watch()),
    rpc.on('desk.order', (order) => {
      orders.value = withOrders(orders.peek(), [order])
    }),
    rpc.on('desk.tips', ({ coins }) => {
      tipCoins.value = coins
    }),
    rpc.status.subscribe((now) => {
      if (now === 'down' || now === 'refused') status.value = now
    }),
  ]
  return {
    status,
    orders,
    tipCoins,
    close() {
      for (const stop of stops) stop()
      rpc.close()
    },
  }
}

/** Orders known before with newer views of some and new ones, newest first. */
function withOrders(known: readonly Order[], views: readonly Order[]): readonly Order[] {
  const all = new Map([...known, ...views].map((order) => [order.id, order]))
  return [...all.values()].sort((a, b) => b.placedAt - a.placedAt).slice(0, ORDERS_MAX)
}
