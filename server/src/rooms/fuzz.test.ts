import type { Down, StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  chatEvent,
  emptyView,
  engineWorld,
  entering,
  type FakeLink,
  filler,
  limits,
  place,
  tipEvent,
} from '../../test/rooms.ts'
import type { Seat } from './engine.ts'

/**
 * Random operations against a model: join, leave, cut, pause reading, publish every class (state in any order, late,
 * or never), Postgres away. Rules C1 to C3, S2, S3, B2, B3, J8. A failing seed is named by its test.
 */

const SEEDS = Number(process.env.ROOM_FUZZ_SEEDS ?? 100)
const STEPS = 300
const VIEWERS_MAX = 6
const BYTES_MAX = 2000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** mulberry32: a small generator whose whole state is its seed. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Welcome = { pos: Position; recovered: boolean; snapshot: { pinnedItemId: string | null } | null }

/** A viewer that keeps to the protocol and notices every breach of it. */
class Viewer {
  pos: Position | null = null
  pinned: string | null = null
  readonly latest = new Map<string, unknown>()
  readonly gifts: string[] = []
  link: FakeLink | null = null
  seat: Seat | null = null
  inStream = false
  wantsRejoin = false
  #read = 0

  connected(link: FakeLink, seat: Seat): void {
    this.link = link
    this.seat = seat
    this.#read = 0
  }

  /** Takes the frames that came since the last call. */
  read(): void {
    const { frames } = this.link ?? { frames: [] }
    for (const event of frames.slice(this.#read).flat()) this.#take(event)
    this.#read = frames.length
  }

  #take(event: Down): void {
    if (event.t === 'welcome') this.#welcomed(event as unknown as Welcome)
    else if (event.t === 'resync' && this.inStream) {
      this.inStream = false
      this.wantsRejoin = true
    } else if (event.t === 'pinned') this.#numbered(event)
    else if ('key' in event) this.latest.set(event.key, 'left' in event ? event.left : null)
    else if (event.t === 'tip' && !this.gifts.includes(event.tip.id)) this.gifts.push(event.tip.id)
  }

  #welcomed({ pos, recovered, snapshot }: Welcome): void {
    if (recovered) expect(pos, 'resumes from where it was').toEqual(this.pos)
    else this.pinned = snapshot?.pinnedItemId ?? null
    this.pos = pos
    this.inStream = true
  }

  #numbered(event: StateEvent & { t: 'pinned' }): void {
    if (!this.inStream || !this.pos) return
    expect(event.pos, 'the next event and no other').toEqual([this.pos[0], this.pos[1] + 1])
    this.pos = event.pos
    this.pinned = event.itemId
  }
}

