import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import type { SayResult } from '../../kit/room.ts'
import { connectShow, type RoomSignals, roomSignals } from '../../kit/watch/connect-show.ts'
import { featuredSale } from '../../kit/watch/sale-phase.ts'
import { createTicker } from '../../kit/watch/ticker.ts'
import type { Visit } from '../../kit/watch/tickets.ts'
import type { Video } from '../../kit/watch/video.ts'
import { type FeedItem, lineItem, tipItem, withItems, withoutLines } from './feed.ts'

/** The room as its host sees it. */
export interface Room extends RoomSignals {
  readonly visit: ReadonlySignal<Visit | null>
  /** What the other hosts send. */
  readonly video: Video
  readonly feed: ReadonlySignal<readonly FeedItem[]>
  /** The flash sale that viewers see now. */
  readonly sale: ReadonlySignal<SaleView | null>
  /** The server's clock; reading it while drawing makes the component follow it. */
  readonly now: ReadonlySignal<number>
  serverNow(): number
  say(text: string): Promise<SayResult>
  onTip(listener: () => void): void
  close(): void
}

const NO_SALES_ENDED: ReadonlyMap<string, number> = new Map()

/** Enters the show's room like a viewer does; the ticket says that this one is the host. */
export function createRoom(showId: string): Room {
  const visit = signal<Visit | null>(null)
  const { room, createVideo } = connectShow(showId, {
    onVisit(next) {
      visit.value = next
    },
  })
  const signals = roomSignals(room)
  const video = createVideo('others')
  const feed = signal<readonly FeedItem[]>([])
  const add = (items: readonly FeedItem[]) => {
    feed.value = withItems(feed.peek(), items)
  }

  room.on('status', (next) => {
    const { recentChat = [], recentTips = [] } = room.state ?? {}
    if (next === 'live') add([...recentChat.map(lineItem), ...recentTips.map(tipItem)])
  })
  room.on('chat', (lines) => add(lines.map(lineItem)))
  room.on('tip', (tip) => add([tipItem(tip)]))
  room.on('event', (event) => {
    if (event.t === 'deleted') feed.value = withoutLines(feed.peek(), event.lineIds)
  })

  const now = createTicker(() => room.serverNow())
  return {
    ...signals,
    visit,
    video,
    feed,
    sale: computed(() => {
      const sales = signals.state.value?.sales ?? []
      return sales.length === 0 ? null : featuredSale(sales, now.value, NO_SALES_ENDED)
    }),
    now,
    serverNow: () => room.serverNow(),
    say: (text) => room.say(text),
    onTip: (listener) => void room.on('tip', listener),
    close() {
      video.close()
      room.close()
    },
  }
}
