/**
 * The HTTP requests that are being served. A server that stops lets them finish: what it has begun it answers, unless
 * that takes longer than anybody waits.
 */
export class UnderWay {
  #count = 0
  #phase: 'open' | 'draining' | 'refusing' = 'open'
  #idle: (() => void) | null = null

  /** The server will stop: answers end their connection, so that the next request goes elsewhere. */
  get isDraining(): boolean {
    return this.#phase !== 'open'
  }

  /** Nothing new is begun any more. */
  get isRefusing(): boolean {
    return this.#phase === 'refusing'
  }

  get count(): number {
    return this.#count
  }

  begin(): void {
    this.#count++
  }

  /** To be called in the turn in which it is answered. */
  end(): void {
    this.#count--
    if (this.#count === 0) this.#idle?.()
  }

  drain(): void {
    if (this.#phase === 'open') this.#phase = 'draining'
  }

  /** Begins nothing new and waits for what is under way. @returns how many are under way still after `msMax` */
  async finish(msMax: number): Promise<number> {
    this.#phase = 'refusing'
    if (this.#count === 0) return 0
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#idle = resolve
      timer = setTimeout(resolve, msMax)
    })
    clearTimeout(timer)
    return this.#count
  }
}
