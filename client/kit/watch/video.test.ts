import { expect, test } from 'vitest'
import { retryWaitMs } from './video.ts'

test('waits grow and stay bounded', () => {
  const waits = [1, 2, 3, 4, 5, 6, 60].map((failures) => retryWaitMs(failures, null, () => 0))
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
})

test('a server that says when to come back is believed, with up to 300 ms of jitter', () => {
  expect(retryWaitMs(5, 1000, () => 0)).toBe(1000)
  expect(retryWaitMs(5, 1000, () => 0.999)).toBeLessThan(1300)
})
