import { performance } from 'node:perf_hooks'

/** Share of the last interval that the event loop was busy, 0 to 1. */
export function eventLoopLoad(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}

const BUSY = 0.75
const QUIET = 0.5
const STEP = 1.5

/** The width of the flush window: it widens while the process is busy and narrows again, within its bounds. */
export class Pace {
  readonly #min: number
  readonly #max: number
  readonly #load: () => number
  #windowMs: number

  constructor(minMs: number, maxMs: number, load: () => number) {
    this.#min = minMs
    this.#max = maxMs
    this.#load = load
    this.#windowMs = minMs
  }

  get windowMs(): number {
    return this.#windowMs
  }

  /** To be called at a steady beat. */
  adapt(): void {
    const load = this.#load()
    if (load > BUSY) this.#windowMs = Math.min(this.#max, Math.ceil(this.#windowMs * STEP))
    else if (load < QUIET) this.#windowMs = Math.max(this.#min, Math.floor(this.#windowMs / STEP))
  }
}
