import type { Limits } from '../config.ts'
import type { Bus } from '../kernel/bus.ts'
import type { Log } from '../kernel/log.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import type { Drops } from './drops.ts'
import type { Flusher } from './flusher.ts'
import type { Likes } from './likes.ts'
import type { RoomLog } from './log.ts'
import type { RoomMetrics } from './metrics.ts'
import type { Presence } from './presence.ts'
import type { Relay } from './relay.ts'
import type { Room } from './room.ts'
import type { RoomTable } from './table.ts'

interface TimersDeps {
  table: RoomTable
  likes: Likes
  drops: Drops
  flusher: Flusher
  relay: Relay
  bus: Bus
  presence: Presence
  roomLog: RoomLog
  metrics: RoomMetrics
  log: Log
  limits: Limits['rooms']
}

/** A room's turn comes within this part of `latestRepairMs`. */
const REPAIR_TURNS = 10

export interface RoomTimers extends Closable {
  /** Other nodes are heard again: what may have been missed is read now. */
  repair(): void
  close(): Promise<void>
}

/** What runs while there are rooms: counts are told, slow readers looked for, and the log looked at. */
export function startTimers(deps: TimersDeps): RoomTimers {
  const { table, likes, drops, flusher, relay, bus, roomLog, metrics, log, limits } = deps
  const countViewers = viewerCounts(deps)

  const beat = startTicker('rooms', limits.viewersBeatMs, log, async () => {
    flusher.pace.adapt()
    metrics.flushMs.set(flusher.pace.windowMs)
    for (const room of table.rooms()) {
      room.setLikes(likes.total(room.showId))
      room.hear(bus.isWhole)
    }
    relay.sweep()
    countViewers()
    await drops.write()
    for (const [showId, total] of await likes.write()) relay.likes(showId, total)
  })

  let asked = Number.NEGATIVE_INFINITY
  async function askHeads(): Promise<void> {
    const rooms = table.rooms()
    if (rooms.length === 0) return
    asked = performance.now()
    const heads = await roomLog.heads(rooms.map((room) => room.showId))
    for (const room of rooms) {
      const head = heads.get(room.showId)
      if (!head) continue
      room.notice(head)
      likes.heard(room.showId, head.likes)
    }
  }

  // Whatever was committed and not heard of here, for whatever reason, is found within a poll.
  const headPoll = startTicker('room heads', limits.headPollAloneMs, log, async () => {
    if (!bus.isWhole || performance.now() - asked >= limits.headPollMs) await askHeads()
  })

  const repaired = new WeakMap<Room, number>()
  async function repairLatest(olderThanMs: number): Promise<void> {
    for (const room of table.rooms()) {
      const now = performance.now()
      const at = repaired.get(room) ?? now // a room that was just opened has just read them
      if (now - at >= olderThanMs) await room.repair(await roomLog.asOf())
      repaired.set(room, now - at >= olderThanMs ? now : at)
    }
  }
  async function repairAll(): Promise<void> {
    await askHeads()
    await repairLatest(0)
  }
  const latestPoll = startTicker('latest values', limits.latestRepairMs / REPAIR_TURNS, log, () =>
    repairLatest(limits.latestRepairMs),
  )

  const slowPoll = startTicker('slow readers', limits.slowPollMs, log, async () => {
    for (const room of table.rooms()) room.check()
  })

  let repairing: Promise<void> = Promise.resolve()
  return {
    repair() {
      repairing = repairing
        .then(repairAll)
        .catch((error) => log.warn({ err: error }, 'rooms not repaired, the next poll finds what is missing'))
    },

    async close() {
      await Promise.all([beat.close(), headPoll.close(), slowPoll.close(), latestPoll.close(), repairing])
    },
  }
}

/**
 * Tells the other nodes how many viewers are here and asks how many are there: one call a room and beat. What a node
 * told counts for `presenceMs`, so one that died is gone from the count by then; with Redis away the last counts hold
 * that long too.
 */
function viewerCounts({ table, presence, limits }: TimersDeps): () => void {
  const toldAt = new WeakMap<object, number>()
  return () => {
    for (const room of table.rooms()) {
      presence.tell(room.showId, room.audience).then(
        (others) => {
          toldAt.set(room, performance.now())
          room.beat(others)
        },
        () => {
          const isStale = performance.now() - (toldAt.get(room) ?? 0) > limits.presenceMs
          room.beat(isStale ? 0 : null)
        },
      )
    }
  }
}
