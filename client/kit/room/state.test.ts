import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { BattleScore, BattleView, SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test } from 'vitest'
import { applyEvent } from './state.ts'
import type { RoomState } from './types.ts'

const sku = (id: string, left: number) => ({
  id,
  code: id,
  options: {},
  priceMinor: 100,
  perBuyerLimit: null,
  left,
})
const item = (id: string, ...skus: ReturnType<typeof sku>[]) => ({
  id,
  productId: `prd-${id}`,
  title: id,
  description: '',
  sellingPoint: '',
  pictureUrl: null,
  livePriceMinor: null,
  skus,
})
const sale: SaleView = {
  id: 'sal',
  skuId: 'sku1',
  productId: 'prd',
  title: 'Sale',
  status: 'running',
  priceMinor: 50,
  listPriceMinor: 100,
  quantity: 5,
  left: 5,
  perBuyerLimit: 1,
  allocation: 'hold',
  countdownS: 3,
  durationS: 60,
  startsAt: 1,
  endsAt: 2,
}
const line = (id: string) => ({
  id,
  personId: 'ben',
  name: 'Ben',
  role: 'viewer' as const,
  text: 'hi',
  at: 1,
})
const tip = (id: string) => ({ id, personId: 'ben', name: 'Ben', giftId: 'heart', count: 1, coins: 1, at: 1 })
const room: RoomState = {
  show: { id: 'shw', title: 'Show', status: 'live', hostAway: false, scheduledAt: null, startedAt: 1 },
  shelf: [item('itm1', sku('sku1', 9), sku('sku2', 9)), item('itm2', sku('sku3', 9))],
  pinnedItemId: null,
  pinnedAt: null,
  sales: [sale],
  viewers: 1,
  likes: 10,
  recentChat: [line('a'), line('b')],
  pinnedLine: null,
  recentTips: [],
  layout: null,
  battle: null,
  score: null,
}

const battle: BattleView = {
  id: 'btl',
  status: 'running',
  startsAt: 1,
  endsAt: 2,
  own: { showId: 'shw', title: 'Ours', shop: 'Us' },
  rival: { showId: 'other', title: 'Theirs', shop: 'Them' },
  result: null,
}
const score = (own: number, battleId = 'btl'): BattleScore => ({
  battleId,
  own: { coins: own, supporters: [] },
  rival: { coins: 1, supporters: [] },
})

const CASES: [Down, (state: RoomState) => unknown, unknown][] = [
  [{ t: 'show', pos: [1, 1], show: { ...room.show, status: 'paused' } }, (s) => s.show.status, 'paused'],
  [{ t: 'shelf', pos: [1, 1], items: [] }, (s) => s.shelf, []],
  [{ t: 'pinned', pos: [1, 1], itemId: 'itm1' }, (s) => s.pinnedItemId, 'itm1'],
  [{ t: 'sale', pos: [1, 1], sale: { ...sale, left: 1 } }, (s) => s.sales, [{ ...sale, left: 1 }]],
  [
    { t: 'sale', pos: [1, 1], sale: { ...sale, id: 'two' } },
    (s) => s.sales.map(({ id }) => id),
    ['sal', 'two'],
  ],
  [{ t: 'deleted', pos: [1, 1], lineIds: ['a', 'zz'] }, (s) => s.recentChat, [line('b')]],
  [{ t: 'viewers', key: 'viewers', count: 7 }, (s) => s.viewers, 7],
  [{ t: 'likes', key: 'likes', total: 12 }, (s) => s.likes, 12],
  [{ t: 'likes', key: 'likes', total: 8 }, (s) => s.likes, 10],
  [{ t: 'chat', line: line('c') }, (s) => s.recentChat.map(({ id }) => id), ['a', 'b', 'c']],
  [{ t: 'chat', line: line('a') }, (s) => s.recentChat.map(({ id }) => id), ['a', 'b']],
  [{ t: 'tip', tip: tip('t') }, (s) => s.recentTips, [tip('t')]],
]

test.each(CASES)('%j', (event, see, expected) => {
  const once = applyEvent(room, event)
  expect(see(once)).toEqual(expected)
  expect(applyEvent(once, event), 'S4: applying it twice changes nothing').toEqual(once)
})

test('stock changes the SKU, and its sale, and touches no other item', () => {
  const state = applyEvent(room, { t: 'stock', key: 'sku1', left: 3, sale: { id: 'sal', left: 2 } })
  expect(state.shelf[0]?.skus.map(({ left }) => left)).toEqual([3, 9])
  expect(state.shelf[1]).toBe(room.shelf[1])
  expect(state.sales[0]?.left).toBe(2)
  expect(applyEvent(room, { t: 'stock', key: 'sku3', left: 0, sale: null }).sales).toEqual(room.sales)
})

test('a battle comes and goes whole, and its score only grows', () => {
  const tell = (state: RoomState, of: BattleScore) =>
    applyEvent(state, { t: 'score', key: 'score', score: of })
  const begun = applyEvent(room, { t: 'battle', pos: [1, 1], battle })
  expect(begun).toMatchObject({ battle, score: null })
  const scored = tell(begun, score(5))
  expect(tell(scored, score(5))).toEqual(scored)
  expect(tell(scored, score(4)).score?.own.coins, 'what was read earlier').toBe(5)
  expect(tell(scored, score(2, 'next')).score).toEqual(score(2, 'next'))
  const ended = applyEvent(scored, { t: 'battle', pos: [1, 2], battle: { ...battle, status: 'result' } })
  expect(ended).toMatchObject({ battle: { status: 'result' }, score: { own: { coins: 5 } } })
  const over = applyEvent(ended, { t: 'battle', pos: [1, 3], battle: { ...battle, status: 'over' } })
  expect(over.battle).toBeNull()
  expect(applyEvent(over, { t: 'battle', pos: [1, 3], battle: { ...battle, status: 'over' } })).toEqual(over)
})

test('what is personal leaves the state as it is', () => {
  for (const event of [{ t: 'resync' }, { t: 'move', afterMs: 1 }] as const) {
    expect(applyEvent(room, event)).toBe(room)
  }
})

test('lines and tips that are kept are bounded', () => {
  let state = room
  for (let i = 0; i < 200; i++) {
    state = applyEvent(state, { t: 'chat', line: line(`l${i}`) })
    state = applyEvent(state, { t: 'tip', tip: tip(`t${i}`) })
  }
  expect([state.recentChat.length, state.recentTips.length]).toEqual([100, 20])
  expect(state.recentChat.at(-1)?.id).toBe('l199')
})
