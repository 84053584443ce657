import { TokenBucket } from '../../kernel/bucket.ts'

/** Of the rate at which viewers come in, this part is promised to those who were told to come again. */
const PROMISED = 0.8
const WAIT_MS_MIN = 200

export type Admission =
  | { is: 'in' }
  /** A place in the queue: whoever comes again then finds room. */
  | { is: 'later'; afterMs: number }
  /** The queue is longer than anybody should wait. */
  | { is: 'full' }

/**
 * How many connections a server takes in a second, so that a storm of them does not starve those who are in. Who is
 * too many gets a moment of its own to come again: waits that are told are spread as the server can take them.
 */
export class Turnstile {
  readonly #bucket: TokenBucket
  readonly #spacingMs: number
  readonly #waitMsMax: number
  #nextAt = 0

  constructor(limits: { perS: number; waitMsMax: number }, now: number) {
    this.#bucket = new TokenBucket(limits.perS, limits.perS / 1000, now)
    this.#spacingMs = 1000 / (limits.perS * PROMISED)
    this.#waitMsMax = limits.waitMsMax
  }

  admit(now: number): Admission {
    if (this.#bucket.take(now)) return { is: 'in' }
    const at = Math.max(this.#nextAt, now + WAIT_MS_MIN)
    if (at - now > this.#waitMsMax) return { is: 'full' }
    this.#nextAt = at + this.#spacingMs
    return { is: 'later', afterMs: Math.round(at - now) }
  }
}
