import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Closable } from '../kernel/ticker.ts'

/**
 * Advances sales at their times: sleeps until the next one is due, and at most `pollMs`, since another process may
 * have started a sale. What was due while nobody ran is advanced at the start.
 */
export function startSaleClock(deps: {
  moves: { advance(): Promise<void>; nextMove(): Promise<number | null> }
  clock: Clock
  log: Log
  pollMs: number
}): Closable & { wake(): void } {
  const { moves, clock, log, pollMs } = deps
  let closed = false
  let timer: NodeJS.Timeout | null = null
  let turn: Promise<void> | null = null
  let again = false

  async function advance(): Promise<void> {
    do {
      again = false
      await moves.advance()
    } while (again && !closed)
    const next = await moves.nextMove()
    const waitMs = next === null ? pollMs : Math.min(pollMs, Math.max(0, next - clock.now()))
    sleep(waitMs)
  }

  function sleep(ms: number): void {
    if (closed) return
    if (timer) clearTimeout(timer)
    timer = setTimeout(wake, ms)
    timer.unref()
  }

  function wake(): void {
    again = true
    turn ??= advance()
      .catch((error) => {
        log.error({ err: error }, 'flash sales could not advance')
        sleep(pollMs)
      })
      .finally(() => {
        turn = null
      })
  }

  wake()
  return {
    wake,
    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      await turn
    },
  }
}
