/** Keeps a second video in step with a first. */

const LOOK_MS = 200
/** Further off than this it jumps; nearer, it runs a little faster or slower. */
const JUMP_S = 0.7
const OFF_S_MIN = 0.03
const RATE_CHANGE_MAX = 0.15
/** How far off a picture may be and still be shown. */
const SHOWN_OFF_S = 0.4
/** A jump takes its time, in which the first goes on. */
const JUMP_AHEAD_S = 0.15
/** After a jump of both, the second may be on its way for so long without being hidden. */
const ON_ITS_WAY_MS = 2000
/** A device that cannot keep a second picture in step for so long will not. */
const PATIENCE_MS = 12_000

export interface Step {
  /** Where the second belongs, in seconds, when the first is at `atS`; negative before it begins. */
  placeOf(atS: number): number
  /** Whether it is near enough to be seen. */
  onStep(isInStep: boolean): void
  /** It does not come into step. */
  onLost(): void
}

/** @returns how to stop */
export function keepInStep(first: HTMLVideoElement, second: HTMLVideoElement, step: Step): () => void {
  let offFor = 0
  let wasInStep = false

  function look(): void {
    const place = step.placeOf(first.currentTime)
    const isRunning = !first.paused && !first.seeking && first.readyState >= first.HAVE_FUTURE_DATA
    const off = second.currentTime - place
    const isNear = second.readyState >= second.HAVE_CURRENT_DATA && Math.abs(off) < SHOWN_OFF_S
    if (second.readyState >= second.HAVE_METADATA) {
      second.dataset.offMs = String(Math.round(off * 1000))
      if (isRunning && place >= 0) run(off, place)
      else hold(off, Math.max(0, place))
    }
    if (isNear || place < 0) offFor = 0
    else if (isRunning) offFor += LOOK_MS
    wasInStep = isNear || (wasInStep && offFor < ON_ITS_WAY_MS)
    step.onStep(wasInStep)
    if (offFor < PATIENCE_MS) return
    offFor = 0
    step.onLost()
  }

  function run(off: number, place: number): void {
    if (second.paused) second.play().catch(() => undefined) // it is muted; what fails stays behind
    if (Math.abs(off) > JUMP_S) {
      if (!second.seeking) second.currentTime = place + JUMP_AHEAD_S * first.playbackRate
    }
    const change =
      Math.abs(off) < OFF_S_MIN ? 0 : Math.max(-RATE_CHANGE_MAX, Math.min(RATE_CHANGE_MAX, off / 2))
    second.playbackRate = first.playbackRate * (1 - change)
  }

  function hold(off: number, place: number): void {
    if (!second.paused) second.pause()
    if (Math.abs(off) > OFF_S_MIN && !second.seeking) second.currentTime = place
  }

  const events = ['play', 'pause', 'seeked', 'ratechange', 'playing', 'waiting'] as const
  for (const event of events) first.addEventListener(event, look)
  const timer = setInterval(look, LOOK_MS)
  return () => {
    clearInterval(timer)
    for (const event of events) first.removeEventListener(event, look)
  }
}
