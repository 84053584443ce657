import type { Down, DownOf, StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MemoryRedis } from '../../test/memoryRedis.ts'
import {
  chatEvent,
  emptyView,
  engineWorld,
  entering,
  type FakeLink,
  filler,
  limits,
  MemoryLog,
  place,
  tipEvent,
} from '../../test/rooms.ts'
import type { Seat } from './engine.ts'

/**
 * Random operations on two nodes against a model: join either, leave, pause reading, publish every class on either
 * (state in any order, late, or never), Postgres away, the network to Redis stalled, Redis restarted, a node killed.
 * Rules C1 to C3, S2, S3, S6, B2, B3, J8, N1 to N5. A failing seed is named by its test; `npm run fuzz -- rooms` runs
 * thousands.
 */

const SEEDS = Number(process.env.FUZZ_SEEDS ?? 200)
const FIRST_SEED = Number(process.env.FUZZ_FIRST ?? 1)
const NODES = 2
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

type Node = ReturnType<typeof engineWorld>
type Stock = Extract<Down, { t: 'stock' }>
type Welcome = { pos: Position; recovered: boolean; snapshot: { pinnedItemId: string | null } | null }

/** A viewer that keeps to the protocol and notices every breach of it. */
class Viewer {
  pos: Position | null = null
  pinned: string | null = null
  readonly latest = new Map<string, unknown>()
  readonly gifts: string[] = []
  link: FakeLink | null = null
  seat: Seat | null = null
  node: Node | null = null
  inStream = false
  wantsRejoin = false
  #read = 0

  connected(node: Node, link: FakeLink, seat: Seat): void {
    this.node = node
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
    else if ('key' in event) this.latest.set(event.key, numberOf(event))
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

function numberOf(event: DownOf<'latest'>): number {
  switch (event.t) {
    case 'stock':
      return event.left
    case 'likes':
      return event.total
    case 'viewers':
      return event.count
    case 'reach':
      return Number(event.whole)
    case 'media':
    case 'speaker':
    case 'score':
      return 0
  }
}

/** Lets time pass until it is done. */
async function inTime(done: Promise<unknown>): Promise<void> {
  let isDone = false
  void done.finally(() => {
    isDone = true
  })
  for (let round = 0; !isDone && round < 100; round++) await vi.advanceTimersByTimeAsync(20)
  expect(isDone, 'what was asked for is answered').toBe(true)
}

function world(seed: number) {
  const chance = random(seed)
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(chance() * items.length)]
  const log = new MemoryLog()
  const redis = new MemoryRedis()
  const start = () =>
    engineWorld(
      {
        logEventsMax: 25,
        backpressureBytesMax: BYTES_MAX,
        chatShedBytes: 400,
        sideShedBytes: 900,
        latestRepairMs: 8000,
      },
      20,
      { log, redis },
    )
  const nodes = Array.from({ length: NODES }, start)
  const anyNode = () => pick(nodes)!
  const viewers: Viewer[] = []
  const unpublished: StateEvent[] = []
  /** What the database holds, and what was read of it and is still to be told. */
  const latest = new Map<string, number>()
  const untold: { event: Stock; asOf: number }[] = []
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

  async function join(viewer: Viewer, node = anyNode()): Promise<void> {
    const link = node.network.link(chance() < 0.5 ? BYTES_MAX : 3 * BYTES_MAX)
    try {
      const seat = await node.rooms.enter(
        place,
        { personId: `per${viewers.indexOf(viewer)}`, isAudience: true },
        link,
        entering(viewer.pos ?? undefined, view),
      )
      if (!nodes.includes(node)) return // it was killed meanwhile
      link.onDropped = () => seat.dropped()
      link.onDrained = () => seat.drained()
      viewer.connected(node, link, seat)
    } catch {
      node.network.links.delete(link) // Postgres is away; the viewer tries again at the end
    }
  }

  function leave(viewer: Viewer): void {
    viewer.read()
    if (viewer.link) viewer.node?.network.links.delete(viewer.link)
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

  /** Its viewers are cut off with it, and another node takes its place. */
  function kill(node: Node): void {
    node.node.kill()
    for (const viewer of online()) if (viewer.node === node) leave(viewer)
    nodes[nodes.indexOf(node)] = start()
    void node.rooms.close()
  }

  function tellOne(): void {
    const [one] = untold.splice(Math.floor(chance() * untold.length), 1)
    if (one) anyNode().publish(one.event, one.asOf)
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
    () => anyNode().publish(log.commit(`item${++count}`)),
    () => {
      unpublished.push(...[1, 2, 3].map(() => log.commit(`item${++count}`)))
      unpublished.sort(() => chance() - 0.5)
    },
    () => {
      for (const event of unpublished.splice(0, 2)) anyNode().publish(event)
    },
    () => unpublished.pop(), // its publisher died
    () => {
      const key = `sku${Math.floor(chance() * 4)}`
      latest.set(key, ++count)
      untold.push({ event: { t: 'stock', key, left: count, sale: null }, asOf: ++log.readPoint })
    },
    tellOne,
    tellOne,
    () => anyNode().publish(tipEvent()),
    () => {
      const node = anyNode()
      for (let i = 0; i < 5; i++) node.publish(chatEvent(pick(['viewer', 'host'] as const)))
    },
    () => pick(online())?.seat?.like(1 + Math.floor(chance() * 5)),
    () => {
      log.isDown = chance() < 0.3
    },
    () => {
      if (chance() < 0.1) log.pos = [log.pos[0] + 1, 0] // a backup was restored
    },
    () => chance() < 0.3 && redis.restart(),
    () => chance() < 0.5 && anyNode().node.stall(),
    () => anyNode().node.noticeStall(),
    () => anyNode().node.resume(chance() < 0.5 ? 'late' : 'lost'),
    () => chance() < 0.2 && kill(anyNode()),
    () => vi.advanceTimersByTimeAsync(Math.floor(chance() * 1500)),
  ]

  async function settle(): Promise<void> {
    log.isDown = false
    for (const { node } of nodes) node.resume('lost')
    while (untold.length > 0) tellOne()
    for (const viewer of online()) viewer.link?.resume()
    for (let round = 0; round < 20; round++) {
      await vi.advanceTimersByTimeAsync(limits.rooms.headPollMs)
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
    await inTime(Promise.all(rejoining))
  }

  async function step(): Promise<void> {
    const done = Promise.resolve(pick(operations)?.())
    await vi.advanceTimersByTimeAsync(Math.floor(chance() * 60))
    await readAll()
    await inTime(done)
    await readAll()
  }

  return { nodes, log, step, settle, viewers, online, leave, latest }
}

test.each(Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i))(
  'C1, C2, C8, S2, S3, B2, B3, J8, N1 to N5: seed %i',
  async (seed) => {
    const { step, settle, viewers, online, leave, latest, log, nodes } = world(seed)
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
      if (viewer.latest.has('likes')) expect(viewer.latest.get('likes')).toBe(log.likes)
      expect(viewer.node!.rooms.viewers(place.showId)).toBe(online().length)
    }
    for (const viewer of viewers) leave(viewer)
    for (const { rooms, count } of nodes) {
      expect(rooms.viewers(place.showId)).toBe(0)
      expect(await count('shelfcast_rooms', {})).toBe(0)
      await inTime(rooms.close())
    }
  },
)
