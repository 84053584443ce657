/**
 * Token bucket: `perMs` tokens flow in, up to `size`, and each `take` costs some. It starts full.
 * A size of Infinity never refuses.
 */
export class TokenBucket {
  #size: number
  #perMs: number
  #tokens: number
  #at: number

  constructor(size: number, perMs: number, now: number) {
    this.#size = size
    this.#perMs = perMs
    this.#tokens = size
    this.#at = now
  }

  /** Another size and flow from now on; it starts full, or with what is left where that is less. */
  resize(size: number, perMs: number, now: number): void {
    this.#refill(now)
    this.#tokens = Math.min(size, this.#tokens === this.#size ? size : this.#tokens)
    this.#size = size
    this.#perMs = perMs
  }

  /** Takes `cost` tokens if at least `floor` are left afterwards. */
  take(now: number, cost = 1, floor = 0): boolean {
    this.#refill(now)
    if (this.#tokens - cost < floor) return false
    this.#tokens -= cost
    return true
  }

  /** Milliseconds until `cost` tokens are there. */
  waitMs(now: number, cost = 1): number {
    this.#refill(now)
    return Math.max(0, Math.ceil((cost - this.#tokens) / this.#perMs))
  }

  isFull(now: number): boolean {
    this.#refill(now)
    return this.#tokens >= this.#size
  }

  #refill(now: number): void {
    // A clock that was set back brings nothing and takes nothing.
    const elapsedMs = Math.max(0, now - this.#at)
    this.#at = now
    if (elapsedMs > 0) this.#tokens = Math.min(this.#size, this.#tokens + elapsedMs * this.#perMs)
  }
}
