import type { SaleView, ShelfItemView, SkuView } from '@shelfcast/shared/protocol/parts.ts'
import { describe, expect, test } from 'vitest'
import { itemLeft, itemPrice, quantityMax, quote, skuLabel, unitPrice } from './pricing.ts'

const NOW = 1000
const sku = (over: Partial<SkuView> = {}): SkuView => ({
  id: 'sku_1',
  code: 'MUG-1',
  options: {},
  priceMinor: 7900,
  perBuyerLimit: null,
  left: 20,
  ...over,
})
const item = (over: Partial<ShelfItemView> = {}): ShelfItemView => ({
  id: 'itm_1',
  productId: 'pro_1',
  title: 'Cloud mug',
  description: '',
  sellingPoint: '',
  pictureUrl: null,
  livePriceMinor: null,
  skus: [sku()],
  ...over,
})
const flash = (over: Partial<SaleView> = {}): SaleView => ({
  id: 'sale_1',
  skuId: 'sku_1',
  productId: 'pro_1',
  title: 'Cloud mug',
  status: 'running',
  priceMinor: 3900,
  listPriceMinor: 7900,
  quantity: 10,
  left: 10,
  perBuyerLimit: 2,
  allocation: 'hold',
  countdownS: 10,
  durationS: 60,
  startsAt: 1,
  endsAt: 2,
  ...over,
})

describe('the price of a unit', () => {
  test('is the list price when nothing else holds', () => {
    expect(unitPrice(item(), sku(), [], NOW)).toEqual({ unitMinor: 7900, listMinor: null, saleId: null })
  })

  test('is the live price before the list price', () => {
    expect(unitPrice(item({ livePriceMinor: 5900 }), sku(), [], NOW)).toEqual({
      unitMinor: 5900,
      listMinor: 7900,
      saleId: null,
    })
  })

  test('is the campaign price before the list price, while it lasts, and after the live price', () => {
    const campaigns = [{ priceMinor: 6900, startsAt: 900, endsAt: 1100 }]
    const priced = (live: number | null, at: number) =>
      unitPrice(item({ livePriceMinor: live }), sku({ campaigns }), [], at)
    expect(priced(null, NOW)).toEqual({ unitMinor: 6900, listMinor: 7900, saleId: null })
    expect(priced(null, 1100).unitMinor).toBe(7900)
    expect(priced(7100, NOW).unitMinor).toBe(7100)
  })

  test('is the flash price before the live price', () => {
    expect(unitPrice(item({ livePriceMinor: 5900 }), sku(), [flash()], NOW)).toEqual({
      unitMinor: 3900,
      listMinor: 7900,
      saleId: 'sale_1',
    })
  })

  test("ignores another SKU's sale", () => {
    expect(unitPrice(item(), sku(), [flash({ skuId: 'sku_2' })], NOW).saleId).toBeNull()
  })

  test('strikes nothing through when the live price is higher', () => {
    expect(unitPrice(item({ livePriceMinor: 9900 }), sku(), [], NOW).listMinor).toBeNull()
  })
})

describe('the price of an item', () => {
  test('is its lowest, told as "from" only where prices differ', () => {
    const two = item({ skus: [sku({ priceMinor: 8900 }), sku({ id: 'sku_2', priceMinor: 7900 })] })
    expect(itemPrice(two, [], NOW)).toMatchObject({ price: { unitMinor: 7900 }, from: true })
    expect(itemPrice(item(), [], NOW)).toMatchObject({ from: false })
  })

  test('is none without SKUs', () => expect(itemPrice(item({ skus: [] }), [], NOW)).toBeNull())
})

test('a quote sums up and tells what is saved', () => {
  const price = { unitMinor: 3900, listMinor: 7900, saleId: 'sale_1' }
  expect(quote(price, 3)).toMatchObject({ totalMinor: 11_700, savedMinor: 12_000 })
  expect(quote({ ...price, listMinor: null }, 3).savedMinor).toBe(0)
})

test.each([
  ['the stock', sku({ left: 4 }), null, 4],
  ['what one buyer may have', sku({ perBuyerLimit: 3 }), null, 3],
  ["the sale's limit", sku(), flash(), 2],
  ['what the sale has left', sku(), flash({ left: 1, perBuyerLimit: 5 }), 1],
  ['one hundred', sku({ left: 5000 }), null, 100],
  ['one, for a field that must show something', sku({ left: 0 }), null, 1],
])('the most one can buy is bound by %s', (_name, of, sale, max) => expect(quantityMax(of, sale)).toBe(max))

test('a SKU is called by its options, else by its code', () => {
  expect(skuLabel(sku({ options: { Colour: 'Black', Size: '42' } }))).toBe('Black · 42')
  expect(skuLabel(sku())).toBe('MUG-1')
})

test('what is left of an item is that of all its SKUs', () => {
  expect(itemLeft(item({ skus: [sku({ left: 2 }), sku({ left: 3 })] }))).toBe(5)
})
