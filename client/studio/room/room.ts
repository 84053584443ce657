import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Me, SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { codeOf } from '../../kit/api.ts'
import { connectRoom, RoomRefused, type RoomState, type RoomStatus, type SayResult } from '../../kit/room.ts'
import { featuredSale } from '../../kit/watch/sale-phase.ts'
import { createTicker } from '../../kit/watch/ticker.ts'
import { createTickets, type Visit } from '../../kit/watch/tickets.ts'
import { type FeedItem, lineItem, tipItem, withItems, withoutLines } from './feed.ts'

/** The room as its host sees it. */
export interface Room {
  readonly visit: ReadonlySignal<Visit | null>
  readonly state: ReadonlySignal<RoomState | null>
  readonly status: ReadonlySignal<RoomStatus>
  readonly me: ReadonlySignal<Me | null>
  readonly feed: ReadonlySignal<readonly FeedItem[]>
  /** The flash sale that viewers see now. */
  readonly sale: ReadonlySignal<SaleView | null>
  /** The server's clock; reading it while drawing makes the component follow it. */
  readonly now: ReadonlySignal<number>
  serverNow(): number
  say(text: string): Promise<SayResult>
  close(): void
}

const NO_SALES_ENDED: ReadonlyMap<string, number> = new Map()

/** Enters the show's room like a viewer does; the ticket says that this one is the host. */
export function createRoom(showId: string): Room {
  const visit = signal<Visit | null>(null)
  const tickets = createTickets(showId, (next) => {
    visit.value = next
  })
  const connection = connectRoom({
    url: `${location.origin.replace(/^http/, 'ws')}/rooms`,
    getTicket: () =>
      tickets.room().catch((error) => {
        throw codeOf(error) === 'not_found' ? new RoomRefused('not_found') : error
      }),
  })
  const state = signal<RoomState | null>(null)
  const status = signal<RoomStatus>(connection.status)
  const me = signal<Me | null>(null)
  const feed = signal<readonly FeedItem[]>([])
  const add = (items: readonly FeedItem[]) => {
    feed.value = withItems(feed.peek(), items)
  }

  connection.on('state', (next) => {
    state.value = next
  })
  connection.on('me', (next) => {
    me.value = next
  })
  connection.on('status', (next) => {
    status.value = next
    const { recentChat = [], recentTips = [] } = connection.state ?? {}
    if (next === 'live') add([...recentChat.map(lineItem), ...recentTips.map(tipItem)])
  })
  connection.on('chat', (lines) => add(lines.map(lineItem)))
  connection.on('tip', (tip) => add([tipItem(tip)]))
  connection.on('event', (event) => {
    if (event.t === 'deleted') feed.value = withoutLines(feed.peek(), event.lineIds)
  })

  const now = createTicker(() => connection.serverNow())
  return {
    visit,
    state,
    status,
    me,
    feed,
    sale: computed(() => {
      const sales = state.value?.sales ?? []
      return sales.length === 0 ? null : featuredSale(sales, now.value, NO_SALES_ENDED)
    }),
    now,
    serverNow: () => connection.serverNow(),
    say: (text) => connection.say(text),
    close: () => connection.close(),
  }
}
