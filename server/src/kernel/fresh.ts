import type { Clock } from './clock.ts'

interface Kept<Value> {
  readonly answer: Promise<Value>
  readonly until: number
}

interface FreshLimits {
  freshMs: number
  /** Answers kept; the oldest go first. */
  keptMax: number
}

/** The last answers, in the order of their age. */
class Answers<Value> {
  readonly #kept = new Map<string, Kept<Value>>()
  readonly #limits: FreshLimits
  readonly #clock: Clock

  constructor(limits: FreshLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  get(key: string): { answer: Promise<Value>; isFresh: boolean } | null {
    const known = this.#kept.get(key)
    return known ? { answer: known.answer, isFresh: known.until > this.#clock.now() } : null
  }

  keep(key: string, answer: Promise<Value>): void {
    this.#kept.delete(key)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < this.#limits.keptMax) break
      this.#kept.delete(oldest)
    }
    this.#kept.set(key, { answer, until: this.#clock.now() + this.#limits.freshMs })
  }

  forget(key: string, answer: Promise<Value>): void {
    if (this.#kept.get(key)?.answer === answer) this.#kept.delete(key)
  }
}

/** Asks once for all who want to know the same within `freshMs`, and keeps the answer so long. An error is not kept. */
export function keepFresh<Value>(
  ask: (key: string) => Promise<Value>,
  limits: FreshLimits,
  clock: Clock,
): (key: string) => Promise<Value> {
  const answers = new Answers<Value>(limits, clock)
  return (key) => {
    const known = answers.get(key)
    if (known?.isFresh) return known.answer
    const answer = ask(key)
    answers.keep(key, answer)
    answer.catch(() => answers.forget(key, answer))
    return answer
  }
}

/**
 * The same where an old answer is better than none, and than a wait: what is known is told at once, asked anew behind
 * it when it is older than `freshMs`, and holds where that fails. Only the first question waits, or fails.
 */
export function keepKnown<Value>(
  ask: (key: string) => Promise<Value>,
  limits: FreshLimits,
  clock: Clock,
): (key: string) => Promise<Value> {
  const answers = new Answers<Value>(limits, clock)
  return (key) => {
    const known = answers.get(key)
    if (known?.isFresh) return known.answer
    const answer = ask(key)
    answers.keep(key, known?.answer ?? answer) // for `freshMs` nobody asks again
    if (!known) answer.catch(() => answers.forget(key, answer))
    else
      answer.then(
        () => answers.keep(key, answer),
        () => {},
      )
    return known?.answer ?? answer
  }
}
