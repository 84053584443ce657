import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import { Likes } from './likes.ts'
import type { RoomLog } from './log.ts'
import { createRoomMetrics } from './metrics.ts'
import { eventLoopLoad, Pace } from './pace.ts'
import { type EnterOptions, Room, type RoomEvent } from './room.ts'
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

/** A room that is open, or being opened; events that come while it is are kept for it. */
interface Entry {
  room: Room | null
  opening: Promise<Room>
  early: RoomEvent[]
  /** Viewers in it or on their way in. */
  seats: number
}

/**
 * The rooms of this process. A room exists while it has viewers: it is opened at the head of its log with the first,
 * and dropped with the last. What is published to a show without viewers here is in the log, or nobody's loss.
 */
export function createRooms(deps: RoomEngineDeps): RoomEngine {
  const { clock, limits, log, roomLog } = deps
  const entries = new Map<string, Entry>()
  const openRooms = () => [...entries.values()].flatMap(({ room }) => (room ? [room] : []))
  const viewersOf = (showId: string) => entries.get(showId)?.room?.viewers.size ?? 0
  const metrics = createRoomMetrics(deps.metrics, {
    viewers: () => openRooms().reduce((sum, room) => sum + room.viewers.size, 0),
    rooms: () => entries.size,
  })
  const pace = new Pace(limits.flushMsMin, limits.flushMsMax, deps.load ?? eventLoopLoad())
  const likes = new Likes(roomLog, log)
  const dirty = new Set<Room>()
  let flushTimer: NodeJS.Timeout | null = null
  let timers: Closable | null = null
  let closed = false

  function flush(): void {
    flushTimer = null
    const rooms = [...dirty]
    dirty.clear()
    for (const room of rooms) room.flush()
  }

  const roomDeps = {
    broadcast: deps.broadcast,
    read: (showId: string, epoch: number, after: number, upTo: number) =>
      roomLog.range(showId, epoch, after, upTo, limits.logMsMax),
    wantsFlush(room: Room) {
      dirty.add(room)
      if (!closed) flushTimer ??= setTimeout(flush, pace.windowMs)
    },
    clock,
    log,
    metrics,
    limits,
    displayPerS: deps.displayPerS,
  }

  async function open(tenantId: string, showId: string, entry: () => Entry): Promise<Room> {
    const head = found(await roomLog.head(tenantId, showId))
    const [epoch, offset] = head.pos
    const tail = await roomLog.range(showId, epoch, offset - limits.logEventsMax, offset, limits.logMsMax)
    likes.opened(showId, head.likes)
    const room = new Room(showId, { ...head, likes: likes.total(showId) }, tail, roomDeps)
    for (const event of entry().early) room.publish(event)
    entry().room = room
    return room
  }

  /** The one place where rooms are made. The caller has a seat until it calls `vacate`. */
  function hold(tenantId: string, showId: string): Entry {
    timers ??= startTimers()
    const known = entries.get(showId)
    if (known) {
      known.seats++
      return known
    }
    const entry: Entry = { room: null, opening: open(tenantId, showId, () => entry), early: [], seats: 1 }
    entries.set(showId, entry)
    return entry
  }

  function vacate(showId: string, entry: Entry): void {
    entry.seats--
    if (entry.seats > 0 || entries.get(showId) !== entry) return
    entries.delete(showId)
    likes.closed(showId)
    if (!entry.room) return
    dirty.delete(entry.room)
    entry.room.close()
  }

  function peopleOf(showId: string, personId: string): Viewer[] {
    const room = entries.get(showId)?.room
    return room ? [...room.viewers].filter((viewer) => viewer.personId === personId) : []
  }

  /** What runs while there are rooms; started with the first. */
  function startTimers(): Closable {
    const beat = startTicker('rooms', limits.viewersBeatMs, log, async () => {
      pace.adapt()
      metrics.flushMs.set(pace.windowMs)
      for (const room of openRooms()) {
        room.setLikes(likes.total(room.showId))
        room.beat()
      }
      await likes.write()
    })
    // Whatever was committed and not published here, for whatever reason, is found within a poll.
    const headPoll = startTicker('room heads', limits.headPollMs, log, async () => {
      const rooms = openRooms()
      if (rooms.length === 0) return
      const positions = await roomLog.positions(rooms.map((room) => room.showId))
      for (const room of rooms) {
        const pos = positions.get(room.showId)
        if (pos) room.notice(pos)
      }
    })
    const slowPoll = startTicker('slow readers', limits.slowPollMs, log, async () => {
      for (const room of openRooms()) room.check()
    })
    return {
      async close() {
        await Promise.all([beat.close(), headPoll.close(), slowPoll.close()])
      },
    }
  }

  return {
    publish(showId, event) {
      const entry = entries.get(showId)
      if (entry?.room) entry.room.publish(event)
      else entry?.early.push(event)
    },

    tell(showId, personId, event) {
      const frame = frameOf([JSON.stringify(event)])
      for (const viewer of peopleOf(showId, personId)) viewer.tell(frame, clock.now())
    },

    viewers: viewersOf,

    evict(showId, personId) {
      for (const viewer of peopleOf(showId, personId)) viewer.close('evicted')
    },

    async enter({ tenantId, showId }, personId, link, options) {
      const entry = hold(tenantId, showId)
      try {
        const room = await entry.opening
        const viewer = await room.enter(personId, link, options)
        return createSeat(room, viewer, () => vacate(showId, entry))
      } catch (error) {
        vacate(showId, entry)
        throw error
      }
    },

    async close() {
      if (closed) return
      closed = true
      if (flushTimer) clearTimeout(flushTimer)
      await timers?.close()
      for (const room of openRooms()) room.close()
      await likes.write()
    },
  }

  function createSeat(room: Room, viewer: Viewer, onLeave: () => void): Seat {
    let left = false
    return {
      like: (count) => likes.add(room.showId, count),
      reenter: (options) => room.reenter(viewer, options),
      setPerson(personId) {
        viewer.personId = personId
      },
      dropped: () => viewer.lost(clock.now()),
      drained: () => viewer.check(clock.now()),
      leave() {
        if (left) return
        left = true
        room.leave(viewer)
        onLeave()
      },
    }
  }
}
