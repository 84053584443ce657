import { expect, test } from 'vitest'
import { LiveWindow, type PartIn } from './window.ts'

/** What a low-latency playlist must say, by the sections of draft-pantos-hls-rfc8216bis. */

const LIMITS = { segmentMsMin: 1500, segmentMsMax: 4000, partMsMax: 500, segmentsMax: 4 }
const PART_MS = 500
const START = Date.UTC(2026, 0, 1)

function filled(parts: number, keyEvery = 4): LiveWindow {
  const window = new LiveWindow(100, LIMITS)
  window.begin(Buffer.from('init'))
  for (let n = 0; n < parts; n++) window.add(part(n, n % keyEvery === 0))
  return window
}
const part = (n: number, key: boolean): PartIn => ({
  bytes: Buffer.from(`part ${n};`),
  durationMs: PART_MS,
  key,
  atMs: START + n * PART_MS,
})
const lines = (window: LiveWindow): string[] => window.playlist('f/').split('\n')
const value = (window: LiveWindow, tag: string): string | undefined =>
  lines(window)
    .find((line) => line.startsWith(`#EXT-X-${tag}:`))
    ?.slice(tag.length + 8)

test('4.4.3.8, 4.4.3.7: blocking reloads are offered, and the hold back is at least three part targets', () => {
  const window = filled(3)
  expect(value(window, 'SERVER-CONTROL')).toBe('CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.500')
  expect(value(window, 'PART-INF')).toBe('PART-TARGET=0.500')
})

test('4.4.3.1: no segment is longer than the target duration, with key frames or without', () => {
  for (const keyEvery of [4, 1000]) {
    const window = filled(60, keyEvery)
    expect(value(window, 'TARGETDURATION')).toBe('4')
    const durations = lines(window).flatMap((line) => /^#EXTINF:([\d.]+),/.exec(line)?.[1] ?? [])
    expect(durations).toHaveLength(LIMITS.segmentsMax)
    for (const duration of durations) expect(Number(duration)).toBeLessThanOrEqual(4)
  }
})

test('4.4.4.9: the last segments are told part by part, with those where a decoder can begin', () => {
  const window = filled(6)
  expect(lines(window).filter((line) => line.startsWith('#EXT-X-PART:'))).toEqual([
    '#EXT-X-PART:DURATION=0.500,URI="f/seg-100-0.m4s",INDEPENDENT=YES',
    '#EXT-X-PART:DURATION=0.500,URI="f/seg-100-1.m4s"',
    '#EXT-X-PART:DURATION=0.500,URI="f/seg-100-2.m4s"',
    '#EXT-X-PART:DURATION=0.500,URI="f/seg-100-3.m4s"',
    '#EXT-X-PART:DURATION=0.500,URI="f/seg-101-0.m4s",INDEPENDENT=YES',
    '#EXT-X-PART:DURATION=0.500,URI="f/seg-101-1.m4s"',
  ])
  expect(
    filled(40)
      .playlist('')
      .match(/#EXT-X-PART:/g)!.length,
  ).toBeLessThanOrEqual(4 * 4)
})

test('4.4.5.3: the next part is hinted at, and a request for it waits', () => {
  const window = filled(6)
  expect(value(window, 'PRELOAD-HINT')).toBe('TYPE=PART,URI="f/seg-101-2.m4s"')
  expect(window.file('seg-101-2.m4s')).toBe('soon')
  expect(window.file('seg-102-0.m4s')).toBe('soon') // the segment may end before it
  expect(window.file('seg-101-3.m4s')).toBe('never')
})

test('4.4.4.6: every segment has its date, which is when its first picture was taken', () => {
  const dates = lines(filled(6)).filter((line) => line.startsWith('#EXT-X-PROGRAM-DATE-TIME:'))
  expect(dates).toEqual([
    '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z',
    '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:02.000Z',
  ])
})

test('4.4.4.3, 4.4.3.3: another encoding is a discontinuity with its own map, and those that went are counted', () => {
  const window = filled(5)
  window.begin(Buffer.from('other init'))
  window.add(part(5, true))
  const told = lines(window)
  const at = told.indexOf('#EXT-X-DISCONTINUITY')
  expect(told[at + 1]).toBe('#EXT-X-MAP:URI="f/init-2.mp4"')
  expect(window.file('init-2.mp4')).toEqual(Buffer.from('other init'))
  expect(value(window, 'DISCONTINUITY-SEQUENCE')).toBe('33') // no less than an earlier window's
  for (let n = 6; n < 60; n++) window.add(part(n, n % 4 === 0))
  expect(lines(window)).not.toContain('#EXT-X-DISCONTINUITY')
  expect(value(window, 'DISCONTINUITY-SEQUENCE')).toBe('34')
  expect(window.file('init-1.mp4')).toBe('never')
})

test('6.2.1: numbers rise by one, and what is told can be fetched', () => {
  const window = filled(60)
  const told = lines(window).flatMap((line) => /^f\/(seg-(\d+)\.m4s)$/.exec(line)?.slice(1) ?? [])
  const numbers = told.filter((_, i) => i % 2 === 1).map(Number)
  expect(numbers).toEqual(numbers.map((_, i) => Number(value(window, 'MEDIA-SEQUENCE')) + i))
  for (const name of told.filter((_, i) => i % 2 === 0)) expect(window.file(name)).toBeInstanceOf(Buffer)
})

test('6.2.2: a segment that has left the playlist is kept for a while, and not for ever', () => {
  const window = filled(60)
  const first = Number(value(window, 'MEDIA-SEQUENCE'))
  expect(window.file(`seg-${first - 1}.m4s`)).toBeInstanceOf(Buffer)
  expect(window.file('seg-100.m4s')).toBe('never')
})

test('a segment is its parts', () => {
  expect(String(filled(6).file('seg-100.m4s'))).toBe('part 0;part 1;part 2;part 3;')
  expect(filled(6).file('seg-101.m4s')).toBe('never') // it grows still
  expect(filled(6).file('../secret')).toBe('never')
})

test('6.2.5.2: a playlist that is asked for ahead is here, soon or never', () => {
  const window = filled(6) // 100 is whole, 101 has parts 0 and 1
  expect(window.has(100, null)).toBe('here')
  expect(window.has(101, 1)).toBe('here')
  expect(window.has(101, 2)).toBe('soon')
  expect(window.has(101, null)).toBe('soon')
  expect(window.has(100, 9)).toBe('here') // beyond a whole segment: the first part of the next
  expect(window.has(103, 0)).toBe('soon')
  expect(window.has(104, 0)).toBe('never')
  expect(new LiveWindow(7, LIMITS).has(7, 0)).toBe('soon')
})

test('a window that is told of each part, though not from the beginning, tells the same in the end', () => {
  const [source, late] = [filled(5), new LiveWindow(100, LIMITS)]
  late.putInit(1, Buffer.from('init'))
  for (let n = 5; n < 60; n++) {
    if (n === 30) late.putInit(source.begin(Buffer.from('other')), Buffer.from('other'))
    late.put(source.add(part(n, n % 4 === 0)))
  }
  expect(late.playlist('f/')).toBe(source.playlist('f/'))
})