function world(seed: number) {
  const chance = random(seed)
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(chance() * items.length)]
  const engine = engineWorld({
    logEventsMax: 25,
    backpressureBytesMax: BYTES_MAX,
    chatShedBytes: 400,
    sideShedBytes: 900,
  })
  const { log, rooms, network, publish } = engine
  const viewers: Viewer[] = []
  const unpublished: StateEvent[] = []
  const latest = new Map<string, number>()
  let count = 0

  const view = {
    compose: async () => {
      const pinnedItemId = (log.events.at(-1)?.event as { itemId: string | null } | undefined)?.itemId ?? null
      await new Promise((resolve) => setTimeout(resolve, chance() * 30))
      return { ...emptyView, pinnedItemId }
    },
    latestOf: () => [...latest].map(([key, left]) => ({ t: 'stock', key, left, sale: null }) as const),
  }
  const online = () => viewers.filter((viewer) => viewer.seat)

  async function join(viewer: Viewer): Promise<void> {
    const link = network.link(chance() < 0.5 ? BYTES_MAX : 3 * BYTES_MAX)
    try {
      const seat = await rooms.enter(
        place,
        `per${viewers.indexOf(viewer)}`,
        link,
        entering(viewer.pos ?? undefined, view),
      )
      link.onDropped = () => seat.dropped()
      link.onDrained = () => seat.drained()
      viewer.connected(link, seat)
    } catch {
      network.links.delete(link) // Postgres is away; the viewer tries again at the end
    }
  }

  function leave(viewer: Viewer): void {
    viewer.read()
    if (viewer.link) network.links.delete(viewer.link)
    viewer.seat?.leave()
    viewer.seat = null
    viewer.link = null
    viewer.inStream = false
  }

  async function rejoin(viewer: Viewer): Promise<void> {
    viewer.wantsRejoin = false
    if (viewer.link?.closedWith) leave(viewer)
    else await viewer.seat?.reenter(entering(viewer.pos ?? undefined, view)).catch(() => leave(viewer))
  }

  const operations: (() => unknown)[] = [
    () => {
      if (viewers.length >= VIEWERS_MAX) return
      const viewer = new Viewer()
      viewers.push(viewer)
      return join(viewer)
    },
    () => {
      const away = pick(viewers.filter((viewer) => !viewer.seat))
      return away && join(away)
    },
    () => {
      const viewer = pick(online())
      if (viewer && chance() < 0.5) leave(viewer)
    },
    () => {
      const link = pick(online())?.link
      if (link) link.paused = true
    },
    () => {
      const link = pick(online())?.link
      if (!link) return
      link.paused = true
      link.send(filler(BYTES_MAX))
    },
    () => pick(online())?.link?.resume(),
    () => pick(online().filter(({ link }) => link?.paused))?.link?.readSome(1 + Math.floor(chance() * 3)),
    () => publish(log.commit(`item${++count}`)),
    () => {
      unpublished.push(...[1, 2, 3].map(() => log.commit(`item${++count}`)))
      unpublished.sort(() => chance() - 0.5)
    },
    () => unpublished.splice(0, 2).forEach(publish),
    () => unpublished.pop(), // its publisher died
    () => {
      const key = `sku${Math.floor(chance() * 4)}`
      latest.set(key, ++count)
      publish({ t: 'stock', key, left: count, sale: null })
    },
    () => publish(tipEvent()),
    () => {
      for (let i = 0; i < 5; i++) publish(chatEvent(pick(['viewer', 'host'] as const)))
    },
    () => {
      log.isDown = chance() < 0.3
    },
    () => {
      if (chance() < 0.1) log.pos = [log.pos[0] + 1, 0] // a backup was restored
    },
    () => vi.advanceTimersByTimeAsync(Math.floor(chance() * 1500)),
  ]

  async function settle(): Promise<void> {
    log.isDown = false
    for (const viewer of online()) viewer.link?.resume()
    for (let round = 0; round < 20; round++) {
      await vi.advanceTimersByTimeAsync(limits.rooms.headPollMs / 4)
      await readAll()
    }
  }

  async function readAll(): Promise<void> {
    const rejoining: Promise<void>[] = []
    for (const viewer of online()) {
      viewer.read()
      if (viewer.wantsRejoin) rejoining.push(rejoin(viewer))
      else if (viewer.link?.closedWith) leave(viewer)
    }
    await vi.advanceTimersByTimeAsync(rejoining.length > 0 ? 40 : 0)
    await Promise.all(rejoining)
  }

  async function step(): Promise<void> {
    const done = pick(operations)?.()
    await vi.advanceTimersByTimeAsync(Math.floor(chance() * 60))
    await readAll()
    await Promise.race([done, vi.advanceTimersByTimeAsync(100)])
    await done
    await readAll()
  }

  return { ...engine, step, settle, viewers, online, leave, latest }
}

test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
  'C1, C2, S2, S3, B2, B3, J8: seed %i',
  async (seed) => {
    const { step, settle, viewers, online, leave, latest, log, rooms, count } = world(seed)
    for (let i = 0; i < STEPS; i++) await step()
    await settle()

    const last = log.events.at(-1)?.event
    for (const viewer of online()) {
      viewer.read()
      expect(viewer.pos).toEqual(log.pos)
      if (last?.t === 'pinned' && last.pos[0] === log.pos[0]) expect(viewer.pinned).toBe(last.itemId)
      for (const [key, left] of latest) {
        const seen = viewer.latest.get(key)
        if (seen !== undefined) expect(seen, key).toBe(left)
      }
    }
    expect(rooms.viewers(place.showId)).toBe(online().length)
    for (const viewer of viewers) leave(viewer)
    expect(rooms.viewers(place.showId)).toBe(0)
    expect(await count('shelfcast_rooms', {})).toBe(0)
    await rooms.close()
  },
)
