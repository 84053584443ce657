import type { Signal } from '@preact/signals'
import type { SubstituteDeps } from './substitute.ts'
import type { VideoStatus } from './video.ts'

/** What keeps a substitute in playlists. */
export interface Opening {
  /** From the beginning. */
  start(): void
  stop(): void
  report(what: 'playing' | 'blocked' | 'failed'): void
}

interface Told {
  readonly on: Signal<boolean>
  readonly status: Signal<VideoStatus>
  readonly playlist: Signal<string | null>
}

const WAIT_MS = { first: 1000, max: 15_000 }
/** After this many failures in a row people are told. */
const QUIET_FAILURES = 2

export function createOpening(deps: SubstituteDeps, { on, status, playlist }: Told): Opening {
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function open(): Promise<void> {
    try {
      const headers = { Authorization: `Bearer ${await deps.getTicket()}` }
      const entered = await fetch(`/hls/${encodeURIComponent(deps.showId)}`, { method: 'POST', headers })
      if (!on.peek()) return
      if (entered.status === 401) deps.forgetTicket()
      if (entered.status === 201) playlist.value = entered.headers.get('Location')
      else failed(entered.status === 409)
    } catch {
      failed()
    }
  }

  /** @param waiting it is the host who sends nothing yet */
  function failed(waiting = false): void {
    if (!on.peek()) return
    playlist.value = null
    failures += 1
    if (waiting) status.value = 'waiting'
    else status.value = failures > QUIET_FAILURES ? 'trouble' : 'connecting'
    clearTimeout(timer)
    const waitMs = Math.min(WAIT_MS.max, WAIT_MS.first * 2 ** (failures - 1)) * (0.75 + Math.random() / 2)
    timer = setTimeout(() => void open(), waitMs)
  }

  return {
    start() {
      clearTimeout(timer)
      failures = 0
      if (on.peek()) void open()
    },
    stop: () => clearTimeout(timer),
    report(what) {
      if (!on.peek()) return
      if (what === 'failed') failed()
      else {
        failures = 0
        status.value = what
      }
    },
  }
}
