import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { Down, StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import type { ChatLine, ChatRole, Snapshot } from '@shelfcast/shared/protocol/parts.ts'
import { Registry } from 'prom-client'
import { loadConfig } from '../src/config.ts'
import { systemClock } from '../src/kernel/clock.ts'
import type { Dropped } from '../src/rooms/drops.ts'
import {
  createRooms,
  type EnterOptions,
  type Link,
  type RoomEvent,
  type RoomView,
  type SendResult,
} from '../src/rooms/index.ts'
import type { LoggedEvent, RoomLog } from '../src/rooms/log.ts'
import { MemoryRedis, type RedisNode } from './memoryRedis.ts'
import { silentLog } from './world.ts'

/** What tests of the room engine share: a network, a log and events, all in memory. */

export const limits = loadConfig({
  DATABASE_URL: 'postgres://localhost/none',
  REDIS_URL: 'redis://localhost',
}).limits

export const place = { tenantId: 'ten', showId: 'shw' }

/** A link whose reader can pause: what it does not read piles up, and past `bytesMax` is dropped. */
export class FakeLink implements Link {
  readonly topics = new Set<string>()
  readonly frames: Down[][] = []
  closedWith: ErrorCode | null = null
  paused = false
  /** Puts an event of its own between the frames where the viewer is given the side lane. */
  marksSide = false
  onDropped: () => void = () => {}
  onDrained: () => void = () => {}
  readonly #bytesMax: number
  #queue: string[] = []

  constructor(bytesMax: number = limits.rooms.backpressureBytesMax) {
    this.#bytesMax = bytesMax
  }

  get events(): Down[] {
    return this.frames.flat()
  }

  send(frame: string): SendResult {
    if (this.closedWith) return 'dropped'
    if (!this.paused) {
      this.frames.push(JSON.parse(frame) as Down[])
      return 'sent'
    }
    if (this.bufferedBytes() > this.#bytesMax) return 'dropped'
    this.#queue.push(frame)
    return 'queued'
  }

  /** As the transport sends what was published: a frame that is not taken is told. */
  deliver(frame: string): void {
    if (this.send(frame) === 'dropped') this.onDropped()
  }

  /** Reads so many of the frames that wait, and pauses again. */
  readSome(frames: number): void {
    for (const frame of this.#queue.splice(0, frames)) this.frames.push(JSON.parse(frame) as Down[])
  }

  resume(): void {
    this.paused = false
    this.readSome(this.#queue.length)
    this.onDrained()
  }

  subscribe(topic: string): void {
    this.topics.add(topic)
    if (!this.marksSide || !topic.endsWith(':side')) return
    if (this.paused) this.#queue.push(SIDE_MARK)
    else this.frames.push(JSON.parse(SIDE_MARK) as Down[])
  }

  unsubscribe(topic: string): void {
    this.topics.delete(topic)
  }

  bufferedBytes(): number {
    return this.#queue.reduce((sum, frame) => sum + frame.length, 0)
  }

  close(code: ErrorCode): void {
    this.closedWith ??= code
  }
}

/** What is no message of the protocol: the lanes that a link has are not seen on the wire. */
const SIDE_MARK = '[{"t":"side"}]'

class FakeNetwork {
  readonly links = new Set<FakeLink>()
  published: { topic: string; frame: string }[] = []

  readonly broadcast = (topic: string, frame: string): void => {
    this.published.push({ topic, frame })
    for (const link of this.links) if (link.topics.has(topic)) link.deliver(frame)
  }

  link(bytesMax?: number): FakeLink {
    const link = new FakeLink(bytesMax)
    this.links.add(link)
    return link
  }
}

/** The durable log in memory. `commit` gives an event its place, as the SQL statement does. */
export class MemoryLog implements RoomLog {
  readonly events: LoggedEvent[] = []
  pos: Position = [1, 0]
  likes = 0
  displayPerS: number | null = null
  readPoint = 0
  isDown = false
  reads = 0

  commit(itemId: string | null = null, at = Date.now()): StateEvent {
    this.pos = [this.pos[0], this.pos[1] + 1]
    const event: StateEvent = { t: 'pinned', pos: this.pos, itemId }
    this.events.push({ event, at })
    return event
  }

  async head() {
    this.#assertUp()
    return this.#head()
  }

  async heads(showIds: readonly string[]) {
    this.#assertUp()
    return new Map(showIds.map((showId) => [showId, this.#head()]))
  }

  async asOf() {
    this.#assertUp()
    return ++this.readPoint
  }

  async record(_showId: string, types: readonly string[]) {
    return this.events.filter(({ event }) => types.includes(event.t))
  }

  async range(_showId: string, epoch: number, after: number, upTo: number, ageMsMax: number) {
    this.#assertUp()
    this.reads++
    return this.events.filter(
      ({ event: { pos }, at }) =>
        pos[0] === epoch && pos[1] > after && pos[1] <= upTo && at > Date.now() - ageMsMax,
    )
  }

  async addLikes(added: ReadonlyMap<string, number>) {
    this.#assertUp()
    for (const count of added.values()) this.likes += count
    return new Map([...added.keys()].map((showId) => [showId, this.likes]))
  }

  readonly dropped: Dropped[] = []

  async addDrops(dropped: readonly Dropped[]) {
    this.#assertUp()
    this.dropped.push(...dropped)
  }

  async drops() {
    this.#assertUp()
    return this.dropped
  }

  #head() {
    return { pos: this.pos, likes: this.likes, displayPerS: this.displayPerS }
  }

  #assertUp(): void {
    if (this.isDown) throw new Error('the log is down')
  }
}

export const emptyView: Omit<Snapshot, 'viewers' | 'likes'> = {
  show: { id: 'shw', title: 'Show', status: 'live', hostAway: false, scheduledAt: null, startedAt: 1 },
  shelf: [],
  pinnedItemId: null,
  pinnedAt: null,
  sales: [],
  recentChat: [],
  pinnedLine: null,
  recentTips: [],
  layout: null,
  battle: null,
  score: null,
}

/** Enters with a plain welcome. */
export function entering(resume?: Position, view: Partial<RoomView> = {}): EnterOptions {
  return {
    resume,
    view: { compose: async () => emptyView, latestOf: () => [], giftsOf: () => [], ...view },
    welcome: ({ pos, recovered, snapshot }) =>
      JSON.stringify({ t: 'welcome', pos, recovered, snapshot: snapshot && JSON.parse(snapshot) }),
  }
}

let lines = 0
function chatLine(role: ChatRole = 'viewer', text = 'hello'): ChatLine {
  return { id: `lin_${++lines}`, personId: 'per', name: 'Ann', role, text, at: 1 }
}

export const chatEvent = (role?: ChatRole, text?: string) =>
  ({ t: 'chat', line: chatLine(role, text) }) as const

let tips = 0
export const tipEvent = (tipId = `tip_${++tips}`) =>
  ({
    t: 'tip',
    tip: { id: tipId, personId: 'per', name: 'Ann', giftId: 'heart', count: 1, coins: 1, at: 1 },
  }) as const

/** Offsets of the state events that were sent, in order. */
export const offsetsOf = (events: readonly Down[]): number[] =>
  events.flatMap((event) => (event.t !== 'welcome' && 'pos' in event ? [event.pos[1]] : []))

export const typesOf = (events: readonly Down[]): string[] => events.map((event) => event.t)

/** An engine on a network and a log in memory; with others on the same log and Redis, one node of several. */
export function engineWorld(
  more: Partial<typeof limits.rooms> = {},
  displayPerS = 20,
  shared: { log: MemoryLog; redis: { node(): RedisNode } } = {
    log: new MemoryLog(),
    redis: new MemoryRedis(),
  },
) {
  const network = new FakeNetwork()
  const { log } = shared
  const node = shared.redis.node()
  const metrics = new Registry()
  const load = { now: 0 }
  const rooms = createRooms({
    roomLog: log,
    broadcast: network.broadcast,
    bus: node.bus,
    presence: node.presence,
    clock: systemClock,
    log: silentLog,
    metrics,
    limits: { ...limits.rooms, ...more },
    displayPerS,
    load: () => load.now,
  })

  /** A viewer that has entered. */
  async function viewer(
    personId = 'per',
    options: EnterOptions = entering(),
    link = network.link(),
    isAudience = true,
  ) {
    const seat = await rooms.enter(place, { personId, isAudience }, link, options)
    link.onDropped = () => seat.dropped()
    link.onDrained = () => seat.drained()
    return { link, seat, personId }
  }

  /** The value of a counter with these labels. */
  async function count(name: string, labels: Record<string, string>): Promise<number> {
    const metric = await metrics.getSingleMetric(name)?.get()
    const match = metric?.values.find((value) =>
      Object.entries(labels).every(([key, label]) => value.labels[key] === label),
    )
    return match?.value ?? 0
  }

  const publish = (event: RoomEvent, asOf?: number) => rooms.publish(place.showId, event, asOf)
  const pin = () => publish(log.commit())
  return { network, log, rooms, node, viewer, count, publish, pin, load }
}

/** A frame of about so many bytes that says nothing. */
export const filler = (bytes: number): string =>
  JSON.stringify([{ t: 'ack', id: 'x'.repeat(bytes), ok: true } satisfies Down])
