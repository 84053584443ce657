import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Opening } from './open-playlist.ts'
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

/**
 * The code that opens a playlist comes when it is first needed.
 * @param onChosen hears of a choice by hand
 */
export function createSubstitute(deps: SubstituteDeps, onChosen: (chosen: boolean) => void): Substitute {
  const on = signal(false)
  const status: Signal<VideoStatus> = signal('connecting')
  const playlist = signal<string | null>(null)
  const chosen = signal(false)
  let opening: Opening | null = null
  return {
    ...{ on, status, playlist, chosen },
    choose(by) {
      chosen.value = by
      onChosen(by)
    },
    start() {
      if (on.peek()) return
      on.value = true
      status.value = 'connecting'
      import('./open-playlist.ts').then(
        (code) => {
          opening ??= code.createOpening(deps, { on, status, playlist })
          opening.start()
        },
        () => {
          on.value = false // WebRTC is tried on, and asks again
        },
      )
    },
    stop() {
      opening?.stop()
      on.value = false
      playlist.value = null
    },
    report: (what) => opening?.report(what),
  }
}
