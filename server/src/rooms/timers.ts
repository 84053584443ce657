import type { Limits } from '../config.ts'
import type { Log } from '../kernel/log.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import type { Flusher } from './flusher.ts'
import type { Likes } from './likes.ts'
import type { RoomLog } from './log.ts'
import type { RoomMetrics } from './metrics.ts'
import type { RoomTable } from './table.ts'

interface TimersDeps {
  table: RoomTable
  likes: Likes
  flusher: Flusher
  roomLog: RoomLog
  metrics: RoomMetrics
  log: Log
  limits: Limits['rooms']
}

/** What runs while there are rooms: counts are told, slow readers looked for, and the log looked at. */
export function startTimers({ table, likes, flusher, roomLog, metrics, log, limits }: TimersDeps): Closable {
  const beat = startTicker('rooms', limits.viewersBeatMs, log, async () => {
    flusher.pace.adapt()
    metrics.flushMs.set(flusher.pace.windowMs)
    for (const room of table.rooms()) {
      room.setLikes(likes.total(room.showId))
      room.beat()
    }
    await likes.write()
  })

  // Whatever was committed and not published here, for whatever reason, is found within a poll.
  const headPoll = startTicker('room heads', limits.headPollMs, log, async () => {
    const rooms = table.rooms()
    if (rooms.length === 0) return
    const positions = await roomLog.positions(rooms.map((room) => room.showId))
    for (const room of rooms) {
      const pos = positions.get(room.showId)
      if (pos) room.notice(pos)
    }
  })

  const slowPoll = startTicker('slow readers', limits.slowPollMs, log, async () => {
    for (const room of table.rooms()) room.check()
  })

  return {
    async close() {
      await Promise.all([beat.close(), headPoll.close(), slowPoll.close()])
    },
  }
}
