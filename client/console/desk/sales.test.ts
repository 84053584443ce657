import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test } from 'vitest'
import { byUrgency, withSales } from './sales.ts'

const sale = (id: string, status: SaleView['status'], more: Partial<SaleView> = {}): SaleView => ({
  id,
  skuId: 'sku',
  productId: 'prd',
  title: 'Kettle',
  status,
  priceMinor: 4900,
  listPriceMinor: 7900,
  quantity: 10,
  left: 10,
  perBuyerLimit: 1,
  allocation: 'hold',
  countdownS: 10,
  durationS: 300,
  startsAt: null,
  endsAt: null,
  ...more,
})

test('a newer view takes the place of the old one, a new sale comes on top', () => {
  const known = [sale('a', 'scheduled'), sale('b', 'running')]
  const next = withSales(known, [sale('b', 'running', { left: 3 }), sale('c', 'scheduled')])
  expect(next.map(({ id, left }) => [id, left])).toEqual([
    ['c', 10],
    ['a', 10],
    ['b', 3],
  ])
})

test('a view that crossed a newer one on its way is passed over', () => {
  const known = [sale('a', 'running')]
  expect(withSales(known, [sale('a', 'countdown')])[0]?.status).toBe('running')
  expect(withSales(known, [sale('a', 'stopped')])[0]?.status).toBe('stopped')
})

test('open sales stand before prepared ones, and these before those that are over', () => {
  const list = [
    sale('over', 'ended'),
    sale('ready', 'scheduled'),
    sale('old', 'running', { startsAt: 1 }),
    sale('new', 'countdown', { startsAt: 2 }),
  ]
  expect(byUrgency(list).map(({ id }) => id)).toEqual(['new', 'old', 'ready', 'over'])
})
