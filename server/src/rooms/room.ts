import {
  chatRankOf,
  type DownOf,
  deliveryClassOf,
  isOfClass,
  type StateEvent,
} from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ChatQueue } from './chatQueue.ts'
import type { Drops } from './drops.ts'
import type { Flusher } from './flusher.ts'
import type { LoggedEvent, RoomHead } from './log.ts'
import type { RoomMetrics } from './metrics.ts'
import { SideQueue } from './sideQueue.ts'
import { type EncodedSnapshot, type RoomView, Snapshots } from './snapshots.ts'
import { StateStream } from './stream.ts'
import { type Broadcast, frameOf, LANE_OF, LANES, type Lane, type Link, topicOf } from './transport.ts'
import { type Occupant, Viewer, type ViewerRoom } from './viewer.ts'

export type RoomEvent = DownOf<'state' | 'latest' | 'gift' | 'chat'>

export interface RoomDeps {
  broadcast: Broadcast
  flusher: Pick<Flusher, 'add' | 'forget'>
  read(showId: string, epoch: number, after: number, upTo: number): Promise<LoggedEvent[]>
  /** Where the log says that the room stands. */
  position(showId: string): Promise<Position | null>
  /** Called for each state event as it is sent to the viewers. */
  delivered(showId: string, event: StateEvent): void
  clock: Clock
  log: Log
  metrics: RoomMetrics
  drops: Pick<Drops, 'add' | 'viewer'>
  limits: Limits['rooms']
  /** Of a show that does not say how many lines its room shows in a second. */
  displayPerS: number
}

/** Where a viewer stands when it enters: `snapshot` is encoded, null when it resumes. */
export interface Entrance {
  pos: Position
  recovered: boolean
  snapshot: string | null
}

export interface EnterOptions {
  resume: Position | undefined
  view: RoomView
  /** Encodes the first event of the first frame. */
  welcome(entrance: Entrance): string
}

/** How often a snapshot is made anew when the log has run past it, before a join is refused for now. */
const SNAPSHOT_ATTEMPTS = 3

const RESYNC = frameOf([JSON.stringify({ t: 'resync' } satisfies DownOf<'personal'>)])

/** One show's viewers in this process, and what is on its way to them. Delivery is by class alone. */
export class Room implements ViewerRoom {
  readonly showId: string
  readonly viewers = new Set<Viewer>()
  readonly #deps: RoomDeps
  readonly #stream: StateStream
  readonly #side: SideQueue
  readonly #chat: ChatQueue
  readonly #snapshots: Snapshots
  #seeded = false
  /** How the room was last drawn for somebody; it is the same for all. */
  #view: RoomView | null = null
  #catchingUp: Promise<void> | null = null
  #elsewhere = 0
  #viewersTold = -1
  /** Whether part of the audience is out of reach, as its viewers were told. */
  #isApart = false
  #likes: number
  #displayPerS: number
  /** Whether more was sent since all viewers were seen to have read everything. */
  #isWatching = false

