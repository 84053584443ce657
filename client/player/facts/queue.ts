import type { ReportedFact } from '@shelfcast/shared/facts/facts.ts'
import { ApiError } from '../../kit/api.ts'

/** At most this many in a report, as the contract says, and so many wait while there is no network. */
const REPORT_MAX = 50
const QUEUE_MAX = 500

/** Sends reports, one at a time. What was not answered goes again under the same ids, which the server knows. */
export interface Queue {
  add(fact: ReportedFact): void
  /** Sends what waits, up to a report's worth. */
  flush(): Promise<void>
  readonly length: number
}

/** @param send false: nothing is wanted any more */
export function createQueue(send: (facts: readonly ReportedFact[]) => Promise<boolean>): Queue {
  let waiting: ReportedFact[] = []
  let sending = false
  let pausedUntilMs = 0
  let stopped = false
  return {
    get length() {
      return waiting.length
    },
    add(fact) {
      if (stopped) return
      waiting.push(fact)
      if (waiting.length > QUEUE_MAX) waiting.shift() // the oldest are worth least
    },
    async flush() {
      if (sending || stopped || waiting.length === 0 || Date.now() < pausedUntilMs) return
      sending = true
      const report = waiting.slice(0, REPORT_MAX)
      const settled = () => {
        waiting = waiting.filter((fact) => !report.includes(fact))
      }
      try {
        const wanted = await send(report)
        settled()
        if (!wanted) {
          stopped = true
          waiting = []
        }
      } catch (error) {
        if (error instanceof ApiError && !error.problem.retry)
          settled() // it would be refused for ever
        else pausedUntilMs = Date.now() + (error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0)
      } finally {
        sending = false
      }
    },
  }
}
