/** What set-up says on the terminal: one line a step, and a line that updates in place for long ones. */

// The reader may leave early (`npm run doctor | head`).
process.stdout.on('error', (error) => {
  if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE') process.exit(0)
  throw error
})

const isTerminal = Boolean(process.stdout.isTTY)
const colours = isTerminal && !process.env.NO_COLOR

/** @param {number} code @param {string} text */
const paint = (code, text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text)

/** @param {string} text */
export const ready = (text) => say(`${paint(32, '✓')} ${text}`)

/** @param {string} text */
export const doing = (text) => say(`${paint(33, '…')} ${text}`)

/** @param {string} text */
export const failed = (text) => say(`${paint(31, '✗')} ${text}`)

/** @param {{ text: string, why: string, fix: string }} problem */
export function blocked({ text, why, fix }) {
  failed(text)
  say(`  why: ${why}`)
  say(`  fix: ${paint(1, fix)}`)
}

/** @param {string} line */
export function say(line) {
  clearUpdating()
  process.stdout.write(`${line}\n`)
}

let updating = false

function clearUpdating() {
  if (updating) process.stdout.write('\r\x1b[2K')
  updating = false
}

/** Shows a line that the next one replaces; silent where lines cannot be replaced. @param {string} line */
function show(line) {
  if (!isTerminal) return
  clearUpdating()
  process.stdout.write(`  ${line}`.slice(0, (process.stdout.columns || 80) - 1))
  updating = true
}

/**
 * Progress of work whose size is known: updates in place on a terminal, else a line every tenth.
 * @param {string} label
 * @returns {(done: number, total: number) => void}
 */
export function counter(label) {
  let tenth = 0
  return (done, total) => {
    show(`${label} ${done}/${total}`)
    const now = Math.floor((done * 10) / total)
    if (isTerminal || now <= tenth) return
    tenth = now
    say(`  ${label} ${now * 10}%`)
  }
}

const STOPWATCH_TICK_MS = 1000
const STOPWATCH_LOG_EVERY_S = 30

/**
 * Progress of work whose size is not known: the seconds it has taken so far.
 * @param {string} label
 * @returns {() => void} stops it
 */
export function stopwatch(label) {
  const startedMs = Date.now()
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedMs) / 1000)
    show(`${label} ${seconds} s`)
    if (!isTerminal && seconds % STOPWATCH_LOG_EVERY_S === 0) say(`  ${label} ${seconds} s`)
  }, STOPWATCH_TICK_MS)
  return () => {
    clearInterval(timer)
    clearUpdating()
  }
}

/** @param {number} sinceMs */
export const secondsSince = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`
