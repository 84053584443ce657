import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { closeWhenSilent } from './silence.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('iceConsentS: an encoder from which nothing comes for so long is gone; one that sends, however little, is not', async () => {
  let bytesReceived = 100
  const observer = new EventEmitter()
  const close = vi.fn(() => observer.emit('close'))
  const getStats = vi.fn(async () => [{ bytesReceived }])
  closeWhenSilent({ observer, close, getStats } as unknown as Parameters<typeof closeWhenSilent>[0], 15)
  for (let i = 0; i < 10; i++) {
    await vi.advanceTimersByTimeAsync(10_000)
    bytesReceived += 1
  }
  expect(close).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(13_000)
  expect(close).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(6000)
  expect(close).toHaveBeenCalledTimes(1)
  getStats.mockClear()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(getStats).not.toHaveBeenCalled()
})
