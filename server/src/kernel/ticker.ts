import type { Log } from './log.ts'

/** Something that can be ended; ending twice is harmless. */
export interface Closable {
  close(): Promise<void> | void
}

/**
 * Runs `work` every `everyMs`, never twice at a time; a failure is logged and the next turn tries again.
 * `close` waits for a turn that is under way.
 */
export function startTicker(name: string, everyMs: number, log: Log, work: () => Promise<unknown>): Closable {
  let turn: Promise<unknown> = Promise.resolve()
  let busy = false
  let closed = false
  const timer = setInterval(() => {
    if (busy || closed) return
    busy = true
    turn = work()
      .catch((error) => log.error({ err: error, ticker: name }, 'ticker failed'))
      .finally(() => {
        busy = false
      })
  }, everyMs)
  timer.unref()
  return {
    async close() {
      closed = true
      clearInterval(timer)
      await turn
    },
  }
}
