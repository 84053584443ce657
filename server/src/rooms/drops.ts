import type { DeliveryClass } from '@shelfcast/shared/protocol/message.ts'
import type { Log } from '../kernel/log.ts'
import type { RoomLog } from './log.ts'
import type { RoomMetrics } from './metrics.ts'

/** Why an event did not reach a viewer. `slow_reader` is counted for each viewer, all others once a room and node. */
export type DropReason =
  | 'bus_away'
  | 'bus_late'
  | 'bus_queue_full'
  /** More lines than the rooms of other nodes would show. */
  | 'bus_rate'
  | 'bus_too_long'
  | 'display_rate'
  | 'duplicate'
  /** More keys of latest values than are kept. */
  | 'keys_full'
  /** Likes beyond what one connection may send. */
  | 'likes_rate'
  | 'queue_full'
  | 'slow_reader'

/** What became of a viewer that fell behind: told to resync, or closed because it stayed behind. */
type BehindReason = 'resync' | 'too_slow'

/** Events that were not delivered, for one reason. Of class `viewer`: viewers that fell behind. */
export type Dropped = { showId: string; events: number } & (
  | { class: DeliveryClass; reason: DropReason }
  | { class: 'viewer'; reason: BehindReason }
)

/**
 * What was not delivered, by show, class and reason: counted in the metrics at once, and written to the show's record
 * in batches, where the nodes' counts add up. What cannot be written is tried again with the next call.
 */
export class Drops {
  readonly #roomLog: Pick<RoomLog, 'addDrops'>
  readonly #log: Log
  readonly #metrics: RoomMetrics
  #pending = new Map<string, Dropped>()

  constructor(deps: { roomLog: Pick<RoomLog, 'addDrops'>; log: Log; metrics: RoomMetrics }) {
    this.#roomLog = deps.roomLog
    this.#log = deps.log
    this.#metrics = deps.metrics
  }

  add(showId: string, cls: DeliveryClass, reason: DropReason, events: number): void {
    this.#metrics.drops.inc({ class: cls, reason }, events)
    this.#count({ showId, class: cls, reason, events })
  }

  /** A viewer fell behind; it lost nothing of the stream if it comes again. */
  viewer(showId: string, reason: BehindReason): void {
    this.#metrics.resyncs.inc({ outcome: reason === 'resync' ? 'told' : 'closed' })
    this.#count({ showId, class: 'viewer', reason, events: 1 })
  }

  async write(): Promise<void> {
    if (this.#pending.size === 0) return
    const writing = [...this.#pending.values()]
    this.#pending = new Map()
    try {
      await this.#roomLog.addDrops(writing)
    } catch (error) {
      this.#log.warn({ err: error }, 'drops not written, kept for the next time')
      for (const one of writing) this.#count(one)
    }
  }

  #count(one: Dropped): void {
    const key = `${one.showId} ${one.class} ${one.reason}`
    const known = this.#pending.get(key)
    this.#pending.set(key, known ? { ...known, events: known.events + one.events } : one)
  }
}
