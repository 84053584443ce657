import { expect, test } from 'vitest'
import { summarize } from './tally.mjs'

const report = (passed: number, failed: number, skipped = 0, broken = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: skipped,
  numTodoTests: 0,
  testResults: Array.from({ length: broken }, () => ({ status: 'failed', assertionResults: [] })),
})

test.each([
  [report(3, 0), '3 passed, 0 failed', true],
  [report(3, 1), '3 passed, 1 failed', false],
  [report(3, 0, 2), '3 passed, 0 failed, 2 skipped', true],
  [report(3, 0, 0, 1), '3 passed, 1 failed', false],
  [report(0, 0), '0 passed, 0 failed', false],
])('the last line of a run: %#', (given, line, passed) => {
  expect(summarize(given)).toEqual({ line, passed })
})
