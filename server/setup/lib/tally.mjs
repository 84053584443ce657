import { existsSync, readFileSync } from 'node:fs'

/**
 * The part of vitest's JSON report that is read here.
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests skipped ones
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: unknown[] }[]} testResults one for each file
 */

/**
 * The last line of a test run, and whether it is a good one.
 * @param {string} file vitest's JSON report; none when vitest did not get that far
 */
export function tally(file) {
  if (!existsSync(file)) return { line: '0 passed, 1 failed', passed: false }
  return summarize(JSON.parse(readFileSync(file, 'utf8')))
}

/**
 * A file that could not even be loaded counts as one failure, and a run of no test as a bad one.
 * @param {Report} report
 */
export function summarize(report) {
  const broken = report.testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.length === 0,
  )
  const failed = report.numFailedTests + broken.length
  const skipped = report.numPendingTests + report.numTodoTests
  const line = `${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
  return { line, passed: failed === 0 && report.numPassedTests > 0 }
}
