import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'

/** What delivery costs, from the merchant's setting to the order. */

const app = await testApp()
const TERMS = { feeMinor: 1200, freeFromMinor: 15_000 }
const RULE = {
  elsewhere: null,
  zones: [
    { country: 'CN', regions: [], terms: TERMS },
    { country: 'CN', regions: ['西藏'], terms: { feeMinor: 3000, freeFromMinor: null } },
  ],
}

async function shopWithRule() {
  const shop = await merchant(app) // one mug, 79.00
  const path = `/tenants/${shop.tenant.id}/shipping`
  const buyer = await signedUp(app)
  const order = (quantity: number, expectedTotalMinor: number, to: object = {}) =>
    buyer.call(
      'POST',
      '/orders',
      {
        showId: shop.show.id,
        lines: [{ skuId: shop.sku.id, quantity }],
        address: { name: 'Ann', phone: '13800138000', country: 'CN', city: 'C', street: 'S', ...to },
        expectedTotalMinor,
      },
      { 'idempotency-key': randomUUID() },
    )
  const quote = (quantity: number, to: object) =>
    buyer.call('POST', '/orders/quote', {
      showId: shop.show.id,
      lines: [{ skuId: shop.sku.id, quantity }],
      to,
    })
  return { ...shop, path, buyer, order, quote }
}

test('before a rule is set delivery is free and an order says nothing of it', async () => {
  const shop = await shopWithRule()
  expect(await (await shop.owner.call('GET', shop.path)).json()).toMatchObject({ version: 0 })
  const placed = (await (await shop.order(1, 7900)).json()) as { id: string; shippingMinor: number }
  expect(placed.shippingMinor).toBe(0)
  const { sql } = app.domains.db
  expect(await sql`select 1 from order_adjustments where order_id = ${placed.id}`).toHaveLength(0)
})

test('a quote and an order cost the same, and the order keeps the version it was priced by', async () => {
  const shop = await shopWithRule()
  await shop.owner.call('PUT', shop.path, RULE)
  const quoted = await (await shop.quote(1, { country: 'CN', region: '浙江' })).json()
  expect(quoted).toEqual({
    currency: 'CNY',
    itemsMinor: 7900,
    shippingMinor: 1200,
    freeShippingFromMinor: 15_000,
    totalMinor: 9100,
  })
  const placed = (await (await shop.order(1, 9100)).json()) as { id: string }
  const raised = {
    ...RULE,
    zones: [{ country: 'CN', regions: [], terms: { feeMinor: 5000, freeFromMinor: null } }],
  }
  expect(await (await shop.owner.call('PUT', shop.path, raised)).json()).toMatchObject({ version: 2 })
  const mine = await (await shop.buyer.call('GET', `/orders/${placed.id}`)).json()
  expect(mine).toMatchObject({ shippingMinor: 1200, totalMinor: 9100 })
  const theirs = await shop.owner.call('GET', `/tenants/${shop.tenant.id}/orders/${placed.id}`)
  expect(await theirs.json()).toMatchObject({ shippingMinor: 1200, totalMinor: 9100 })
  const { sql } = app.domains.db
  expect(
    await sql`select type, rule, rule_version, amount_minor from order_adjustments where order_id = ${placed.id}`,
  ).toEqual([{ type: 'shipping', rule: 'shipping', rule_version: 1, amount_minor: 1200 }])
})

test('an order that left delivery out is refused with the total that holds', async () => {
  const shop = await shopWithRule()
  await shop.owner.call('PUT', shop.path, RULE)
  const refused = await shop.order(1, 7900)
  expect(await refused.json()).toMatchObject({ code: 'price_changed', extra: { totalMinor: 9100 } })
})

test('from the amount on it is free, a region of its own costs its own', async () => {
  const shop = await shopWithRule()
  await shop.owner.call('PUT', shop.path, RULE)
  expect((await shop.order(2, 15_800)).status).toBe(201)
  expect((await shop.order(2, 18_800, { region: '西藏自治区' })).status).toBe(201)
})

test('where nothing is delivered, quote and order are refused', async () => {
  const shop = await shopWithRule()
  await shop.owner.call('PUT', shop.path, RULE)
  for (const response of [
    await shop.quote(1, { country: 'FR', region: '' }),
    await shop.order(1, 7900, { country: 'FR' }),
  ]) {
    expect([response.status, await response.json()]).toMatchObject([409, { code: 'region_not_served' }])
  }
})

test.each([
  ['a negative fee', { elsewhere: { feeMinor: -1, freeFromMinor: null }, zones: [] }],
  ['a fee beyond all amounts', { elsewhere: { feeMinor: 1e12, freeFromMinor: null }, zones: [] }],
  ['no country', { elsewhere: null, zones: [{ country: 'China', regions: [], terms: null }] }],
  ['too many zones', { elsewhere: null, zones: Array(51).fill(RULE.zones[0]) }],
])('%s is refused', async (_name, rule) => {
  const shop = await shopWithRule()
  expect((await shop.owner.call('PUT', shop.path, rule)).status).toBe(422)
})

test('changes at one moment are versions one after another, or refused', async () => {
  const shop = await shopWithRule()
  const answers = await Promise.all(Array.from({ length: 5 }, () => shop.owner.call('PUT', shop.path, RULE)))
  const versions = await Promise.all(
    answers
      .filter(({ status }) => status === 200)
      .map(async (answer) => (await answer.json()) as { version: number }),
  )
  expect(new Set(versions.map(({ version }) => version)).size).toBe(versions.length)
  expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true)
})
