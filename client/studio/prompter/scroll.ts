/** Lines a minute of the slowest speed, and what each further speed adds. Reading aloud takes about fourteen. */
const LINES_PER_MINUTE_FIRST = 6
const LINES_PER_MINUTE_STEP = 4
/** A tab that slept goes on where it was. */
const ELAPSED_MS_MAX = 250

export interface Text {
  lineHeightPx: number
  /** How far it can scroll. */
  endPx: number
}

/** @param speed a whole number from 1 */
export const linesPerMinute = (speed: number): number =>
  LINES_PER_MINUTE_FIRST + (speed - 1) * LINES_PER_MINUTE_STEP

/** Where the text stands `elapsedMs` later. Speed is in lines, so that larger type is not read faster. */
export function advanced(positionPx: number, elapsedMs: number, speed: number, text: Text): number {
  const elapsed = Math.min(Math.max(elapsedMs, 0), ELAPSED_MS_MAX)
  const movedPx = (elapsed / 60_000) * linesPerMinute(speed) * text.lineHeightPx
  return within(positionPx + movedPx, text)
}

/** Where it is shown: for people who want no motion it stands still for a line, then stands a line further. */
export function shownAt(positionPx: number, stepwise: boolean, text: Text): number {
  if (!stepwise || positionPx >= text.endPx) return positionPx
  return Math.floor(positionPx / text.lineHeightPx) * text.lineHeightPx
}

/** A page forth or back, as remote controls ask for; one line of the old page stays in sight. */
export function turned(positionPx: number, pages: 1 | -1, heightPx: number, text: Text): number {
  const pagePx = Math.max(1, Math.floor(heightPx / text.lineHeightPx) - 1) * text.lineHeightPx
  return within(positionPx + pages * pagePx, text)
}

/** The same words after the type changed: the share that was read stays. */
export const resized = (positionPx: number, before: Text, after: Text): number =>
  before.endPx > 0 ? within((positionPx / before.endPx) * after.endPx, after) : 0

const within = (positionPx: number, { endPx }: Text): number => Math.min(Math.max(positionPx, 0), endPx)
