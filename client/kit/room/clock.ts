interface Sample {
  roundTripMs: number
  /** Server time minus local time, both in milliseconds. */
  offsetMs: number
}

const SAMPLES_KEPT = 8

/**
 * The server's clock, after Cristian's algorithm: the server's time is taken to be that of the middle of the round
 * trip, and of several samples the one with the shortest round trip counts. Local time is monotonic, so that a
 * change of the viewer's own clock does not move a countdown.
 */
export class ServerClock {
  readonly #localNow: () => number
  #samples: Sample[] = []
  #offsetMs: number | null = null

  constructor(localNow: () => number) {
    this.#localNow = localNow
  }

  /** Begins a new series of samples; the old result holds until the first one comes. */
  restart(serverTime: number): void {
    this.#samples = []
    this.#offsetMs ??= serverTime - this.#localNow()
  }

  /** The local time to send along. */
  stamp(): number {
    return this.#localNow()
  }

  answered(sent: number, serverTime: number): void {
    const received = this.#localNow()
    const roundTripMs = received - sent
    if (roundTripMs < 0) return // not ours
    this.#samples = [...this.#samples, { roundTripMs, offsetMs: serverTime - (sent + roundTripMs / 2) }]
    this.#samples = this.#samples.slice(-SAMPLES_KEPT)
    const best = this.#samples.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a))
    this.#offsetMs = best.offsetMs
  }

  /** Milliseconds since 1970; the local clock's until the server was heard. */
  now(): number {
    return this.#offsetMs === null ? Date.now() : Math.round(this.#localNow() + this.#offsetMs)
  }
}
