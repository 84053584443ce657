import type { Log } from '../kernel/log.ts'
import type { RoomLog } from './log.ts'

/** Likes are counted here and written in batches: all rooms' in one statement a beat. */
export class Likes {
  readonly #log: Log
  readonly #roomLog: Pick<RoomLog, 'addLikes'>
  /** What Postgres said last, by show. Kept only while the show's room is open. */
  readonly #written = new Map<string, number>()
  #pending = new Map<string, number>()
  #writing = new Map<string, number>()

  constructor(roomLog: Pick<RoomLog, 'addLikes'>, log: Log) {
    this.#roomLog = roomLog
    this.#log = log
  }

  opened(showId: string, written: number): void {
    this.#written.set(showId, written)
  }

  /** What was counted and not written yet is still written. */
  closed(showId: string): void {
    this.#written.delete(showId)
  }

  add(showId: string, count: number): void {
    this.#pending.set(showId, (this.#pending.get(showId) ?? 0) + count)
  }

  total(showId: string): number {
    const of = (counts: ReadonlyMap<string, number>) => counts.get(showId) ?? 0
    return of(this.#written) + of(this.#pending) + of(this.#writing)
  }

  /** Writes what is pending; what cannot be written is tried again with the next call. */
  async write(): Promise<void> {
    if (this.#pending.size === 0) return
    this.#writing = this.#pending
    this.#pending = new Map()
    try {
      const totals = await this.#roomLog.addLikes(this.#writing)
      for (const [showId, total] of totals) if (this.#written.has(showId)) this.#written.set(showId, total)
    } catch (error) {
      this.#log.warn({ err: error }, 'likes not written, kept for the next time')
      for (const [showId, count] of this.#writing) this.add(showId, count)
    } finally {
      this.#writing = new Map()
    }
  }
}
