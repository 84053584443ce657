import type { Pace } from './pace.ts'

export interface Flushable {
  flush(): unknown
}

/** Flushes the rooms that have something to send: all at once, a window after the first of them asked. */
export class Flusher {
  readonly pace: Pace
  readonly #waiting = new Set<Flushable>()
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(pace: Pace) {
    this.pace = pace
  }

  add(room: Flushable): void {
    this.#waiting.add(room)
    if (!this.#closed) this.#timer ??= setTimeout(() => this.#flush(), this.pace.windowMs)
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
    const rooms = [...this.#waiting]
    this.#waiting.clear()
    for (const room of rooms) room.flush()
  }
}
