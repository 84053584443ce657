import { z } from 'zod'
import type { Bus } from '../../kernel/bus.ts'
import type { Log } from '../../kernel/log.ts'
import type { Outbox } from '../../kernel/outbox.ts'
import type { DeskFeed, DeskOrder } from './desk.ts'

interface NewsDeps {
  outbox: Pick<Outbox, 'on'>
  bus: Pick<Bus, 'publish' | 'subscribe'>
  desk: DeskFeed
  order(tenantId: string, orderId: string): Promise<DeskOrder>
  tipCoins(tenantId: string, showId: string): Promise<number>
  log: Log
}

const CHANNEL = 'desks'
const TIPS_EVERY_MS = 250

const orderChanged = z.object({ tenantId: z.string(), orderId: z.string(), showId: z.string().nullable() })
const tipSent = z.object({ tenantId: z.string(), showId: z.string() })

const news = z.discriminatedUnion('is', [
  z.object({ is: z.literal('order'), tenantId: z.string(), orderId: z.string(), showId: z.string() }),
  z.object({ is: z.literal('tips'), tenantId: z.string(), showId: z.string() }),
])
type News = z.infer<typeof news>

/**
 * What was committed and concerns a merchant goes to the desks that watch, on whichever node they are: one node takes
 * a fact from the outbox, all hear of it, and those where somebody watches look it up. A desk that missed one has it
 * with its next `desk.watch`.
 */
export async function tellDesks(deps: NewsDeps): Promise<void> {
  const { outbox, bus, desk, log } = deps
  const waiting = new Set<string>()

  function hear(one: News): void {
    if (!desk.watched(one.showId)) return
    const failed = (error: unknown) => log.warn({ err: error, showId: one.showId }, 'news for the desk')
    if (one.is === 'order') deps.order(one.tenantId, one.orderId).then(desk.order, failed)
    else if (!waiting.has(one.showId)) {
      waiting.add(one.showId) // one sum for all tips of the next moment
      setTimeout(() => {
        waiting.delete(one.showId)
        deps.tipCoins(one.tenantId, one.showId).then((coins) => desk.tips(one.showId, coins), failed)
      }, TIPS_EVERY_MS).unref()
    }
  }

  function tell(one: News): void {
    hear(one)
    void bus.publish(CHANNEL, JSON.stringify(one))
  }

  outbox.on('order.changed', (payload) => {
    const { showId, ...order } = orderChanged.parse(payload)
    if (showId !== null) tell({ is: 'order', showId, ...order })
  })
  outbox.on('tip.sent', (payload) => tell({ is: 'tips', ...tipSent.parse(payload) }))
  await bus.subscribe(CHANNEL, (text) => {
    const parsed = news.safeParse(parseJson(text))
    if (parsed.success) hear(parsed.data)
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
