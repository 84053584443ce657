import { expect, test } from 'vitest'
import { fieldOf } from '../ui/local-time.ts'
import { campaignStatus, readCampaign } from './draft.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const typed = {
  ...{ name: ' Winter ', skuId: 'sku_1', price: '49' },
  ...{ starts: fieldOf(NOW), ends: fieldOf(NOW + 3600_000) },
}

test('a campaign price is read in minor units and in the time of all devices', () => {
  expect(readCampaign(typed, 'CNY', 5000, NOW)).toEqual({
    ...{ name: 'Winter', skuId: 'sku_1', priceMinor: 4900 },
    ...{ startsAt: NOW, endsAt: NOW + 3600_000 },
  })
})

test.each([
  ['needsSku', { skuId: '' }, 5000],
  ['needsSku', {}, null],
  ['needsAmount', { price: '50' }, 5000],
  ['needsAmount', { price: 'a lot' }, 5000],
  ['needsTimes', { starts: '' }, 5000],
  ['needsTimes', { ends: fieldOf(NOW) }, 5000],
] as const)('%s is said of %o', (wrong, change, listPriceMinor) => {
  expect(readCampaign({ ...typed, ...change }, 'CNY', listPriceMinor, NOW)).toEqual({ wrong })
})

test('what has no time left is over', () => {
  const campaign = { startsAt: 10, endsAt: 20 }
  expect([9, 10, 19, 20].map((at) => campaignStatus(campaign, at))).toEqual(['ahead', 'on', 'on', 'over'])
})
