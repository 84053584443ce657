import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { VideoStatus } from './video.ts'

/** Low-latency HLS in the place of WebRTC: some seconds behind, by plain HTTP. */
export interface Substitute {
  /** Whether it is in use. */
  readonly on: ReadonlySignal<boolean>
  readonly status: ReadonlySignal<VideoStatus>
  /** The address of the playlist, once there is one. */
  readonly playlist: ReadonlySignal<string | null>
  /** Whether it was chosen by hand: then nothing else is tried. */
  readonly chosen: ReadonlySignal<boolean>
  choose(chosen: boolean): void
  /** Idempotent. */
  start(): void
  stop(): void
  /** Its picture reports: frames run, the browser refused to play, or it failed and wants another playlist. */
  report(what: 'playing' | 'blocked' | 'failed'): void
}

export interface SubstituteDeps {
  showId: string
  getTicket: () => Promise<string>
  forgetTicket: () => void
}

const WAIT_MS = { first: 1000, max: 15_000 }
/** After this many failures in a row people are told. */
const QUIET_FAILURES = 2

/** @param onChosen hears of a choice by hand */
export const createSubstitute = (deps: SubstituteDeps, onChosen: (chosen: boolean) => void): Substitute =>
  new HlsSubstitute(deps, onChosen)

class HlsSubstitute implements Substitute {
  readonly on = signal(false)
  readonly status: Signal<VideoStatus> = signal('connecting')
  readonly playlist = signal<string | null>(null)
  readonly chosen = signal(false)
  readonly #deps: SubstituteDeps
  readonly #onChosen: (chosen: boolean) => void
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(deps: SubstituteDeps, onChosen: (chosen: boolean) => void) {
    this.#deps = deps
    this.#onChosen = onChosen
  }

  choose(chosen: boolean): void {
    this.chosen.value = chosen
    this.#onChosen(chosen)
  }

  start(): void {
    if (this.on.peek()) return
    this.on.value = true
    this.status.value = 'connecting'
    this.#failures = 0
    void this.#open()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.on.value = false
    this.playlist.value = null
  }

  report(what: 'playing' | 'blocked' | 'failed'): void {
    if (!this.on.peek()) return
    if (what === 'failed') this.#failed()
    else {
      this.#failures = 0
      this.status.value = what
    }
  }

  async #open(): Promise<void> {
    try {
      const headers = { Authorization: `Bearer ${await this.#deps.getTicket()}` }
      const entered = await fetch(`/hls/${encodeURIComponent(this.#deps.showId)}`, {
        method: 'POST',
        headers,
      })
      if (!this.on.peek()) return
      if (entered.status === 401) this.#deps.forgetTicket()
      if (entered.status === 201) this.playlist.value = entered.headers.get('Location')
      else this.#failed(entered.status === 409)
    } catch {
      this.#failed()
    }
  }

  /** @param waiting it is the host who sends nothing yet */
  #failed(waiting = false): void {
    if (!this.on.peek()) return
    this.playlist.value = null
    this.#failures += 1
    if (waiting) this.status.value = 'waiting'
    else this.status.value = this.#failures > QUIET_FAILURES ? 'trouble' : 'connecting'
    clearTimeout(this.#timer)
    const waitMs =
      Math.min(WAIT_MS.max, WAIT_MS.first * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2)
    this.#timer = setTimeout(() => void this.#open(), waitMs)
  }
}
