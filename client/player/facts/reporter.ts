import { effect } from '@preact/signals'
import type { ReportedFact } from '@shelfcast/shared/facts/facts.ts'
import { call } from '../../kit/api.ts'
import type { Player } from '../player.ts'
import { visitSource } from '../sheets/source.ts'
import { watchCards } from './cards.ts'
import { newEventId } from './event-id.ts'
import { onMoment } from './moments.ts'
import { createQueue } from './queue.ts'

const FLUSH_MS = 5000
/** How often time spent is told; the contract takes a minute at once. */
const DWELL_MS = 15_000
const LIKES_MAX = 500

type Told<T = ReportedFact> = T extends { id: string } ? Omit<T, 'id'> : never

/**
 * Reports what this viewer does, from consent on and until it is withdrawn. Ids carry the server's clock, so a viewer
 * whose own is wrong is heard all the same. @returns what ends it
 */
export function startReporter(player: Player): () => void {
  const session = newEventId(player.serverNow())
  const source = visitSource(location.search, document.referrer, player.embed !== null)
  const impressions = new Map<string, string>()
  const queue = createQueue(async (facts) => {
    const body = { session, showId: player.showId, source, facts: [...facts] }
    return (await call('POST /facts', { body, keepalive: true })).consent
  })
  const add = (told: Told): string => {
    const id = newEventId(player.serverNow())
    queue.add({ ...told, id } as ReportedFact) // a fact is what is told, and its id
    return id
  }
  const itemOf = (itemId: string) =>
    player.state.room.peek()?.shelf.findIndex(({ id }) => id === itemId) ?? -1
  const dwell = createDwell((ms) => add({ type: 'dwell', ms }))
  let likes = 0
  const flushLikes = () => {
    if (likes > 0) add({ type: 'like', count: Math.min(likes, LIKES_MAX) })
    likes = 0
  }
  const flush = () => {
    flushLikes()
    void queue.flush()
  }
  const leave = () => {
    if (document.visibilityState === 'visible') return
    dwell.tell()
    flush()
  }

  onMoment((moment) => {
    if (moment.is === 'liked') likes++
    else {
      const { is, ...bagged } = moment
      const currency = player.state.visit.peek()?.show.currency ?? 'CNY'
      add({ type: is, ...bagged, currency, impressionId: impressions.get(bagged.productId) ?? null })
    }
  })
  const stops = [
    () => onMoment(null),
    watchCards(document.body, ({ itemId, place }) => {
      const position = itemOf(itemId)
      const productId = player.state.room.peek()?.shelf[position]?.productId
      if (productId) impressions.set(productId, add({ type: 'seen', productId, place, position }))
    }),
    effect(() => {
      const view = player.state.sheet.value
      if (view?.kind !== 'checkout') return
      const position = itemOf(view.itemId)
      const productId = player.state.room.peek()?.shelf[position]?.productId
      if (productId) {
        const impressionId = impressions.get(productId) ?? null
        add({ type: 'product_opened', productId, impressionId, position })
      }
    }),
    every(FLUSH_MS, flush),
    every(DWELL_MS, dwell.tell),
    dwell.stop,
    on(document, 'visibilitychange', leave),
    on(window, 'pagehide', () => {
      dwell.tell()
      flush()
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Adds up the time for which the page is to be seen. */
function createDwell(onTime: (ms: number) => void) {
  let since = document.visibilityState === 'visible' ? performance.now() : null
  let ms = 0
  const add = () => {
    const now = performance.now()
    if (since !== null) ms += now - since
    since = document.visibilityState === 'visible' ? now : null
  }
  const stop = on(document, 'visibilitychange', add)
  return {
    stop,
    tell() {
      add()
      const told = Math.min(60_000, Math.round(ms)) // a laptop that slept was not watched
      ms = 0
      if (told > 0) onTime(told)
    },
  }
}

function every(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms)
  return () => clearInterval(timer)
}

function on(target: EventTarget, event: string, listener: () => void): () => void {
  target.addEventListener(event, listener)
  return () => target.removeEventListener(event, listener)
}
