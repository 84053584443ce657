import type { Pace } from './pace.ts'

export interface Flushable {
  flush(): unknown
}

/** What is due this soon is flushed along with what is due. */
const EARLY_MS = 5

/** Flushes each room that has something to send a window after it asked, or not at all where it has sent it by then. */
export class Flusher {
  readonly pace: Pace
  /** When each is due, the soonest first: all get the same window, or one that has just changed by a step. */
  readonly #waiting = new Map<Flushable, number>()
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(pace: Pace) {
    this.pace = pace
  }

  add(room: Flushable): void {
    if (this.#closed || this.#waiting.has(room)) return
    this.#waiting.set(room, performance.now() + this.pace.windowMs)
    this.#timer ??= setTimeout(() => this.#flush(), this.pace.windowMs)
  }

  forget(room: Flushable): void {
    this.#waiting.delete(room)
  }

  close(): void {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #flush(): void {
    this.#timer = null
    const now = performance.now()
    const due: Flushable[] = []
    for (const [room, at] of this.#waiting) if (at <= now + EARLY_MS) due.push(room)
    for (const room of due) this.#waiting.delete(room)
    for (const room of due) room.flush()
    const [next] = this.#waiting.values()
    if (next !== undefined) this.#timer ??= setTimeout(() => this.#flush(), Math.max(1, next - now))
  }
}
