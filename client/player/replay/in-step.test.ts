import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepInStep } from './in-step.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** As much of a video element as this needs, with a playhead that somebody else moves. */
function fake(currentTime: number, more: object = {}) {
  return Object.assign(new EventTarget(), {
    ...{ HAVE_METADATA: 1, HAVE_CURRENT_DATA: 2, HAVE_FUTURE_DATA: 3 },
    ...{ readyState: 4, paused: false, seeking: false, playbackRate: 1, dataset: {} as DOMStringMap },
    currentTime,
    async play() {
      this.paused = false
    },
    pause() {
      this.paused = true
    },
    ...more,
  })
}
type Fake = ReturnType<typeof fake>

function kept(first: Fake, second: Fake, aheadS = 10) {
  const steps: boolean[] = []
  let lost = 0
  const stop = keepInStep(first as unknown as HTMLVideoElement, second as unknown as HTMLVideoElement, {
    placeOf: (atS) => atS + aheadS,
    onStep: (isInStep) => steps.push(isInStep),
    onLost: () => lost++,
  })
  return { steps, stop, lost: () => lost }
}

test('a little off, it runs slower or faster; far off, it jumps; the speed is the first’s', () => {
  const [first, second] = [fake(50, { playbackRate: 1.5 }), fake(60.1)]
  const { steps, stop } = kept(first, second)
  vi.advanceTimersByTime(200)
  expect(second.playbackRate).toBeCloseTo(1.5 * 0.95)
  second.currentTime = 59.9
  vi.advanceTimersByTime(200)
  expect(second.playbackRate).toBeCloseTo(1.5 * 1.05)
  second.currentTime = 60.01
  vi.advanceTimersByTime(200)
  expect([second.playbackRate, steps.at(-1)]).toEqual([1.5, true])
  second.currentTime = 70
  vi.advanceTimersByTime(200)
  expect(second.currentTime).toBeGreaterThanOrEqual(60)
  expect(second.currentTime).toBeLessThan(60.5)
  stop()
})

test('it waits where the first waits, and before its own beginning', () => {
  const [first, second] = [fake(50, { paused: true }), fake(58)]
  const { stop } = kept(first, second)
  first.dispatchEvent(new Event('pause'))
  expect([second.paused, second.currentTime]).toEqual([true, 60])
  stop()
  const [early, late] = [fake(5), fake(0.5)]
  const soon = kept(early, late, -8)
  vi.advanceTimersByTime(60_000)
  expect([late.paused, late.currentTime, soon.lost(), soon.steps.at(-1)]).toEqual([true, 0, 0, false])
  soon.stop()
})

test('one that does not come into step is given up; one that is on its way after a jump is not hidden at once', () => {
  const [first, second] = [fake(50), fake(0, { readyState: 0 })]
  const never = kept(first, second)
  vi.advanceTimersByTime(11_900)
  expect(never.lost()).toBe(0)
  vi.advanceTimersByTime(300)
  expect([never.lost(), never.steps.includes(true)]).toEqual([1, false])
  never.stop()

  const [one, other] = [fake(50), fake(60)]
  const jumped = kept(one, other)
  vi.advanceTimersByTime(200)
  one.currentTime = 90
  other.seeking = true
  vi.advanceTimersByTime(1000)
  expect(jumped.steps.at(-1)).toBe(true)
  vi.advanceTimersByTime(2000)
  expect(jumped.steps.at(-1)).toBe(false)
  other.currentTime = 100
  vi.advanceTimersByTime(200)
  expect([jumped.steps.at(-1), jumped.lost()]).toEqual([true, 0])
  jumped.stop()
})
