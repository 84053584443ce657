import type { SeatView, StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test, vi } from 'vitest'
import { until } from '../../test/stage.ts'
import { silentLog } from '../../test/world.ts'
import { createLineUp, qualityNeeded } from './line-up.ts'

const seat = (personId: string, over: Partial<SeatView> = {}): SeatView => ({
  personId,
  name: personId,
  camera: `${personId}-camera`,
  microphone: null,
  screen: null,
  muted: true,
  ...over,
})
const layout = (kind: StageLayout['kind'], seats: SeatView[]): StageLayout => ({
  kind,
  main: null,
  lead: 'ann',
  seats,
})

test('a picture is as good as its place needs: small ones less, hidden ones least', () => {
  const needed = (of: StageLayout) => ['ann-camera', 'bo-camera'].map((id) => qualityNeeded(of, id))
  const two = [seat('ann'), seat('bo')]
  expect(needed(layout('side', two))).toEqual(['auto', 'auto'])
  expect(needed(layout('pip', two))).toEqual(['auto', 'standard'])
  expect(needed(layout('solo', two))).toEqual(['auto', 'saver'])
  const sharing = layout('screen', [seat('ann', { screen: 'ann-screen' }), seat('bo')])
  expect(needed(sharing)).toEqual(['auto', 'saver'])
  expect(qualityNeeded(sharing, 'ann-screen')).toBe('auto')
})

test('a room that could not be told is told again, and once for all changes of a moment', async () => {
  const tell = vi.fn(async () => {})
  tell.mockRejectedValueOnce(new Error('the database is away'))
  const before = layout('pip', [seat('bo')])
  const lineUp = createLineUp({
    tenantId: 'ten',
    showId: 'shw',
    rival: () => null,
    layouts: { read: async () => before, silenced: async () => ['per_loud'], tell },
    log: silentLog,
    seats: () => [],
  })
  await lineUp.load()
  for (let i = 0; i < 5; i++) lineUp.changed()
  await until(() => tell.mock.calls.length === 2)
  expect(tell.mock.calls).toEqual(
    Array(2).fill(['ten', 'shw', { kind: 'pip', main: null, lead: null, seats: [] }, ['per_loud']]),
  )
  lineUp.changed()
  lineUp.close()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(tell).toHaveBeenCalledTimes(2)
})
