import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Closable } from '../kernel/ticker.ts'
import { Flusher } from './flusher.ts'
import { Likes } from './likes.ts'
import type { RoomLog } from './log.ts'
import { createRoomMetrics } from './metrics.ts'
import { eventLoopLoad, Pace } from './pace.ts'
import { type EnterOptions, Room, type RoomDeps, type RoomEvent } from './room.ts'
import { type Hold, RoomTable } from './table.ts'
import { startTimers } from './timers.ts'
import { type Broadcast, frameOf, type Link } from './transport.ts'
import type { Viewer } from './viewer.ts'

/** What the other domains ask of the rooms. */
export interface Rooms {
  /**
   * Delivers an event to the viewers of a show, by its class. State events are published after their commit, with
   * the position that `room_append` gave; the order of the calls does not matter.
   */
  publish(showId: string, event: RoomEvent): void
  /** Sends something personal to every connection of one person in the room. */
  tell(showId: string, personId: string, event: DownOf<'personal'>): void
  viewers(showId: string): number
  /** Closes every connection of one person in the room. */
  evict(showId: string, personId: string): void
  /** Writes what is counted and stops. Idempotent. */
  close(): Promise<void>
}

/** A connection's seat in a room, from `enter` until `leave`. */
export interface Seat {
  like(count: number): void
  /** Enters again on the same connection, after a resync. @throws Fault as `enter` */
  reenter(options: EnterOptions): Promise<void>
  /** Who sits here, after a new ticket. */
  setPerson(personId: string): void
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
    personId: string,
    link: Link,
    options: EnterOptions,
  ): Promise<Seat>
}

export interface RoomEngineDeps {
  roomLog: RoomLog
  broadcast: Broadcast
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['rooms']
  /** Chat lines that a room shows in a second; Infinity shows all. */
  displayPerS: number
  /** How busy the process is, 0 to 1; the event loop's utilisation unless told. */
  load?: () => number
}

/**
 * The rooms of this process. A room exists while it has viewers. What is published to a show without viewers here is
 * in the log, or nobody's loss.
 */
export function createRooms(deps: RoomEngineDeps): RoomEngine {
  const { clock, limits, log, roomLog } = deps
  const metrics = createRoomMetrics(deps.metrics, {
    viewers: () => table.rooms().reduce((sum, room) => sum + room.viewers.size, 0),
    rooms: () => table.size,
  })
  const likes = new Likes(roomLog, log)
  const flusher = new Flusher(new Pace(limits.flushMsMin, limits.flushMsMax, deps.load ?? eventLoopLoad()))
  const roomDeps: RoomDeps = {
    broadcast: deps.broadcast,
    read: (showId, epoch, after, upTo) => roomLog.range(showId, epoch, after, upTo, limits.logMsMax),
    wantsFlush: (room) => flusher.add(room),
    clock,
    log,
    metrics,
    limits,
    displayPerS: deps.displayPerS,
  }
  const table = new RoomTable({
    async open(tenantId, showId) {
      const head = found(await roomLog.head(tenantId, showId))
      const [epoch, offset] = head.pos
      const tail = await roomLog.range(showId, epoch, offset - limits.logEventsMax, offset, limits.logMsMax)
      likes.opened(showId, head.likes)
      return new Room(showId, { ...head, likes: likes.total(showId) }, tail, roomDeps)
    },
    closed(room) {
      likes.closed(room.showId)
      flusher.forget(room)
      room.close()
    },
  })
  let timers: Closable | null = null
  let closing: Promise<void> | null = null

  function peopleOf(showId: string, personId: string): Viewer[] {
    const viewers = table.get(showId)?.viewers ?? []
    return [...viewers].filter((viewer) => viewer.personId === personId)
  }

  async function closeAll(): Promise<void> {
    flusher.close()
    await timers?.close()
    for (const room of table.rooms()) room.close()
    await likes.write()
  }

  return {
    publish: (showId, event) => table.publish(showId, event),

    tell(showId, personId, event) {
      const frame = frameOf([JSON.stringify(event)])
      for (const viewer of peopleOf(showId, personId)) viewer.tell(frame, clock.now())
    },

    viewers: (showId) => table.get(showId)?.viewers.size ?? 0,

    evict(showId, personId) {
      for (const viewer of peopleOf(showId, personId)) viewer.close('evicted')
    },

    async enter({ tenantId, showId }, personId, link, options) {
      timers ??= startTimers({ ...deps, table, likes, flusher, metrics })
      const hold = table.hold(tenantId, showId)
      try {
        const room = await hold.room
        return createSeat(room, await room.enter(personId, link, options), { likes, clock, hold })
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

function createSeat(
  room: Room,
  viewer: Viewer,
  { likes, clock, hold }: { likes: Likes; clock: Clock; hold: Hold },
): Seat {
  return {
    like: (count) => likes.add(room.showId, count),
    reenter: (options) => room.reenter(viewer, options),
    setPerson(personId) {
      viewer.personId = personId
    },
    dropped: () => viewer.lost(clock.now()),
    drained: () => viewer.check(clock.now()),
    leave() {
      room.leave(viewer)
      hold.release()
    },
  }
}
