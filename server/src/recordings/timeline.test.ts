import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutOf } from './clips.ts'
import { durationOf, playlistOf, replayMsOf, type TakeRow, timelineOf, wallRangesOf } from './timeline.ts'

/** A take of whole segments of one length. */
function take(
  id: string,
  startedAt: number,
  count: number,
  durationMs = 4000,
  personId = `per_${id}`,
): TakeRow {
  const segments = Array.from({ length: count }, (_, seq) => ({ seq, fromMs: seq * durationMs, durationMs }))
  return { id, personId, startedAt, segments }
}
const T0 = 1_800_000_000_000

test('a gap between takes is left out, and what happened in it is where the next begins', () => {
  const pieces = timelineOf([take('b', T0 + 60_000, 2), take('a', T0, 3)])
  expect(pieces.map(({ takeId, atMs, durationMs }) => [takeId, atMs, durationMs])).toEqual([
    ['a', 0, 12_000],
    ['b', 12_000, 8000],
  ])
  expect(replayMsOf(pieces, T0 - 1)).toBe(0)
  expect(replayMsOf(pieces, T0 + 5000)).toBe(5000)
  expect(replayMsOf(pieces, T0 + 30_000)).toBe(12_000)
  expect(replayMsOf(pieces, T0 + 61_000)).toBe(13_000)
  expect(replayMsOf(pieces, T0 + 999_000)).toBe(20_000)
})

test('of takes that overlap, the first is shown to its end, then the other from its next key frame', () => {
  const pieces = timelineOf([take('a', T0, 3), take('b', T0 + 6000, 3)])
  expect(pieces.map(({ takeId, segments }) => [takeId, segments.map(({ seq }) => seq)])).toEqual([
    ['a', [0, 1, 2]],
    ['b', [2]],
  ])
})

test('the main host of each moment is shown, from the next key frame on, and the other where that one sent nothing', () => {
  const takes = [take('a', T0, 10), take('b', T0 + 1000, 5)]
  const mains = [
    { at: T0, personId: 'per_a' },
    { at: T0 + 8000, personId: 'per_b' },
  ]
  const pieces = timelineOf(takes, mains)
  expect(pieces.map(({ takeId, segments }) => [takeId, segments.map(({ seq }) => seq)])).toEqual([
    ['a', [0, 1]],
    ['b', [2, 3, 4]], // from 9 s to 21 s, when b went
    ['a', [6, 7, 8, 9]],
  ])
})

test('a flash of a picture is left out', () => {
  const scrap = { ...take('b', T0 + 20_000, 1), segments: [{ seq: 0, fromMs: 0, durationMs: 67 }] }
  expect(timelineOf([take('a', T0, 3), scrap]).map(({ takeId }) => takeId)).toEqual(['a'])
})

test('a playlist has an initialisation, a date and a discontinuity for each take', () => {
  const playlist = playlistOf(timelineOf([take('tak_a', T0, 1, 4040), take('tak_b', T0 + 9000, 1)]))
  expect(playlist.split('\n')).toEqual([
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-TARGETDURATION:5',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="/recordings/takes/tak_a/init.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:00.000Z',
    '#EXTINF:4.040,',
    '/recordings/takes/tak_a/0.m4s',
    '#EXT-X-DISCONTINUITY',
    '#EXT-X-MAP:URI="/recordings/takes/tak_b/init.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:09.000Z',
    '#EXTINF:4.000,',
    '/recordings/takes/tak_b/0.m4s',
    '#EXT-X-ENDLIST',
    '',
  ])
})

const takes = fc.array(
  fc.record({ at: fc.integer({ min: 0, max: 300_000 }), count: fc.integer({ min: 0, max: 12 }) }),
  { maxLength: 6 },
)
const mainSeats = fc
  .array(
    fc.record({
      offset: fc.integer({ min: 0, max: 300_000 }),
      who: fc.option(fc.integer({ min: 0, max: 5 })),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list
      .map(({ offset, who }) => ({ at: T0 + offset, personId: who === null ? null : `per_t${who}` }))
      .sort((a, b) => a.at - b.at),
  )
const built = fc.tuple(takes, mainSeats).map(([list, mains]) =>
  timelineOf(
    list.map(({ at, count }, i) => take(`t${i}`, T0 + at, count)),
    mains,
  ),
)

test('whatever was taken, the timeline has no hole and runs forward', () => {
  fc.assert(
    fc.property(built, (pieces) => {
      let atMs = 0
      let last = Number.NEGATIVE_INFINITY
      for (const piece of pieces) {
        expect(piece.atMs).toBe(atMs)
        expect(piece.from).toBeGreaterThanOrEqual(last - 500)
        atMs += piece.durationMs
        last = piece.from + piece.durationMs
      }
      expect(durationOf(pieces)).toBe(atMs)
    }),
  )
})

test('a moment of the replay that comes from the clock lies in the range that is asked for it', () => {
  fc.assert(
    fc.property(built, fc.integer({ min: 0, max: 400_000 }), (pieces, offset) => {
      const total = durationOf(pieces)
      const at = T0 + offset
      const inside = pieces.some(({ from, durationMs }) => at >= from && at < from + durationMs)
      fc.pre(total > 0 && inside)
      const ms = replayMsOf(pieces, at)
      const ranges = wallRangesOf(pieces, Math.max(0, ms - 1), Math.min(total, ms + 2))
      expect(ranges.some(({ from, until }) => at >= from - 1 && at <= until)).toBe(true)
    }),
  )
})

test('a clip is whole segments of the take that has most of the time, within bounds', () => {
  const limits = { clipMsMin: 3000, clipMsMax: 10_000 }
  const pieces = timelineOf([take('a', T0, 3), take('b', T0 + 30_000, 10)])
  const cut = cutOf(pieces, { from: T0 + 9000, until: T0 + 39_000 }, limits)
  expect(cut).toMatchObject({ takeId: 'a', from: T0 + 8000, durationMs: 4000 }) // ten seconds end before take b
  expect(cutOf(pieces, { from: T0 + 33_000, until: T0 + 39_000 }, limits)).toMatchObject({
    takeId: 'b',
    from: T0 + 30_000,
    durationMs: 12_000,
  })
  expect(cutOf(pieces, { from: T0 + 13_000, until: T0 + 20_000 }, limits)).toBeNull()
})
