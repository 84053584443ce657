import { doing } from './report.mjs'

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * One Ctrl-C can arrive twice within milliseconds: from the terminal and, once more, from npm,
 * which forwards what it gets.
 */
const SAME_SIGNAL_MS = 500

/**
 * Turns signals into two steps: the first fires `stop`, and another one later fires `force`.
 * @returns {{ stop: AbortSignal, force: AbortSignal }}
 */
export function stopOnSignals() {
  const stop = new AbortController()
  const force = new AbortController()
  let firstMs = 0
  const onSignal = () => {
    if (!stop.signal.aborted) {
      firstMs = Date.now()
      doing('stopping (once more to force)')
      stop.abort()
    } else if (Date.now() - firstMs > SAME_SIGNAL_MS) {
      force.abort()
    }
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return { stop: stop.signal, force: force.signal }
}
