import { expect, test } from 'vitest'
import { arrange, trackIds } from './layout.ts'
import type { SeatView, StageLayout } from './protocol/parts.ts'

const seat = (personId: string, over: Partial<SeatView> = {}): SeatView => ({
  personId,
  name: personId,
  camera: `${personId}-camera`,
  microphone: `${personId}-microphone`,
  screen: null,
  muted: false,
  ...over,
})
const [ann, bo, cy] = [seat('ann'), seat('bo'), seat('cy')]

const tilesOf = (kind: StageLayout['kind'], seats: SeatView[], main: string | null = null) => {
  const arranged = arrange({ kind, main, lead: 'ann', seats })
  return [
    arranged.kind,
    ...arranged.tiles.map(({ seat, source, place }) => `${seat.personId} ${source} ${place}`),
  ]
}

test('one picture alone is whole, whatever was chosen', () => {
  for (const kind of ['solo', 'side', 'pip', 'screen'] as const) {
    expect(tilesOf(kind, [bo])).toEqual(['solo', 'bo camera whole'])
    expect(tilesOf(kind, [])).toEqual(['solo'])
  }
})

test('solo shows the main seat, else the lead, else who came first', () => {
  expect(tilesOf('solo', [bo, ann, cy], 'cy')).toEqual(['solo', 'cy camera whole'])
  expect(tilesOf('solo', [bo, ann, cy], 'who left')).toEqual(['solo', 'ann camera whole'])
  expect(tilesOf('solo', [bo, cy])).toEqual(['solo', 'bo camera whole'])
})

test('in a battle the main picture and the rival are equals, and the rival keeps its place while it is away', () => {
  const rival = seat('shw')
  const tiles = (seats: SeatView[], of: SeatView) =>
    arrange({ kind: 'side', main: 'ann', lead: 'bo', seats, rival: of }).tiles.map(
      ({ seat, place }) => `${seat.personId} ${place}`,
    )
  expect(tiles([bo, ann, cy], rival)).toEqual(['ann equal', 'shw equal'])
  expect(tiles([bo], { ...rival, camera: null })).toEqual(['bo equal', 'shw equal'])
  expect(tiles([], rival)).toEqual(['shw equal'])
  expect(arrange({ kind: 'pip', main: null, lead: null, seats: [ann], rival }).kind).toBe('battle')
  expect(trackIds({ kind: 'solo', main: null, lead: null, seats: [ann], rival })).toContain('shw-camera')
})

test('side by side keeps places, picture in picture puts the main seat first', () => {
  expect(tilesOf('side', [bo, ann, cy], 'cy')).toEqual([
    'side',
    'bo camera equal',
    'ann camera equal',
    'cy camera equal',
  ])
  expect(tilesOf('pip', [ann, bo, cy], 'bo')).toEqual([
    'pip',
    'bo camera main',
    'ann camera inset',
    'cy camera inset',
  ])
})

test('a shared screen stands with who shares it; without one the seats stand side by side', () => {
  const sharing = seat('bo', { screen: 'bo-screen' })
  expect(tilesOf('screen', [ann, sharing])).toEqual(['screen', 'bo screen main', 'bo camera inset'])
  expect(tilesOf('screen', [ann, { ...sharing, camera: null }])).toEqual([
    'screen',
    'bo screen main',
    'ann camera inset',
  ])
  expect(tilesOf('screen', [{ ...sharing, camera: null }])).toEqual(['screen', 'bo screen whole'])
  expect(tilesOf('solo', [{ ...sharing, camera: null }])).toEqual(['solo', 'bo screen whole'])
  expect(tilesOf('screen', [ann, bo])).toEqual(['side', 'ann camera equal', 'bo camera equal'])
})

test('who sends no picture has no place, and is heard', () => {
  const unseen = seat('bo', { camera: null })
  expect(tilesOf('side', [ann, unseen])).toEqual(['solo', 'ann camera whole'])
  expect(trackIds({ kind: 'side', main: null, lead: null, seats: [ann, unseen] })).toEqual([
    'ann-camera',
    'ann-microphone',
    'bo-microphone',
  ])
})
