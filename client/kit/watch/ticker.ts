import { type ReadonlySignal, signal } from '@preact/signals'

const STEP_MS = 100

/**
 * The time of `now` as a signal, in steps of 100 ms; it runs only while something on the screen reads it. Steps fall
 * on whole tenths of that clock, so that all viewers' countdowns change at the same moment.
 */
export function createTicker(now: () => number): ReadonlySignal<number> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const ticking = signal(now(), {
    watched: () => tick(),
    unwatched: () => clearTimeout(timer),
  })
  const tick = () => {
    const time = now()
    ticking.value = time
    timer = setTimeout(tick, STEP_MS - (time % STEP_MS))
  }
  return ticking
}
