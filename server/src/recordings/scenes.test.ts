import type { SeatView, StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test } from 'vitest'
import { scenesOf } from './scenes.ts'
import { type TakeRow, timelineOf } from './timeline.ts'

const T0 = 1_800_000_000_000

function take(id: string, startedAt: number, count: number, of: Partial<TakeRow> = {}): TakeRow {
  const segments = Array.from({ length: count }, (_, seq) => ({ seq, fromMs: seq * 4000, durationMs: 4000 }))
  return { id, personId: `per_${id}`, source: 'camera', startedAt, segments, ...of }
}
const seat = (id: string, more: Partial<SeatView> = {}): SeatView => ({
  ...{ personId: `per_${id}`, name: id, camera: 'c', microphone: 'm', screen: null, muted: false },
  ...more,
})
const layout = (kind: StageLayout['kind'], main: string, ...seats: SeatView[]): StageLayout => ({
  ...{ kind, main: `per_${main}`, lead: 'per_a', seats },
})
const mainOf = (at: number, id: string, source: 'camera' | 'screen' = 'camera') => ({
  at,
  of: { personId: `per_${id}`, source },
})

test('a show with one host has no scenes', () => {
  const takes = [take('a', T0, 5)]
  const told = [{ at: T0, layout: layout('side', 'a', seat('a')) }]
  expect(scenesOf(timelineOf(takes), takes, told)).toEqual({ scenes: [], pictures: [] })
})

test('a co-host is beside from the layout’s moment to its end, and each change of the layout is a scene', () => {
  const takes = [take('a', T0, 10), take('b', T0 + 5000, 5)]
  const told = [
    { at: T0 - 100, layout: layout('side', 'a', seat('a')) },
    { at: T0 + 6000, layout: layout('side', 'a', seat('a'), seat('b')) },
    { at: T0 + 12_000, layout: layout('pip', 'a', seat('a'), seat('b')) },
    { at: T0 + 25_000, layout: layout('pip', 'a', seat('a')) },
  ]
  const pieces = timelineOf(takes, [mainOf(T0, 'a')])
  const { scenes, pictures } = scenesOf(pieces, takes, told)
  expect(scenes.map(({ atMs, layout: { kind, seats } }) => [atMs, kind, seats.length])).toEqual([
    [0, 'side', 1],
    [6000, 'side', 2],
    [12_000, 'pip', 2],
    [25_000, 'pip', 1],
  ])
  expect(pictures).toEqual([
    {
      ...{ personId: 'per_b', source: 'camera', playlistUrl: '/recordings/takes/b.m3u8' },
      ...{ atMs: 6000, untilMs: 25_000, fromMs: 1000 },
    },
  ])
})

test('where the main picture changes, both go on: one becomes the replay’s own, the other is beside', () => {
  const takes = [take('a', T0, 10), take('b', T0 + 1000, 9)]
  const both = [seat('a'), seat('b')] as const
  const told = [
    { at: T0, layout: layout('pip', 'a', ...both) },
    { at: T0 + 12_000, layout: layout('pip', 'b', ...both) },
  ]
  const pieces = timelineOf(takes, [mainOf(T0, 'a'), mainOf(T0 + 12_000, 'b')])
  const { scenes, pictures } = scenesOf(pieces, takes, told)
  // The next key frame of b is at 13 s.
  expect(scenes.map(({ atMs, shown, layout: { main } }) => [atMs, shown.personId, main])).toEqual([
    [0, 'per_a', 'per_a'],
    [12_000, 'per_a', 'per_b'],
    [13_000, 'per_b', 'per_b'],
    [36_000, 'per_a', 'per_b'], // b has gone at 37 s
  ])
  expect(pictures.map(({ personId, atMs, untilMs, fromMs }) => [personId, atMs, untilMs, fromMs])).toEqual([
    ['per_b', 1000, 13_000, 0],
    ['per_a', 13_000, 36_000, 13_000],
  ])
})

test('a shared screen is a picture of its own, beside which its host is', () => {
  const screen = take('s', T0 + 4000, 4, { personId: 'per_a', source: 'screen' })
  const takes = [take('a', T0, 8), screen]
  const told = [
    { at: T0, layout: layout('side', 'a', seat('a')) },
    { at: T0 + 4000, layout: layout('screen', 'a', seat('a', { screen: 's' })) },
    { at: T0 + 20_000, layout: layout('side', 'a', seat('a')) },
  ]
  const mains = [mainOf(T0, 'a'), mainOf(T0 + 4000, 'a', 'screen'), mainOf(T0 + 20_000, 'a')]
  const { scenes, pictures } = scenesOf(timelineOf(takes, mains), takes, told)
  expect(scenes.map(({ atMs, shown }) => [atMs, shown.source])).toEqual([
    [0, 'camera'],
    [4000, 'screen'],
    [20_000, 'camera'],
  ])
  expect(pictures).toMatchObject([{ source: 'camera', atMs: 4000, untilMs: 20_000, fromMs: 4000 }])
})
