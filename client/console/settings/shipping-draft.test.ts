import type { ShippingRule } from '@shelfcast/shared/api/shipping.ts'
import { expect, test } from 'vitest'
import { draftOf, readRule } from './shipping-draft.ts'

const rule: ShippingRule = {
  elsewhere: null,
  zones: [
    { country: 'CN', regions: [], terms: { feeMinor: 800, freeFromMinor: 9900 } },
    { country: 'CN', regions: ['新疆', '西藏'], terms: { feeMinor: 2550, freeFromMinor: null } },
  ],
}

test('a rule that is shown and read again is the same', () => {
  expect(readRule(draftOf(rule, 'CNY'), 'CNY')).toEqual(rule)
})

test('what is wrong is named with the place of its zone', () => {
  const draft = draftOf(rule, 'CNY')
  const wrong = (change: object) =>
    readRule(
      { ...draft, zones: draft.zones.map((zone, at) => (at === 1 ? { ...zone, ...change } : zone)) },
      'CNY',
    )
  expect(wrong({ country: 'China' })).toEqual({ zone: 2, is: 'badCountry' })
  expect(wrong({ fee: 'a lot' })).toEqual({ zone: 2, is: 'badFee' })
  expect(wrong({ freeFrom: '-1' })).toEqual({ zone: 2, is: 'badFreeFrom' })
  expect(wrong({ country: ' cn ', fee: '', regions: '新疆、西藏' })).toMatchObject({
    zones: [{}, { country: 'CN', regions: ['新疆', '西藏'], terms: { feeMinor: 0 } }],
  })
})
