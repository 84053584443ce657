import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutOf } from './clips.ts'
import { playlistOf } from './playlists.ts'
import { durationOf, replayMsOf, type TakeRow, timelineOf, wallRangesOf } from './timeline.ts'

/** A take of whole segments of one length. */
function take(
  id: string,
  startedAt: number,
  count: number,
  durationMs = 4000,
  personId = `per_${id}`,
): TakeRow {
  const segments = Array.from({ length: count }, (_, seq) => ({ seq, fromMs: seq * durationMs, durationMs }))
  return { id, personId, source: 'camera', startedAt, segments }
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

/** Each piece: its take, numbers of its segments, and how long the last of them is shown. */
const told = (pieces: ReturnType<typeof timelineOf>) =>
  pieces.map(({ takeId, segments }) => [takeId, segments.map(({ seq }) => seq), segments.at(-1)!.durationMs])
const sounds = (pieces: ReturnType<typeof timelineOf>) =>
  pieces.map(({ segments }) => segments.map(({ sound }) => sound?.takeId ?? null))

test('where a take ends, another that goes on takes over at its key frame before, so that nothing is left out', () => {
  const pieces = timelineOf([take('a', T0, 3), take('b', T0 + 6000, 3)])
  expect(told(pieces)).toEqual([
    ['a', [0, 1, 2], 2000],
    ['b', [1, 2], 4000],
  ])
  expect(durationOf(pieces)).toBe(18_000)
})

test('the main picture of each moment is shown from its next key frame on, and another where it was not sent', () => {
  const takes = [take('a', T0, 10), take('b', T0 + 1000, 5)]
  const of = (id: string) => ({ personId: `per_${id}`, source: 'camera' as const })
  const pieces = timelineOf(takes, [
    { at: T0, of: of('a') },
    { at: T0 + 8000, of: of('b') },
  ])
  expect(told(pieces)).toEqual([
    ['a', [0, 1, 2], 1000],
    ['b', [2, 3, 4], 3000], // from 9 s to 20 s; it went at 21 s
    ['a', [5, 6, 7, 8, 9], 4000],
  ])
  expect(durationOf(pieces)).toBe(40_000)
})

test('a screen and a camera of the same person are two pictures', () => {
  const screen = { ...take('s', T0 + 1000, 3, 4000, 'per_a'), source: 'screen' as const }
  const pieces = timelineOf(
    [take('a', T0, 5), screen],
    [
      { at: T0, of: { personId: 'per_a', source: 'camera' } },
      { at: T0 + 4500, of: { personId: 'per_a', source: 'screen' } },
    ],
  )
  expect(told(pieces)).toEqual([
    ['a', [0, 1], 1000],
    ['s', [1, 2], 3000],
    ['a', [3, 4], 4000],
  ])
})

test('the sound goes on from the take that was heard, whoever is seen, and only where that ends from another', () => {
  const of = (id: string) => ({ personId: `per_${id}`, source: 'camera' as const })
  const takes = [take('a', T0, 6), take('b', T0 + 1000, 12)]
  const pieces = timelineOf(takes, [
    { at: T0, of: of('a') },
    { at: T0 + 8500, of: of('b') },
  ])
  expect(sounds(pieces)).toEqual([
    [null, null, 'a'], // the last one is cut
    ['a', 'a', 'a', null, null, null, null, null, null, null], // a is there until 24 s
  ])
  const [cut, first] = [pieces[0]!.segments[2]!.sound, pieces[1]!.segments[0]!.sound]
  expect(cut).toEqual({ takeId: 'a', shiftMs: 0, seqs: [1, 2], fromPicture: false, untilPicture: true })
  expect(first).toMatchObject({ shiftMs: -1000, fromPicture: true, untilPicture: true })
  expect(playlistOf('shw_1', pieces)).toContain('\n/recordings/shows/shw_1/b/2.m4s\n')
})

test('a flash of a picture is left out', () => {
  const scrap = { ...take('b', T0 + 20_000, 1), segments: [{ seq: 0, fromMs: 0, durationMs: 67 }] }
  expect(timelineOf([take('a', T0, 3), scrap]).map(({ takeId }) => takeId)).toEqual(['a'])
})

test('a playlist has an initialisation, a date and a discontinuity for each take', () => {
  const playlist = playlistOf('shw_1', timelineOf([take('tak_a', T0, 1, 4040), take('tak_b', T0 + 9000, 1)]))
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
      .map(({ offset, who }) => ({
        at: T0 + offset,
        of: who === null ? null : ({ personId: `per_t${who}`, source: 'camera' } as const),
      }))
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
