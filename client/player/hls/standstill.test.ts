import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { onStandstill } from './standstill.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function watched() {
  const ownerDocument = { hidden: false }
  const video = { currentTime: 0, paused: false, ownerDocument }
  const told = vi.fn()
  const end = onStandstill(video, told)
  return { video, ownerDocument, told, end }
}

const S = 1000

test('a picture that stands for 17 seconds is told of, and again after 17 more', () => {
  const { told } = watched()
  vi.advanceTimersByTime(16 * S)
  expect(told).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1 * S)
  expect(told).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(17 * S)
  expect(told).toHaveBeenCalledTimes(2)
})

test('one that moves now and then is not', () => {
  const { video, told } = watched()
  for (let n = 0; n < 6; n++) {
    vi.advanceTimersByTime(16 * S)
    video.currentTime += 0.1
  }
  expect(told).not.toHaveBeenCalled()
})

test('one that is paused or out of sight may stand, and has its time after it', () => {
  const { video, ownerDocument, told } = watched()
  video.paused = true
  vi.advanceTimersByTime(60 * S)
  video.paused = false
  ownerDocument.hidden = true
  vi.advanceTimersByTime(60 * S)
  ownerDocument.hidden = false
  vi.advanceTimersByTime(16 * S)
  expect(told).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1 * S)
  expect(told).toHaveBeenCalledTimes(1)
})

test('nothing is told once the watch has ended', () => {
  const { told, end } = watched()
  end()
  vi.advanceTimersByTime(60 * S)
  expect(told).not.toHaveBeenCalled()
})
