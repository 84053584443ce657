import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { ChatLine, SaleView, TipView } from '@shelfcast/shared/protocol/parts.ts'
import { codeOf } from '../kit/api.ts'
import { createRelay, type Relay } from '../kit/room/relay.ts'
import type { RoomConnection, SayResult } from '../kit/room.ts'
import { connectShow, type ShowConnection } from '../kit/watch/connect-show.ts'
import { featuredSale, runningSales } from '../kit/watch/sale-phase.ts'
import { createTicker } from '../kit/watch/ticker.ts'
import type { Video } from '../kit/watch/video.ts'
import type { Embed } from './embed/embed.ts'
import { type Face, faceOf } from './face.ts'
import { tell } from './facts/moments.ts'
import { offAir } from './pricing.ts'
import { createState, type PlayerState, seenShow, withLines, withSaleEnd } from './state.ts'

/** The running player: its state, and everything a viewer can do short of buying. */
export interface Player {
  readonly showId: string
  /** Null on our own page. */
  readonly embed: Embed | null
  readonly state: PlayerState
  readonly video: Video
  readonly face: ReadonlySignal<Face | null>
  /** The server's clock in steps of 100 ms; reading it while drawing makes the component follow it. */
  readonly now: ReadonlySignal<number>
  /** The flash sale that the screen shows. */
  readonly sale: ReadonlySignal<SaleView | null>
  /** The flash sales whose price can be had now; changes only when one starts, ends or sells. */
  readonly running: ReadonlySignal<readonly SaleView[]>
  /** The server's clock, exactly. */
  serverNow(): number
  /** The server's time as far as prices go: it moves when a campaign begins or ends. */
  readonly pricedAt: ReadonlySignal<number>
  /** What an order in a flash sale carries; another one after `refused`. */
  orderTicket(refused?: boolean): Promise<string>
  say(text: string): Promise<SayResult>
  like(): void
  onChat(listener: (lines: ChatLine[]) => void): () => void
  onTip(listener: (tip: TipView) => void): () => void
  onEvent(listener: (event: Down) => void): () => void
  /** How chat, tips and the room's state are heard, where the picture is behind. */
  readonly listenBy: Relay['by']
  /** After signing in or buying: who I am now, in this page and in the room. */
  identify(): Promise<void>
  /** Tries again what went wrong, now. */
  retry(): void
  close(): void
}

/** Enters a show and keeps room and video for as long as the page is open. */
export function createPlayer(showId: string, embed: Embed | null = null): Player {
  const state = createState()
  const { tickets, room, orderTicket, createVideo } = enter(showId, state)
  const video = createVideo('all', true)
  const { on, by } = createRelay(room)
  const now = createTicker(() => room.serverNow())
  const sales = computed(() => state.room.value?.sales ?? [])
  // Until the room tells more, what the visit told: the video need not wait for the room.
  const show = computed(() => seenShow(state) ?? shownByVisit(state))
  // A viewer without a place takes no picture from those who have one.
  const wanted = computed(() => show.value?.status === 'live' && state.roomStatus.value !== 'full')
  const pricedAt = signal(room.serverNow())
  const stops = [
    followRoom(room, on, state),
    effect(() => video.want(wanted.value)),
    onPage('online', () =>
      import('../kit/watch/renegotiate.ts').then(
        ({ networkIsBack }) => networkIsBack(video),
        () => video.restart(),
      ),
    ),
    onPage('pagehide', () => video.want(false)),
    onPage('pageshow', () => video.want(wanted.peek())),
  ]
  import('./price-clock.ts').then(
    ({ runPriceClock }) => stops.push(runPriceClock(pricedAt, state.room, room)),
    () => {}, // prices are those of the moment in which the page was opened
  )

  return {
    showId,
    embed,
    state,
    video,
    now,
    face: computed(() =>
      faceOf({
        entry: state.entry.value,
        show: show.value,
        // A picture that is behind is seen to its end.
        room: state.room.value?.seenShow ? 'live' : state.roomStatus.value,
        video: video.status.value,
      }),
    ),
    // Without sales nothing reads the clock, and it stands still.
    sale: computed(() =>
      sales.value.length > 0 ? featuredSale(sales.value, now.value, state.salesEndedAt.value) : null,
    ),
    running: stable(() => (sales.value.length > 0 ? runningSales(sales.value, now.value) : [])),
    serverNow: () => room.serverNow(),
    pricedAt,
    orderTicket,
    say: (text) => room.say(text),
    like() {
      room.like()
      tell({ is: 'liked' })
    },
    onChat: (listener) => on('chat', listener),
    onTip: (listener) => on('tip', listener),
    onEvent: (listener) => room.on('event', listener),
    listenBy: by,
    async identify() {
      await tickets.enter()
      await room.refresh()
    },
    retry() {
      tickets.forget()
      video.restart()
    },
    close() {
      for (const stop of stops) stop()
      video.close()
      room.close()
    },
  }
}

const shownByVisit = ({ visit }: PlayerState) =>
  visit.value && { status: visit.value.show.status, hostAway: false }

/** Enters the show; the state hears of every visit, and of one that failed. */
function enter(showId: string, state: PlayerState): ShowConnection {
  return connectShow(showId, {
    onVisit(visit) {
      state.visit.value = visit
      state.entry.value = 'entered'
    },
    onEntryFailed(error) {
      if (codeOf(error) === 'not_found') state.entry.value = 'unknown'
      else if (state.entry.value === 'entering') state.entry.value = 'offline'
    },
  })
}

/** A computed list that stays the same object while its members do, so that readers are not drawn in vain. */
function stable<T>(compute: () => readonly T[]): ReadonlySignal<readonly T[]> {
  let last: readonly T[] = []
  return computed(() => {
    const next = compute()
    const same = next.length === last.length && next.every((member, index) => member === last[index])
    if (!same) last = next
    return last
  })
}

/** Copies what the room tells into the state. */
function followRoom(room: RoomConnection, on: RoomConnection['on'], state: PlayerState): () => void {
  const stops = [
    room.on('status', (status) => {
      state.roomStatus.value = status
      state.refusal.value = room.refusal
      // What was said while we were away.
      if (status === 'live') state.lines.value = withLines(state.lines.value, room.state?.recentChat ?? [])
    }),
    on('state', (next) => {
      state.room.value = next.show.status === 'ended' ? { ...next, shelf: offAir(next.shelf) } : next
    }),
    room.on('me', (me) => {
      state.me.value = me
    }),
    on('chat', (lines) => {
      state.lines.value = withLines(state.lines.value, lines)
    }),
    room.on('event', (event) => noteEvent(event, room, state)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function noteEvent(event: Down, room: RoomConnection, state: PlayerState): void {
  if (event.t === 'deleted') {
    state.lines.value = state.lines.value.filter((line) => !event.lineIds.includes(line.id))
  } else if (event.t === 'draw') {
    state.draw.value = event
  } else if (event.t === 'sale') {
    state.salesEndedAt.value = withSaleEnd(state.salesEndedAt.value, event.sale, room.serverNow())
  }
}

function onPage(event: 'online' | 'pagehide' | 'pageshow', listener: () => void): () => void {
  addEventListener(event, listener)
  return () => removeEventListener(event, listener)
}
