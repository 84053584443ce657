import type { BattleScore, BattleView } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test } from 'vitest'
import { quitterOf, shareOf, standings } from './standing.ts'

const battle: BattleView = {
  id: 'btl',
  status: 'running',
  startsAt: 1,
  endsAt: 2,
  own: { showId: 'a', title: 'A', shop: 'A' },
  rival: { showId: 'b', title: 'B', shop: 'B' },
  result: null,
}
const score: BattleScore = {
  battleId: 'btl',
  own: { coins: 30, supporters: [{ name: 'Ann', coins: 30 }] },
  rival: { coins: 10, supporters: [] },
}
const over = (by: 'time' | 'given_up', outcome: 'won' | 'lost' | 'draw'): BattleView => ({
  ...battle,
  status: 'result',
  result: { by, outcome, own: 40, rival: 10 },
})

test('before the first gift nobody is ahead', () => {
  for (const told of [null, { ...score, battleId: 'the last one' }]) {
    expect(standings(battle, told)).toMatchObject({ own: { coins: 0, outcome: null }, share: 0.5 })
  }
})

test('the score counts while it runs, the result once it is over', () => {
  expect(standings(battle, score)).toMatchObject({ own: { coins: 30 }, rival: { coins: 10 }, share: 0.75 })
  expect(standings(over('time', 'won'), score)).toMatchObject({
    own: { coins: 40, outcome: 'won', supporters: [{ name: 'Ann' }] },
    rival: { coins: 10, outcome: 'lost' },
  })
  expect(standings(over('time', 'draw'), null).rival.outcome).toBe('draw')
})

test('the side that is behind keeps a part of the bar', () => {
  expect(shareOf(0, 1000)).toBeGreaterThan(0.1)
  expect(shareOf(1000, 0)).toBeLessThan(0.9)
})

test('who gave up is the one who lost', () => {
  expect(quitterOf(battle)).toBeNull()
  expect(quitterOf(over('time', 'lost'))).toBeNull()
  expect(quitterOf(over('given_up', 'lost'))).toEqual({ by: 'given_up', side: 'own' })
  expect(quitterOf(over('given_up', 'won'))).toEqual({ by: 'given_up', side: 'rival' })
})
