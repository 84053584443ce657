import type { ShippingRule } from '@shelfcast/shared/api/shipping.ts'
import { expect, test } from 'vitest'
import { feeMinorOf, plainRegion, termsFor } from './rules.ts'

const terms = (feeMinor: number, freeFromMinor: number | null = null) => ({ feeMinor, freeFromMinor })
const rule: ShippingRule = {
  elsewhere: terms(9000),
  zones: [
    { country: 'CN', regions: [], terms: terms(800, 9900) },
    { country: 'CN', regions: ['新疆', '西藏自治区'], terms: terms(2500) },
    { country: 'CN', regions: ['台湾'], terms: null },
    { country: 'RU', regions: [], terms: null },
  ],
}

test.each([
  ['CN', '浙江省', 800],
  ['CN', '', 800],
  ['CN', '新疆维吾尔自治区', 2500],
  ['CN', '西藏', 2500],
  ['CN', '台湾', undefined],
  ['RU', 'Moscow', undefined],
  ['FR', '新疆', 9000],
])('to %s %s it costs %s', (country, region, feeMinor) => {
  expect(termsFor(rule, { country, region })?.feeMinor).toBe(feeMinor)
})

test('without terms elsewhere, only the zones are served', () => {
  expect(termsFor({ ...rule, elsewhere: null }, { country: 'FR', region: '' })).toBeNull()
})

test('delivery is free from the amount on, not below', () => {
  expect([9899, 9900, 9901].map((items) => feeMinorOf(terms(800, 9900), items))).toEqual([800, 0, 0])
  expect(feeMinorOf(terms(800), 1_000_000)).toBe(800)
})

test('one region has many spellings', () => {
  expect(['浙江', ' 浙江省 ', '北京市', '广西壮族自治区', 'California', 'ＣＡ'].map(plainRegion)).toEqual([
    '浙江',
    '浙江',
    '北京',
    '广西',
    'california',
    'ca',
  ])
  expect(plainRegion('市')).toBe('市')
})
