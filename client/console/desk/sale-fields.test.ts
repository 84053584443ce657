import { expect, test } from 'vitest'
import { fieldOf } from '../ui/local-time.ts'
import { readSale } from './sale-fields.ts'

const typed = {
  skuId: 'sku_1',
  price: '49',
  quantity: '20',
  limit: '1',
  countdown: '10',
  duration: '5',
  allocation: 'hold' as const,
  time: '',
}
const NOW = Date.parse('2026-11-23T12:00:00Z')

test('a sale is read in minor units and seconds', () => {
  expect(readSale(typed, 'CNY', NOW)).toEqual({
    skuId: 'sku_1',
    priceMinor: 4900,
    quantity: 20,
    perBuyerLimit: 1,
    countdownS: 10,
    durationS: 300,
    allocation: 'hold',
    plannedAt: null,
  })
})

test('a time of this device is read as one of all devices', () => {
  const time = fieldOf(NOW + 3600_000)
  expect(readSale({ ...typed, time }, 'CNY', NOW)).toMatchObject({ plannedAt: NOW + 3600_000 })
})

test.each([
  ['skuId', { skuId: '' }],
  ['price', { price: '0' }],
  ['price', { price: '49,90' }],
  ['quantity', { quantity: '' }],
  ['limit', { limit: '0' }],
  ['countdown', { countdown: '9' }],
  ['countdown', { countdown: '301' }],
  ['duration', { duration: '0' }],
  ['duration', { duration: '21' }],
  ['time', { time: fieldOf(NOW) }],
  ['time', { time: 'tomorrow' }],
])('%s is named when it is wrong', (wrong, change) => {
  expect(readSale({ ...typed, ...change }, 'CNY', NOW)).toEqual({ wrong })
})
