import { expect, test } from 'vitest'
import { campaignPrice, nextTurn } from './campaign.ts'

const sku = {
  campaigns: [
    { priceMinor: 400, startsAt: 100, endsAt: 300 },
    { priceMinor: 300, startsAt: 200, endsAt: 250 },
  ],
}

test.each([
  [99, null, 100],
  [100, 400, 200],
  [200, 300, 250],
  [250, 400, 300],
  [300, null, null],
])('at %i the price is %o, until %o', (at, price, turn) => {
  expect(campaignPrice(sku, at)).toBe(price)
  expect(nextTurn([{}, sku], at)).toBe(turn)
  expect(campaignPrice({}, at)).toBeNull()
})