  constructor(showId: string, head: RoomHead, tail: readonly LoggedEvent[], deps: RoomDeps) {
    const { clock, log, limits } = deps
    this.showId = showId
    this.#deps = deps
    this.#likes = head.likes
    this.#displayPerS = head.displayPerS ?? deps.displayPerS
    this.#side = new SideQueue(limits, () => deps.drops.add(showId, 'latest', 'keys_full', 1))
    this.#side.seed({ t: 'likes', key: 'likes', total: head.likes })
    this.#chat = new ChatQueue(
      { displayPerS: this.#displayPerS, pendingMax: limits.chatQueueMax },
      clock.now(),
    )
    this.#stream = new StateStream(head.pos, tail, {
      deliver: (json, event) => {
        this.#publish(LANE_OF.state, [json])
        this.flush()
        deps.flusher.forget(this)
        deps.delivered(showId, event)
      },
      broken: () => {
        this.#side.forgetAges()
        this.#publish(LANE_OF.state, [], RESYNC)
      },
      read: (epoch, after, upTo) => deps.read(showId, epoch, after, upTo),
      clock,
      log: log.child({ showId }),
      limits,
    })
    this.#snapshots = new Snapshots({
      head: () => this.#stream.head,
      counts: () => ({ viewers: this.audienceEverywhere, likes: this.#likes }),
      clock,
      freshMs: limits.snapshotMs,
      chatMax: limits.recentChatMax,
    })
  }

  get limits(): Limits['rooms'] {
    return this.#deps.limits
  }

  get head(): Position {
    return this.#stream.head
  }

  /** Chat lines that it shows in a second. */
  get displayPerS(): number {
    return this.#displayPerS
  }

  /** The audience that is connected to this node. */
  get audience(): number {
    let count = 0
    for (const { occupant } of this.viewers) if (occupant.isAudience) count++
    return count
  }

  /** Whether other nodes have audience, as far as it is known. */
  get hasAudienceElsewhere(): boolean {
    return this.#elsewhere > 0
  }

  /** With that of other nodes, as far as it is known. */
  get audienceEverywhere(): number {
    return this.audience + this.#elsewhere
  }

  /**
   * Delivers by class. State: at once, in order of offset; what waits goes right behind it, in the same write to each
   * socket. Latest: the newest value of its key, with the next
   * flush. Gift: once for its id, with the next flush. Chat: with the next flush, up to the room's display rate.
   */
  publish(event: RoomEvent, asOf = 0): void {
    this.#deps.metrics.countEvent(deliveryClassOf(event))
    if (isOfClass(event, 'state')) {
      this.#stream.accept(event)
      return
    }
    if (isOfClass(event, 'latest')) this.#side.setLatest(event, asOf)
    else if (isOfClass(event, 'gift')) {
      const refused = this.#side.addGift(event)
      if (refused) this.#deps.drops.add(this.showId, 'gift', refused, 1)
    } else {
      const dropped = this.#chat.push(chatRankOf(event), JSON.stringify(event))
      if (dropped > 0) this.#deps.drops.add(this.showId, 'chat', 'queue_full', dropped)
    }
    this.#deps.flusher.add(this)
  }

  /** Sends what has gathered since the last flush: one frame a lane. */
  flush(): void {
    const { gifts, latest } = this.#side.take()
    if (gifts.length + latest.length > 0) this.#publish(LANE_OF.gift, [...gifts, ...latest])
    // Latest values are not lost for a slow reader: it gets the newest when it has the lane again.
    if (gifts.length > 0) this.#countShed('gift', gifts.length)
    if (this.#chat.size === 0) return
    const { shown, dropped } = this.#chat.take(this.#deps.clock.now())
    if (dropped > 0) this.#deps.drops.add(this.showId, 'chat', 'display_rate', dropped)
    if (shown.length === 0) return
    this.#snapshots.heardChat(shown)
    this.#publish(LANE_OF.chat, shown)
    this.#countShed('chat', shown.length)
  }

  /**
   * Puts a viewer into the stream: with what it missed since `resume`, all of it, or with a snapshot and what came
   * after it. The first frame and the place in the stream meet without a gap and without an overlap.
   * @throws Fault `room_full`, `unavailable`
   */
  async enter(occupant: Occupant, link: Link, options: EnterOptions): Promise<Viewer> {
    if (this.viewers.size >= this.#deps.limits.viewersPerRoomMax) throw new Fault('room_full')
    const viewer = new Viewer(this, occupant, link)
    this.viewers.add(viewer)
    try {
      await this.reenter(viewer, options)
    } catch (error) {
      this.viewers.delete(viewer)
      throw error
    }
    return viewer
  }

  /** The same for a viewer that is in the room and lost its place in the stream. */
  async reenter(viewer: Viewer, { resume, view, welcome }: EnterOptions): Promise<void> {
    viewer.pause()
    this.#view = view
    if (resume && isAhead(resume, this.#stream.head)) await this.#catchUp()
    // A room that was just opened does not know the latest values and gifts that a resuming viewer missed.
    if (resume && !this.#seeded) this.#seed(await this.#snapshots.get(view))
    const recovered = resume ? this.#stream.since(resume) : null
    if (resume && recovered) {
      this.#deps.metrics.joins.inc({ outcome: 'recovered' })
      const first = welcome({ pos: resume, recovered: true, snapshot: null })
      this.#admit(viewer, [first, ...recovered, ...this.#side.recentGifts()])
      return
    }
    this.#deps.metrics.joins.inc({ outcome: resume ? 'not_recovered' : 'fresh' })
    for (let attempt = 0; attempt < SNAPSHOT_ATTEMPTS; attempt++) {
      const snapshot = await this.#snapshots.get(view)
      const { pos, json } = snapshot
      this.#seed(snapshot)
      const since = this.#stream.since(pos)
      if (!since) continue
      // Chat goes before state: a line that was deleted meanwhile is gone after it.
      const chat = this.#snapshots.chatSince(snapshot)
      this.#admit(viewer, [welcome({ pos, recovered: false, snapshot: json }), ...chat, ...since])
      return
    }
    throw new Fault('unavailable', { detail: 'the room changes faster than its snapshot is made' })
  }

  /** Learns from the log how far the room has come, and how much chat its show wants shown. */
  notice({ pos, displayPerS }: Pick<RoomHead, 'pos' | 'displayPerS'>): void {
    this.#displayPerS = displayPerS ?? this.#deps.displayPerS
    this.#chat.setRate(this.#displayPerS, this.#deps.clock.now())
    this.#stream.notice(pos)
  }

  /**
   * Something may have been missed of what other nodes said: the newest latest values are read again. State is not
   * asked for here: the log tells of it by `notice`.
   */
  async repair(asOf: number): Promise<void> {
    if (!this.#view) return
    const { latest } = await this.#snapshots.build(this.#view)
    for (const event of latest) this.publish(event, asOf)
  }

  leave(viewer: Viewer): void {
    viewer.pause()
    this.viewers.delete(viewer)
  }

  setLikes(total: number): void {
    if (total <= this.#likes) return
    this.#likes = total
    this.publish({ t: 'likes', key: 'likes', total })
  }

  /**
   * Tells the count of viewers when it changed; to be called at a steady beat, with the count of other nodes, or null
   * where it is not known now.
   */
  beat(elsewhere: number | null): void {
    this.#elsewhere = elsewhere ?? this.#elsewhere
    const count = this.audienceEverywhere
    if (count === this.#viewersTold) return
    this.#viewersTold = count
    this.publish({ t: 'viewers', key: 'viewers', count })
  }

  /** Tells the viewers when the nodes with the rest of the audience are not heard, and when they are again. */
  hear(isWhole: boolean): void {
    const isApart = !isWhole && (this.#isApart || this.#elsewhere > 0)
    if (isApart === this.#isApart) return
    this.#isApart = isApart
    this.publish({ t: 'reach', key: 'reach', whole: !isApart })
  }

  /** Looks for viewers that are slow. A room in which nothing is sent has none. */
  check(): void {
    if (!this.#isWatching) return
    this.#isWatching = false
    const now = this.#deps.clock.now()
    for (const viewer of this.viewers) if (!viewer.check(now)) this.#isWatching = true
  }

  watch(): void {
    this.#isWatching = true
  }

  close(): void {
    this.#stream.close()
  }

  /**
   * A viewer comes from a node that was further: the log is read before it is answered. One read for all who come
   * meanwhile; what the viewer says of its place is not believed, only what the log says.
   */
  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#deps
      .position(this.showId)
      .then((pos) => (pos ? this.#stream.catchUp(pos) : undefined))
      .catch((error) => this.#deps.log.warn({ err: error, showId: this.showId }, 'room head cannot be read'))
      .finally(() => {
        this.#catchingUp = null
      })
    return this.#catchingUp
  }

  sideRegained(viewer: Viewer): void {
    const events = [...this.#side.recentGifts(), ...this.#side.latest()]
    if (events.length > 0) viewer.tell(frameOf(events), this.#deps.clock.now())
  }

  toldToResync(): void {
    this.#deps.drops.viewer(this.showId, 'resync')
  }

  leftBehind(): void {
    this.#deps.drops.viewer(this.showId, 'too_slow')
  }

  #admit(viewer: Viewer, events: readonly string[]): void {
    viewer.enter(frameOf([...events, ...this.#side.latest()]), this.#deps.clock.now())
  }

  #seed({ latest, gifts }: Pick<EncodedSnapshot, 'latest' | 'gifts'>): void {
    if (this.#seeded) return
    this.#seeded = true
    for (const event of latest) this.#side.seed(event)
    for (const event of gifts) this.#side.seedGift(event)
  }

  #publish(lane: Lane, events: readonly string[], frame = frameOf(events)): void {
    this.#isWatching = true
    this.#deps.metrics.countFrame(lane)
    this.#deps.broadcast(topicOf(this.showId, lane), frame)
  }

  #countShed(cls: 'gift' | 'chat', events: number): void {
    const needed = LANES.indexOf(LANE_OF[cls]) + 1
    let without = 0
    for (const viewer of this.viewers) if (viewer.width < needed) without++
    if (without > 0) this.#deps.drops.add(this.showId, cls, 'slow_reader', without * events)
  }
}

const isAhead = (a: Position, b: Position): boolean => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1])
