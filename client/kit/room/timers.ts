/** Timers by name: setting one again replaces it, and all of them end together. */
export class Timers<Name extends string> {
  readonly #timers = new Map<Name, ReturnType<typeof setTimeout>>()

  after(name: Name, ms: number, work: () => void): void {
    this.clear(name)
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name)
        work()
      }, ms),
    )
  }

  has(name: Name): boolean {
    return this.#timers.has(name)
  }

  clear(...names: Name[]): void {
    for (const name of names) {
      clearTimeout(this.#timers.get(name))
      this.#timers.delete(name)
    }
  }

  clearAll(): void {
    this.clear(...this.#timers.keys())
  }
}
