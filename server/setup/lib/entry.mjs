import { SetupProblem } from './finding.mjs'
import { blocked } from './report.mjs'

/**
 * Runs an entry point: its answer is the exit code, and what stops it is told in three lines
 * instead of a stack trace.
 * @param {() => Promise<number>} work
 */
export async function entry(work) {
  try {
    process.exitCode = await work()
  } catch (error) {
    blocked(
      error instanceof SetupProblem
        ? { text: error.message, why: error.why, fix: error.fix }
        : unforeseen(error),
    )
    if (process.env.SHELFCAST_DEBUG) console.error(error)
    process.exitCode = 1
  }
}

/** @param {unknown} error */
const unforeseen = (error) => ({
  text: `Set-up stopped: ${error instanceof Error ? error.message : error}`,
  why: 'Nobody foresaw this one, so it is a bug in server/setup.',
  fix: 'SHELFCAST_DEBUG=1 npm start   (shows where it happened, for a report)',
})
