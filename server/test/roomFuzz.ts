import type { Down, StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { TipView } from '@shelfcast/shared/protocol/parts.ts'
import { expect } from 'vitest'
import type { RedisNode } from './memoryRedis.ts'
import { type ModelNode, ModelViewer, mutedUntilOf } from './roomModel.ts'
import {
  chatEvent,
  emptyView,
  engineWorld,
  entering,
  filler,
  type limits,
  MemoryLog,
  place,
  tipEvent,
} from './rooms.ts'

/**
 * Random operations on two nodes against a model: join either, leave, pause reading, publish every class on either
 * (state in any order, late, or never), tell one person, evict one, Postgres away, the network to Redis stalled,
 * Redis restarted, a node killed, a node drained.
 */

const NODES = 2
const VIEWERS_MAX = 6
const BYTES_MAX = 2000
const TIPS_SHOWN = 10
const SETTLE_ROUNDS = 20

export interface FuzzOptions {
  redis: { node(): RedisNode; restart(): void }
  /** Lets so many milliseconds pass. */
  pass(ms: number): Promise<unknown>
  /** How long a round of coming to rest takes: longer than the log is polled and counts are told. */
  roundMs: number
  steps: number
  limits: Partial<(typeof limits)['rooms']>
}

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

type Stock = Extract<Down, { t: 'stock' }>

/** Runs one seed, and checks that all have seen what they should have. */
export async function fuzzRooms(seed: number, options: FuzzOptions): Promise<void> {
  const { redis, pass } = options
  const chance = random(seed)
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(chance() * items.length)]
  const log = new MemoryLog()
  const bounds = { logEventsMax: 25, backpressureBytesMax: BYTES_MAX, chatShedBytes: 400, sideShedBytes: 900 }
  const start = () => engineWorld({ ...bounds, ...options.limits }, 20, { log, redis })
  const nodes = Array.from({ length: NODES }, start)
  const anyNode = () => pick(nodes)!
  const viewers: ModelViewer[] = []
  const unpublished: StateEvent[] = []
  /** What the database holds, and what was read of it and is still to be told. */
  const latest = new Map<string, number>()
  const untold: { event: Stock; asOf: number }[] = []
  /** The tips that were paid. */
  const tips: TipView[] = []
  let count = 0

  const view = {
    compose: async () => {
      const pinnedItemId = (log.events.at(-1)?.event as { itemId: string | null } | undefined)?.itemId ?? null
      await new Promise((resolve) => setTimeout(resolve, chance() * 30))
      return { ...emptyView, pinnedItemId, recentTips: tips.slice(-TIPS_SHOWN) }
    },
    giftsOf: ({ recentTips }: { recentTips: TipView[] }) =>
      recentTips.map((tip) => ({ t: 'tip', tip }) as const),
    latestOf: () => [...latest].map(([key, left]) => ({ t: 'stock', key, left, sale: null }) as const),
  }
  const online = () => viewers.filter((viewer) => viewer.seat)

  /** Waits until it is done, however long that takes in the test's time. */
  async function inTime(done: Promise<unknown>): Promise<void> {
    let isDone = false
    void done.finally(() => {
      isDone = true
    })
    for (let round = 0; !isDone && round < 100; round++) await pass(20)
    expect(isDone, 'what was asked for is answered').toBe(true)
  }

  async function join(viewer: ModelViewer, node = anyNode()): Promise<void> {
    const link = node.network.link(chance() < 0.5 ? BYTES_MAX : 3 * BYTES_MAX)
    link.marksSide = true
    try {
      const seat = await node.rooms.enter(
        place,
        { personId: viewer.personId, isAudience: true },
        link,
        entering(viewer.pos ?? undefined, view),
      )
      if (!nodes.includes(node)) return seat.leave() // it is gone meanwhile
      link.onDropped = () => seat.dropped()
      link.onDrained = () => seat.drained()
      viewer.connected(node, link, seat)
    } catch {
      node.network.links.delete(link) // Postgres is away; the viewer tries again at the end
    }
  }

  function leave(viewer: ModelViewer): void {
    viewer.read()
    if (viewer.link) viewer.node?.network.links.delete(viewer.link)
    viewer.seat?.leave()
    viewer.seat = null
    viewer.link = null
    viewer.inStream = false
    viewer.wantsRejoin = false
  }

  async function rejoin(viewer: ModelViewer): Promise<void> {
    viewer.wantsRejoin = false
    if (viewer.link?.closedWith) leave(viewer)
    else await viewer.seat?.reenter(entering(viewer.pos ?? undefined, view)).catch(() => leave(viewer))
  }

  /** Its viewers are cut off, and another node takes its place. @returns who was on it */
  function replace(node: ModelNode): ModelViewer[] {
    const cutOff = online().filter((viewer) => viewer.node === node)
    for (const viewer of cutOff) leave(viewer)
    nodes[nodes.indexOf(node)] = start()
    return cutOff
  }

  function kill(node: ModelNode): void {
    node.node.kill()
    replace(node)
    void node.rooms.close()
  }

  /** As a server that is stopped: its viewers move, and it says what it has to say. */
  async function drain(node: ModelNode): Promise<void> {
    const moving = replace(node)
    await Promise.all([node.rooms.close(), ...moving.map((viewer) => join(viewer))])
    node.node.kill()
  }

  function tellOne(): void {
    const [one] = untold.splice(Math.floor(chance() * untold.length), 1)
    if (one) anyNode().publish(one.event, one.asOf)
  }

  function tip() {
    const event = tipEvent()
    tips.push(event.tip)
    return event
  }

  function tellPerson({ index, personId }: ModelViewer): number {
    const mutedUntil = mutedUntilOf(index, ++count)
    anyNode().rooms.tell(place.showId, personId, { t: 'you', me: { mutedUntil } })
    return mutedUntil
  }

  const operations: (() => unknown)[] = [
    () => {
      if (viewers.length >= VIEWERS_MAX) return
      const viewer = new ModelViewer(viewers.length)
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
    () => anyNode().publish(tip()),
    () => {
      const twice = tip()
      for (const node of nodes) node.publish(twice) // who tells it a second time cannot know of the first
    },
    () => {
      const node = anyNode()
      for (let i = 0; i < 5; i++)
        node.publish(chatEvent(pick(['viewer', 'host'] as const), node.node.bus.node))
    },
    () => {
      const viewer = pick(viewers)
      if (viewer) tellPerson(viewer)
    },
    () => {
      const viewer = pick(viewers)
      if (viewer && chance() < 0.2) anyNode().rooms.evict(place.showId, viewer.personId)
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
    () => (chance() < 0.2 ? drain(anyNode()) : undefined),
    () => pass(Math.floor(chance() * options.roundMs * 1.5)),
  ]

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
    await pass(Math.floor(chance() * 60))
    await readAll()
    await inTime(done)
    await readAll()
  }

  /** All faults are over, and everybody is there. */
  async function settle(): Promise<void> {
    log.isDown = false
    for (const { node } of nodes) node.resume('lost')
    while (untold.length > 0) tellOne()
    for (const viewer of online()) viewer.link?.resume()
    for (let round = 0; round < SETTLE_ROUNDS; round++) {
      await pass(options.roundMs)
      await readAll()
    }
    await inTime(Promise.all(viewers.filter((viewer) => !viewer.seat).map((viewer) => join(viewer))))
    await rounds(5)
  }

  async function rounds(many: number): Promise<void> {
    for (let round = 0; round < many; round++) {
      await pass(options.roundMs)
      await readAll()
    }
  }

  function checkRest(): void {
    const last = log.events.at(-1)?.event
    expect(online()).toHaveLength(viewers.length)
    for (const viewer of online()) {
      expect(viewer.pos).toEqual(log.pos)
      if (last?.t === 'pinned' && last.pos[0] === log.pos[0]) expect(viewer.pinned).toBe(last.itemId)
      for (const [key, left] of latest) expect(viewer.latest.get(key), key).toBe(left)
      expect(viewer.latest.get('likes')).toBe(log.likes)
      expect(viewer.latest.get('viewers')).toBe(viewers.length)
      expect(viewer.latest.get('reach') ?? 1, 'everybody is in reach').toBe(1)
      expect(viewer.node!.rooms.viewers(place.showId)).toBe(viewers.length)
    }
  }

  /** With all nodes well: what one says reaches everybody or whom it is for, and one that is drained says it still. */
  async function checkReach(): Promise<void> {
    const told = viewers.map((viewer) => [viewer, tellPerson(viewer)] as const)
    const last = tip()
    const drained = anyNode()
    drained.publish(last)
    const staying = new Set(viewers.filter(({ node }) => node !== drained))
    await inTime(drain(drained))
    await rounds(3)
    for (const [viewer, mutedUntil] of told) {
      expect([viewer.personId, viewer.shown.has(last.tip.id)]).toEqual([viewer.personId, true])
      // Who was on the node that went away has joined again, which repairs what it was not told.
      if (staying.has(viewer)) expect(viewer.told.has(mutedUntil)).toBe(true)
    }
    const [evicted] = online()
    if (!evicted) return
    anyNode().rooms.evict(place.showId, evicted.personId)
    await rounds(1)
    expect(evicted.seat).toBeNull()
  }

  try {
    for (let i = 0; i < options.steps; i++) await step()
    await settle()
    checkRest()
    await checkReach()
    for (const viewer of viewers) leave(viewer)
    for (const { rooms, count: counted } of nodes) {
      expect(rooms.viewers(place.showId)).toBe(0)
      expect(await counted('shelfcast_rooms', {})).toBe(0)
      await inTime(rooms.close())
    }
  } finally {
    for (const { node } of nodes) node.kill()
  }
}
