/**
 * Waits that double from `first` to `max`, each drawn at random below it ("full jitter"), so that viewers who lost
 * the same server do not come back in step. After Marc Brooker, "Exponential Backoff and Jitter", AWS, 2015.
 */
export class Backoff {
  readonly #firstMs: number
  readonly #maxMs: number
  readonly #random: () => number
  #attempts = 0

  constructor({ first, max }: { first: number; max: number }, random: () => number = Math.random) {
    this.#firstMs = first
    this.#maxMs = max
    this.#random = random
  }

  nextMs(): number {
    const ceiling = Math.min(this.#maxMs, this.#firstMs * 2 ** this.#attempts)
    this.#attempts++
    return this.#random() * ceiling
  }

  reset(): void {
    this.#attempts = 0
  }
}
