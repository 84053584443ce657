import type { ReplayView } from '@shelfcast/shared/api/replays.ts'
import { expect, test } from 'vitest'
import { besideSoon, stageAt } from './scenes.ts'

const seat = (id: string) => ({
  ...{ personId: id, name: id, camera: 'c', microphone: 'm', screen: null, muted: false },
})
const layout = (kind: 'side' | 'pip', main: string) => ({
  ...{ kind, main, lead: 'ann', seats: [seat('ann'), seat('bo')] },
})
const beside = (personId: string, atMs: number, untilMs: number) => ({
  ...{ personId, source: 'camera' as const, playlistUrl: `/${personId}.m3u8`, atMs, untilMs, fromMs: 0 },
})
const shown = (personId: string) => ({ personId, source: 'camera' as const })
const view: ReplayView = {
  ...{ status: 'ready', playlistUrl: '/x.m3u8', durationMs: 60_000, chapters: [], clips: [] },
  scenes: [
    { atMs: 0, layout: { ...layout('side', 'ann'), seats: [seat('ann')] }, shown: shown('ann') },
    { atMs: 20_000, layout: layout('side', 'ann'), shown: shown('ann') },
    { atMs: 30_000, layout: layout('pip', 'bo'), shown: shown('ann') },
    { atMs: 31_000, layout: layout('pip', 'bo'), shown: shown('bo') },
  ],
  pictures: [beside('bo', 20_000, 31_000), beside('ann', 31_000, 50_000)],
}
const told = (ms: number, usable = true) => {
  const stage = stageAt(view, ms, () => usable)
  return stage?.tiles.map(({ seat, place, beside }) => [seat.personId, place, beside?.personId ?? 'own'])
}

test('tiles stand as the layout has them, the replay’s own video among them', () => {
  expect(told(5000)).toBeUndefined()
  expect(told(25_000)).toEqual([
    ['ann', 'equal', 'own'],
    ['bo', 'equal', 'bo'],
  ])
  expect(told(30_500)).toEqual([
    ['bo', 'main', 'bo'],
    ['ann', 'inset', 'own'],
  ])
  expect(told(40_000)).toEqual([
    ['bo', 'main', 'own'],
    ['ann', 'inset', 'ann'],
  ])
})

test('a picture that is not in step, or is there no more, leaves the other whole', () => {
  expect(told(25_000, false)).toBeUndefined()
  expect(told(55_000)).toBeUndefined()
})

test('a picture beside is fetched some seconds ahead', () => {
  expect(besideSoon(view, 10_000)).toEqual([])
  expect(besideSoon(view, 15_000).map(({ personId }) => personId)).toEqual(['bo'])
  expect(besideSoon(view, 27_000).map(({ personId }) => personId)).toEqual(['bo', 'ann'])
})
