import type { SaleView, ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test } from 'vitest'
import { pinSpansOf } from './pins.ts'

type Event = Parameters<typeof pinSpansOf>[0][number]
const pos: [number, number] = [0, 1]
const SHOW = { from: 1000, until: 9000 }

const item = (id: string, livePriceMinor: number | null, ...prices: number[]): ShelfItemView => ({
  ...{ id, productId: `prd_${id}`, title: id, description: '', sellingPoint: '', pictureUrl: null },
  livePriceMinor,
  skus: prices.map((priceMinor, index) => ({
    ...{ id: `${id}_${index}`, code: '', options: {}, perBuyerLimit: null, left: 1 },
    priceMinor,
  })),
})
const sale = (skuId: string, status: SaleView['status'], priceMinor: number): Event['event'] => ({
  t: 'sale',
  pos,
  sale: {
    ...{ id: `sal_${skuId}`, skuId, productId: 'prd', title: '', status, priceMinor, listPriceMinor: 100 },
    ...{ quantity: 1, left: 1, perBuyerLimit: 1, allocation: 'hold', countdownS: 1, durationS: 1 },
    ...{ startsAt: null, endsAt: null },
  },
})
const pinned = (itemId: string | null): Event['event'] => ({ t: 'pinned', pos, itemId })
const shelf = (...items: ShelfItemView[]): Event['event'] => ({ t: 'shelf', pos, items })
const spans = (record: [at: number, event: Event['event']][], today: ShelfItemView[] = []) =>
  pinSpansOf(
    record.map(([at, event]) => ({ at, event })),
    today,
    SHOW,
  )
const step = (at: number, priceMinor: number, listPriceMinor: number | null = null, flash = false) => ({
  ...{ at, priceMinor, listPriceMinor, flash },
})

test('a span ends with the next pin, without one, or with the show; what was pinned before counts from the beginning', () => {
  const a = item('a', null, 100)
  const b = item('b', null, 200)
  const record: Parameters<typeof spans>[0] = [
    [10, shelf(a, b)],
    [20, pinned('a')],
    [3000, pinned('b')],
    [3500, pinned('b')],
    [4000, pinned(null)],
    [8000, pinned('a')],
  ]
  expect(spans(record).map(({ itemId, from, until }) => [itemId, from, until])).toEqual([
    ['a', 1000, 3000],
    ['b', 3000, 4000],
    ['a', 8000, 9000],
  ])
})

test('prices are those of their moments, in steps: list, live, flash, and back; what changes nothing is no step', () => {
  const record: Parameters<typeof spans>[0] = [
    [10, shelf(item('a', null, 100, 300))],
    [2000, pinned('a')],
    [2500, shelf(item('a', null, 100, 300), item('b', null, 1))],
    [3000, shelf(item('a', 80, 100, 300))],
    [3500, sale('a_0', 'countdown', 50)],
    [4000, sale('a_0', 'running', 50)],
    [4500, sale('a_0', 'running', 50)],
    [5000, sale('a_0', 'ended', 50)],
    [9500, shelf(item('a', 1, 100, 300))],
  ]
  expect(spans(record)[0]!.prices).toEqual([
    step(2000, 100),
    step(3000, 80, 100),
    step(4000, 50, 100, true),
    step(5000, 80, 100),
  ])
})

test('a sale that ran when the product was pinned counts, and so does one before the recording; another product’s does not', () => {
  const record: Parameters<typeof spans>[0] = [
    [10, shelf(item('a', null, 100), item('b', null, 70))],
    [20, sale('a_0', 'running', 50)],
    [30, sale('b_0', 'running', 5)],
    [40, pinned('a')],
  ]
  expect(spans(record)[0]!.prices).toEqual([step(1000, 50, 100, true)])
})

test('a product that left the shelf keeps its chapter with its price; one that nobody knows has none', () => {
  const record: Parameters<typeof spans>[0] = [
    [10, shelf(item('a', null, 100))],
    [2000, pinned('a')],
    [3000, shelf()],
    [4000, pinned('gone before the log began')],
    [5000, pinned('today')],
  ]
  expect(spans(record, [item('today', null, 9)]).map(({ itemId, prices }) => [itemId, prices])).toEqual([
    ['a', [step(2000, 100)]],
    ['today', [step(5000, 9)]],
  ])
})
