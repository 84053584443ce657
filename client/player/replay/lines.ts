import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'

/** A comment with the moment of the replay in which it was made. */
export interface ReplayLine extends ChatLine {
  readonly atMs: number
}

const WINDOW_MS = 5 * 60_000
/** The next window is asked for so long before it is needed. */
const AHEAD_MS = 20_000
const TRY_AGAIN_MS = 5000

/** The comments of a replay, fetched window by window as it plays. */
export function createReplayLines(
  durationMs: number,
  fetchWindow: (fromMs: number, untilMs: number) => Promise<ReplayLine[]>,
) {
  const windows = new Map<number, ReplayLine[]>()
  const asked = new Set<number>()

  function need(index: number): void {
    const fromMs = index * WINDOW_MS
    if (index < 0 || fromMs >= durationMs || asked.has(index)) return
    asked.add(index)
    fetchWindow(fromMs, Math.min(fromMs + WINDOW_MS, durationMs)).then(
      (lines) => windows.set(index, lines),
      () => setTimeout(() => asked.delete(index), TRY_AGAIN_MS),
    )
  }

  /** Of what is here already, later than `fromMs` and up to `untilMs`. */
  function between(fromMs: number, untilMs: number): ReplayLine[] {
    const lines: ReplayLine[] = []
    const last = Math.floor(untilMs / WINDOW_MS)
    for (let index = Math.floor(Math.max(0, fromMs) / WINDOW_MS); index <= last; index++) {
      for (const line of windows.get(index) ?? []) {
        if (line.atMs > fromMs && line.atMs <= untilMs) lines.push(line)
      }
    }
    return lines
  }

  return {
    between,
    /** The replay plays here: what comes soon is fetched. */
    at(ms: number): void {
      need(Math.floor(ms / WINDOW_MS))
      need(Math.floor((ms + AHEAD_MS) / WINDOW_MS))
    },
  }
}
