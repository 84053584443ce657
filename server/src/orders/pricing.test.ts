import { SHARE_BPS_MAX } from '@shelfcast/shared/api/fees.ts'
import { AMOUNT_MINOR_MAX } from '@shelfcast/shared/money.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawUp } from './draft.ts'
import { bounded, itemsMinorOf, priceLine, priceShipping } from './pricing.ts'

const amount = fc.integer({ min: 1, max: 1_000_000 })
const line = fc.record({
  quantity: fc.integer({ min: 1, max: 100 }),
  facts: fc.record({
    listPriceMinor: amount,
    live: fc.option(fc.record({ priceMinor: amount, showId: fc.constant('shw'), version: fc.nat() })),
    campaign: fc.option(fc.record({ priceMinor: amount, campaignId: fc.constant('cmp'), version: fc.nat() })),
    flash: fc.option(fc.record({ priceMinor: amount, saleId: fc.constant('sal'), version: fc.nat() })),
  }),
})
const terms = fc.option(
  fc.record({ feeMinor: fc.integer({ min: 0, max: 100_000 }), freeFromMinor: fc.option(amount) }),
)
const zone = fc.record({
  country: fc.constantFrom('CN', 'US'),
  regions: fc.subarray(['浙江', 'California']),
  terms,
})
const rule = fc.record({ elsewhere: terms, zones: fc.array(zone, { maxLength: 4 }) })
const bps = fc.integer({ min: 0, max: SHARE_BPS_MAX })
const fees = fc.record({
  rule: fc.record({ version: fc.constant(1), platformBps: bps, hostBps: bps, tipHostBps: bps }),
  hostId: fc.constantFrom('per_host', null),
})
const to = fc.record({
  country: fc.constantFrom('CN', 'US', 'FR'),
  region: fc.constantFrom('浙江省', 'California', ''),
})

test('a total is the sum of list prices and adjustments, each of them kept, and never negative', () => {
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 20 }),
      rule,
      to,
      fc.integer({ min: 0, max: 9 }),
      fees,
      (asked, given, destination, version, terms) => {
        const lines = asked.map(({ facts, quantity }) => ({
          ...priceLine(facts, quantity),
          listPriceMinor: facts.listPriceMinor,
          quantity,
          ...{ skuId: 'sku', productId: 'prd', saleId: null, title: 'Lamp', options: {}, pictureKey: null },
          ...{ perBuyerLimit: null, salePerBuyerLimit: null, allocation: null, offered: false },
        }))
        const itemsMinor = itemsMinorOf(lines)
        const shipping = priceShipping({ version: version + 1, rule: given }, destination, itemsMinor)
        fc.pre(shipping !== null)
        const totalMinor = itemsMinor + shipping!.adjustment.amountMinor
        const quote = { tenantId: 'ten', currency: 'CNY' as const, lines, itemsMinor, totalMinor }
        const draft = drawUp(
          { ...quote, shipping: shipping!, fees: terms },
          { by: BY, asked: ASKED, visit: {}, nowMs: 1, payWithinMs: 1, unpaidMax: 1 },
        )
        const listed = draft.lines.reduce((sum, one) => sum + one.listPriceMinor * one.quantity, 0)
        const adjusted = draft.adjustments.reduce((sum, one) => sum + one.amountMinor, 0)
        expect(listed + adjusted).toBe(draft.totalMinor)
        expect(draft.view.lines.reduce((sum, one) => sum + one.unitPriceMinor * one.quantity, 0)).toBe(
          itemsMinor,
        )
        expect(itemsMinor + draft.view.shippingMinor).toBe(totalMinor)
        expect(draft.payees.reduce((sum, one) => sum + one.amountMinor, 0)).toBe(totalMinor)
        expect(Math.min(...draft.payees.map((one) => one.amountMinor))).toBeGreaterThanOrEqual(0)
        expect(Math.min(totalMinor, itemsMinor, draft.view.shippingMinor)).toBeGreaterThanOrEqual(0)
        const kept = draft.adjustments.find(({ type }) => type === 'shipping')
        expect([kept?.lineId, kept?.ruleVersion]).toEqual([null, version + 1])
      },
    ),
  )
})

const flash = { priceMinor: 100, saleId: 'sal_1', version: 4 }
const live = { priceMinor: 200, showId: 'shw_1', version: 3 }
const campaign = { priceMinor: 300, campaignId: 'cmp_1', version: 2 }

test.each([
  ['flash', { flash, live, campaign }, 100, ['flash_price', 'sal_1', 4, -1800]],
  ['flash without live', { flash, live: null, campaign }, 100, ['flash_price', 'sal_1', 4, -1800]],
  ['live', { flash: null, live, campaign }, 200, ['live_price', 'shw_1', 3, -1600]],
  ['campaign', { flash: null, live: null, campaign }, 300, ['campaign_price', 'cmp_1', 2, -1400]],
  ['list', { flash: null, live: null, campaign: null }, 1000, null],
  [
    'live, though it is the list price',
    { flash: null, live: { ...live, priceMinor: 1000 }, campaign },
    1000,
    null,
  ],
  [
    'live, though it is dearer',
    { flash: null, live: { ...live, priceMinor: 1100 }, campaign },
    1100,
    ['live_price', 'shw_1', 3, 200],
  ],
] as const)('the priority of prices: %s', (_name, facts, unitPriceMinor, adjusted) => {
  const line = priceLine({ listPriceMinor: 1000, ...facts }, 2)
  expect(line.unitPriceMinor).toBe(unitPriceMinor)
  const { type, rule, ruleVersion, amountMinor } = line.adjustment ?? {}
  expect(line.adjustment && [type, rule, ruleVersion, amountMinor]).toEqual(adjusted)
})

test('no amount is beyond what any amount may be', () => {
  expect([bounded(AMOUNT_MINOR_MAX), bounded(AMOUNT_MINOR_MAX + 1)]).toEqual([AMOUNT_MINOR_MAX, null])
})

const BY = { personId: 'per', route: 'POST /orders', key: 'key', requestHash: 'hash' }
const ASKED = {
  showId: 'shw',
  address: { name: 'A', phone: '12345', country: 'CN', region: '', city: 'C', street: 'S', postcode: '' },
}
