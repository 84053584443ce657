import { type DownOf, deliveryClassOf, isOfClass, type StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Limits } from '../config.ts'
import type { Bus } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import { found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { Drops } from './drops.ts'
import { Flusher } from './flusher.ts'
import { Likes } from './likes.ts'
import type { RoomLog } from './log.ts'
import { createRoomMetrics } from './metrics.ts'
import { eventLoopLoad, Pace } from './pace.ts'
import type { Presence } from './presence.ts'
import { Relay, type RelayHandlers } from './relay.ts'
import { type EnterOptions, Room, type RoomDeps, type RoomEvent } from './room.ts'
import { type Hold, RoomTable } from './table.ts'
import { type RoomTimers, startTimers } from './timers.ts'
import { type Broadcast, frameOf, type Link } from './transport.ts'
import type { Occupant, Viewer } from './viewer.ts'

/** What a room heard, and this process did not publish itself. */
export type Heard =
  /** From another node. A state event is told wherever it came from, this process included. */
  | { is: 'event'; event: RoomEvent }
  | { is: 'personal'; personId: string; event: DownOf<'personal'> }
  /** On another node, where it was banned. */
  | { is: 'evicted'; personId: string }
  /** Something may have been said that was not heard here: what is kept of it is to be read again. */
  | { is: 'missed' }

/** What the other domains ask of the rooms. Everything reaches the viewers on all nodes. */
export interface Rooms {
  /**
   * Delivers an event to the viewers of a show, by its class.
   *
   * State: published after its commit, with the position that `room_append` gave; the order of the calls does not
   * matter. Sent here and to the other nodes at once; a node that did not hear of it finds it in the log.
   * Latest: the newest value of its key wins on every node: the one read later, as `asOf` says (`read_point()` of the
   * statement that read it), and between those of equal age the one that came later.
   * Gift: once for its id, on every node. Chat: once, in the order of each node, up to the display rate; lost between
   * nodes that do not hear each other.
   */
  publish(showId: string, event: RoomEvent, asOf?: number): void
  /** Sends something personal to every connection of one person in the room. */
  tell(showId: string, personId: string, event: DownOf<'personal'>): void
  /** The audience of a room that is open here, with that of the other nodes as they told in the last `presenceMs`. */
  viewers(showId: string): number
  /** Everybody who is connected to the room here, hosts and moderators too. */
  connections(showId: string): number
  /** Closes every connection of one person in the room, who was banned from it. */
  evict(showId: string, personId: string): void
  onHeard(listener: (showId: string, heard: Heard) => void): void
  /** Writes what is counted, sends what waits, and stops. Idempotent. */
  close(): Promise<void>
}

/** A connection's seat in a room, from `enter` until `leave`. */
export interface Seat {
  like(count: number): void
  /** So many likes were too fast to be taken. */
  likesRefused(count: number): void
  /** Enters again on the same connection, after a resync. @throws Fault as `enter` */
  reenter(options: EnterOptions): Promise<void>
  /** Who sits here, after a new ticket. */
  setOccupant(occupant: Occupant): void
  /** The transport dropped a frame for this link. */
  dropped(): void
  /** The transport has sent what it had. */
  drained(): void
  /** Idempotent. */
  leave(): void
}

export interface RoomEngine extends Rooms {
  /**
   * Opens the show's room if need be and seats a viewer in it.
   * @throws Fault `not_found` where the tenant has no such show, `room_full`, `unavailable`
   */
  enter(
    place: { tenantId: string; showId: string },
    occupant: Occupant,
    link: Link,
    options: EnterOptions,
  ): Promise<Seat>
}

export interface RoomEngineDeps {
  roomLog: RoomLog
  broadcast: Broadcast
  bus: Bus
  presence: Presence
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['rooms']
  /** Chat lines that a room shows in a second where its show does not say; Infinity shows all. */
  displayPerS: number
  /** How busy the process is, 0 to 1; the event loop's utilisation unless told. */
  load?: () => number
}

/**
 * The rooms of this process. A room exists while it has viewers. What is published to a show without viewers here is
 * in the log, or nobody's loss.
 */
export function createRooms(deps: RoomEngineDeps): RoomEngine {
  const { clock, limits, log, presence, roomLog } = deps
  const metrics = createRoomMetrics(deps.metrics, {
    viewers: () => table.rooms().reduce((sum, room) => sum + room.viewers.size, 0),
    rooms: () => table.size,
  })
  const likes = new Likes(roomLog, log)
  const drops = new Drops({ roomLog, log, metrics })
  const flusher = new Flusher(new Pace(limits.flushMsMin, limits.flushMsMax, deps.load ?? eventLoopLoad()))
  const relay = new Relay({
    ...deps,
    drops,
    wantsFlush: (waiting) => flusher.add(waiting),
    displayPerS: (showId) => table.get(showId)?.displayPerS ?? deps.displayPerS,
    isHeard: (showId) => table.get(showId)?.hasAudienceElsewhere ?? false,
  })
  const listeners: Parameters<Rooms['onHeard']>[0][] = []
  const heard: Parameters<Rooms['onHeard']>[0] = (showId, what) => {
    for (const listener of listeners) listener(showId, what)
  }
  const roomDeps: RoomDeps = {
    ...deps,
    metrics,
    drops,
    read: (showId, epoch, after, upTo) => roomLog.range(showId, epoch, after, upTo, limits.logMsMax),
    position: async (showId) => (await roomLog.heads([showId])).get(showId)?.pos ?? null,
    delivered: (showId, event: StateEvent) => heard(showId, { is: 'event', event }),
    flusher,
  }
  const table = new RoomTable({
    earlyMax: limits.earlyEventsMax,
    earlyLost(showId, event) {
      if (!isOfClass(event, 'state')) drops.add(showId, deliveryClassOf(event), 'queue_full', 1) // the log has state
    },
    async open(tenantId, showId) {
      await relay.open(showId, elsewhere) // before the head is read: nothing falls between
      const head = found(await roomLog.head(tenantId, showId))
      const [epoch, offset] = head.pos
      const tail = await roomLog.range(showId, epoch, offset - limits.logEventsMax, offset, limits.logMsMax)
      likes.opened(showId, head.likes)
      heard(showId, { is: 'missed' })
      return new Room(showId, { ...head, likes: likes.total(showId) }, tail, roomDeps)
    },
    closed(showId, room) {
      relay.close(showId)
      likes.closed(showId)
      presence.tell(showId, 0).catch(() => {}) // it runs out by itself
      if (!room) return
      flusher.forget(room)
      room.close()
    },
  })
  const seatDeps = { likes, drops, clock }
  let timers: RoomTimers | null = null
  let closing: Promise<void> | null = null

  function connectionsOf(showId: string, personId: string): Viewer[] {
    const viewers = table.get(showId)?.viewers ?? []
    return [...viewers].filter(({ occupant }) => occupant.personId === personId)
  }

  function tellHere(showId: string, personId: string, event: DownOf<'personal'>): void {
    const frame = frameOf([JSON.stringify(event)])
    for (const viewer of connectionsOf(showId, personId)) viewer.tell(frame, clock.now())
  }

  function evictHere(showId: string, personId: string): void {
    for (const viewer of connectionsOf(showId, personId)) viewer.close('evicted')
  }

  const elsewhere: RelayHandlers = {
    event(showId, event, asOf) {
      table.publish(showId, event, asOf)
      if (!isOfClass(event, 'state')) heard(showId, { is: 'event', event })
    },
    tell(showId, personId, event) {
      tellHere(showId, personId, event)
      heard(showId, { is: 'personal', personId, event })
    },
    evict(showId, personId) {
      evictHere(showId, personId)
      heard(showId, { is: 'evicted', personId })
    },
    likes: (showId, total) => likes.heard(showId, total),
  }

  deps.bus.onWhole(() => {
    for (const room of table.rooms()) {
      relay.here(room.showId)
      heard(room.showId, { is: 'missed' })
    }
    timers?.repair()
  })

  async function closeAll(): Promise<void> {
    await timers?.close()
    for (const room of table.rooms()) room.close()
    await Promise.all([likes.write(), drops.write()])
    await relay.flushAll()
    flusher.close()
  }

  return {
    publish(showId, event, asOf = 0) {
      table.publish(showId, event, asOf)
      relay.publish(showId, event, asOf)
    },

    tell(showId, personId, event) {
      tellHere(showId, personId, event)
      relay.tell(showId, personId, event)
    },

    viewers: (showId) => table.get(showId)?.audienceEverywhere ?? 0,

    connections: (showId) => table.get(showId)?.viewers.size ?? 0,

    evict(showId, personId) {
      evictHere(showId, personId)
      relay.evict(showId, personId)
    },

    onHeard(listener) {
      listeners.push(listener)
    },

    async enter({ tenantId, showId }, occupant, link, options) {
      timers ??= startTimers({ ...deps, table, likes, drops, flusher, metrics, relay })
      const hold = table.hold(tenantId, showId)
      try {
        const room = await hold.room
        return new RoomSeat(room, await room.enter(occupant, link, options), hold, seatDeps)
      } catch (error) {
        hold.release()
        throw error
      }
    },

    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

interface SeatDeps {
  likes: Likes
  drops: Drops
  clock: Clock
}

/** There are many thousands of them: a few fields, and no closures. */
class RoomSeat implements Seat {
  readonly #room: Room
  readonly #viewer: Viewer
  readonly #hold: Hold
  readonly #deps: SeatDeps

  constructor(room: Room, viewer: Viewer, hold: Hold, deps: SeatDeps) {
    this.#room = room
    this.#viewer = viewer
    this.#hold = hold
    this.#deps = deps
  }

  like(count: number): void {
    this.#deps.likes.add(this.#room.showId, count)
  }

  likesRefused(count: number): void {
    this.#deps.drops.add(this.#room.showId, 'latest', 'likes_rate', count)
  }

  reenter(options: EnterOptions): Promise<void> {
    return this.#room.reenter(this.#viewer, options)
  }

  setOccupant(occupant: Occupant): void {
    this.#viewer.occupant = occupant
  }

  dropped(): void {
    this.#viewer.lost(this.#deps.clock.now())
  }

  drained(): void {
    this.#viewer.check(this.#deps.clock.now())
  }

  leave(): void {
    this.#room.leave(this.#viewer)
    this.#hold.release()
  }
}
