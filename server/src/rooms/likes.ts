import type { Log } from '../kernel/log.ts'
import type { RoomLog } from './log.ts'

/** Likes are counted here and written in batches: all rooms' in one statement a beat. */
export class Likes {
  readonly #log: Log
  readonly #roomLog: Pick<RoomLog, 'addLikes'>
  /** What Postgres said last, by show. Kept only while the show's room is open. */
  readonly #written = new Map<string, number>()
  /** What another node wrote while this one was writing. */
  readonly #heard = new Map<string, number>()
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

  /** What Postgres said to another node. */
  heard(showId: string, written: number): void {
    // A total that was read while ours was being written may hold ours: it would be counted twice.
    if (this.#writing.has(showId)) this.#heard.set(showId, Math.max(written, this.#heard.get(showId) ?? 0))
    else this.#setWritten(showId, written)
  }

  /**
   * Writes what is pending; what cannot be written is tried again with the next call.
   * @returns the new totals by show
   */
  async write(): Promise<ReadonlyMap<string, number>> {
    if (this.#pending.size === 0) return new Map()
    this.#writing = this.#pending
    this.#pending = new Map()
    try {
      const totals = await this.#roomLog.addLikes(this.#writing)
      for (const [showId, total] of totals) this.#setWritten(showId, total)
      return totals
    } catch (error) {
      this.#log.warn({ err: error }, 'likes not written, kept for the next time')
      for (const [showId, count] of this.#writing) this.add(showId, count)
      return new Map()
    } finally {
      this.#writing = new Map()
      for (const [showId, total] of this.#heard) this.#setWritten(showId, total)
      this.#heard.clear()
    }
  }

  /** Totals only grow. */
  #setWritten(showId: string, total: number): void {
    const known = this.#written.get(showId)
    if (known !== undefined) this.#written.set(showId, Math.max(known, total))
  }
}
