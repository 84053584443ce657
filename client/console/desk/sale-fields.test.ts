import { expect, test } from 'vitest'
import { readSale } from './sale-fields.ts'

const typed = { skuId: 'sku_1', price: '49', quantity: '20', limit: '1', countdown: '10', duration: '5' }

test('a sale is read in minor units and seconds', () => {
  expect(readSale(typed, 'CNY')).toEqual({
    skuId: 'sku_1',
    priceMinor: 4900,
    quantity: 20,
    perBuyerLimit: 1,
    countdownS: 10,
    durationS: 300,
  })
})

test.each([
  ['skuId', { skuId: '' }],
  ['price', { price: '0' }],
  ['price', { price: '49,90' }],
  ['quantity', { quantity: '' }],
  ['limit', { limit: '0' }],
  ['countdown', { countdown: '301' }],
  ['duration', { duration: '21' }],
])('%s is named when it is wrong', (wrong, change) => {
  expect(readSale({ ...typed, ...change }, 'CNY')).toEqual({ wrong })
})
