import { Fault } from '../kernel/errors.ts'
import { LiveWindow, type PartIn, type PlacedPart, type WindowLimits } from './window.ts'

export interface ChannelLimits extends WindowLimits {
  /** A request that waits is answered after so long in any case. */
  readonly blockMsMax: number
  /** Steps that are kept for other nodes. */
  readonly stepsMax: number
  /** Of the steps in one answer; a single one may be larger. */
  readonly stepsBytesMax: number
}

/** What makes a channel's window what it is, one after another. */
export type Step = { is: 'init'; init: number; bytes: Buffer } | ({ is: 'part' } & PlacedPart)

/** One show's picture as low-latency HLS on this node: its window, and those who wait for what comes next. */
export class Channel {
  readonly showId: string
  /** Part of the addresses of its files. The same on all nodes. */
  readonly key: string
  readonly firstMsn: number
  readonly #limits: ChannelLimits
  readonly #window: LiveWindow
  readonly #steps: Step[] = []
  /** How many steps there were before those that are kept. */
  #stepsGone = 0
  readonly #waiting = new Set<() => void>()
  #usedAt = performance.now()
  #closed = false

  constructor(of: { showId: string; key: string; firstMsn: number }, limits: ChannelLimits) {
    this.showId = of.showId
    this.key = of.key
    this.firstMsn = of.firstMsn
    this.#limits = limits
    this.#window = new LiveWindow(of.firstMsn, limits)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Since when nobody has asked for anything (`performance.now()`). */
  get unusedSince(): number {
    return this.#waiting.size > 0 ? performance.now() : this.#usedAt
  }

  /** Somebody asks. */
  touch(): void {
    this.#usedAt = performance.now()
  }

  /** What follows is another encoding. */
  begin(bytes: Buffer): void {
    this.#step({ is: 'init', init: this.#window.begin(bytes), bytes })
  }

  add(part: PartIn): void {
    this.#step({ is: 'part', ...this.#window.add(part) })
  }

  /** Takes what the channel of another node did. */
  take(step: Step): void {
    if (step.is === 'init') this.#window.putInit(step.init, step.bytes)
    else this.#window.put(step)
    this.#step(step)
  }

  /**
   * The playlist, once it tells of what is asked for (section 6.2.5.2 of draft-pantos-hls-rfc8216bis), or of anything.
   * @throws Fault `reload_refused` for what is too far ahead, `unavailable` for what does not come in time,
   *   `media_not_ready` where nothing has come yet
   */
  async playlist(msn: number | null, part: number | null): Promise<string> {
    const wanted = () => {
      if (msn !== null) return this.#window.has(msn, part)
      return this.#window.isEmpty ? 'soon' : 'here'
    }
    const presence = await this.#until(wanted)
    if (presence === 'never') throw new Fault('reload_refused', { detail: 'that segment is too far ahead' })
    if (presence === 'soon') throw this.#late()
    return this.#window.playlist(`../${this.key}/`)
  }

  /** @throws Fault `not_found`, `unavailable` for a part that was hinted at and does not come */
  async file(name: string): Promise<Buffer> {
    let found = this.#window.file(name)
    await this.#until(() => {
      found = this.#window.file(name)
      return found === 'soon' ? 'soon' : 'here'
    })
    if (found === 'never') throw new Fault('not_found')
    if (found === 'soon') throw this.#late()
    return found
  }

  /**
   * The steps after the first `after`, as soon as there are some, and as many as one answer takes. Who is too far behind
   * goes on with the oldest that is kept, and gets what initialises a decoder. `next` is what to ask with the next time.
   */
  async stepsAfter(after: number, waitMs: number): Promise<{ next: number; steps: Step[] }> {
    const total = () => this.#stepsGone + this.#steps.length
    await this.#until(() => (total() > after ? 'here' : 'soon'), waitMs)
    const knows = after >= this.#stepsGone && after <= total()
    const from = knows ? after - this.#stepsGone : 0
    const steps = this.#fitting(this.#steps.slice(from))
    const next = this.#stepsGone + from + steps.length
    if (knows) return { next, steps }
    const inits = [...this.#window.inits].map(([init, bytes]): Step => ({ is: 'init', init, bytes }))
    return { next, steps: [...inits, ...steps] }
  }

  /** The first ones, one at least. */
  #fitting(steps: Step[]): Step[] {
    let bytesLeft = this.#limits.stepsBytesMax
    const tooMany = steps.findIndex(({ bytes }, n) => {
      bytesLeft -= bytes.length
      return n > 0 && bytesLeft < 0
    })
    return tooMany < 0 ? steps : steps.slice(0, tooMany)
  }

  /** Who waits is told to come again. Idempotent. */
  close(): void {
    this.#closed = true
    this.#wake()
  }

  #step(step: Step): void {
    this.#steps.push(step)
    while (this.#steps.length > this.#limits.stepsMax) {
      this.#steps.shift()
      this.#stepsGone += 1
    }
    this.#wake()
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }

  async #until<P extends string>(
    presence: () => P | 'soon',
    waitMs = this.#limits.blockMsMax,
  ): Promise<P | 'soon'> {
    const until = performance.now() + waitMs
    for (;;) {
      const now = presence()
      const leftMs = until - performance.now()
      if (now !== 'soon' || leftMs <= 0 || this.#closed) {
        this.touch()
        return now
      }
      await this.#next(leftMs)
    }
  }

  /** The next step, or the end of the time. */
  #next(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, withinMs)
      this.#waiting.add(done)
    })
  }

  #late(): Fault {
    return new Fault(this.#window.isEmpty ? 'media_not_ready' : 'unavailable', { retryAfterMs: 1000 })
  }
}
