import fc from 'fast-check'
import { expect, test } from 'vitest'
import { merchant as merchantOf, signedUp, testApp } from '../../test/app.ts'
import { commerce } from '../../test/commerce.ts'
import { makeMerchant, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { exceededTerm, type Term, type Terms } from './rules.ts'

const db = await testDb()
const { promotions } = commerce(db, await testRedis())

const ALLOWED: Terms = { priceMinor: 1000, quantity: 4, perBuyerLimit: 2, countdownS: 10, durationS: 120 }

async function prepared() {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 5 })
  const { id } = await promotions.create(merchant.tenantId, merchant.showId, {
    ...ALLOWED,
    skuId,
    allocation: 'hold',
    plannedAt: null,
  })
  return { tenantId: merchant.tenantId, showId: merchant.showId, saleId: id }
}

test('a host narrows a sale, comes back to what was allowed, and starts it so', async () => {
  const place = await prepared()
  const narrower = { priceMinor: 1500, quantity: 3, perBuyerLimit: 1, countdownS: 5, durationS: 60 }
  expect(await promotions.narrow(place, narrower)).toMatchObject({ ...narrower, left: 3, allowed: ALLOWED })
  expect(await promotions.narrow(place, { quantity: 4 })).toMatchObject({ ...narrower, quantity: 4 })
  expect(await promotions.narrow(place, {})).toMatchObject({ ...narrower, quantity: 4, allowed: ALLOWED })
  const started = await promotions.start(place)
  expect(started).toMatchObject({ status: 'countdown', priceMinor: 1500, quantity: 4, perBuyerLimit: 1 })
  expect(started.endsAt! - started.startsAt!).toBe(60_000)
})

test.each<[Term, number]>([
  ['priceMinor', 999],
  ['quantity', 5],
  ['perBuyerLimit', 3],
  ['countdownS', 11],
  ['durationS', 121],
])('beyond the allowed %s is refused by name, also after it was narrowed', async (term, value) => {
  const place = await prepared()
  const refusal = { code: 'sale_terms_exceeded', more: { extra: { term, allowed: ALLOWED[term] } } }
  await expect(promotions.narrow(place, { [term]: value })).rejects.toMatchObject(refusal)
  await promotions.narrow(place, {
    priceMinor: 1500,
    quantity: 1,
    perBuyerLimit: 1,
    countdownS: 0,
    durationS: 60,
  })
  await expect(promotions.narrow(place, { [term]: value })).rejects.toMatchObject(refusal)
})

test('a narrowed price is at most the list price; what viewers see stays; other tenants see nothing', async () => {
  const place = await prepared()
  await expect(promotions.narrow(place, { priceMinor: 5001 })).rejects.toMatchObject({
    code: 'invalid_input',
  })
  const { tenantId } = await makeMerchant(db)
  await expect(promotions.narrow({ ...place, tenantId }, { quantity: 1 })).rejects.toMatchObject({
    code: 'not_found',
  })
  await promotions.start(place)
  await expect(promotions.narrow(place, { quantity: 1 })).rejects.toMatchObject({
    code: 'sale_transition_refused',
  })
})

test('Postgres itself keeps a sale within what was allowed', async () => {
  const place = await prepared()
  await promotions.narrow(place, { quantity: 3 })
  await expect(db.sql`update flash_sales set quantity = 5 where id = ${place.saleId}`).rejects.toThrow(
    'flash_sales_within_allowed',
  )
})

test('a host may narrow and start a sale, and not set its terms', async () => {
  const app = await testApp()
  const shop = await merchantOf(app)
  const host = await signedUp(app, 'Host')
  await app.domains.accounts.tenants.putMember(shop.tenant.id, host.id, 'host')
  const path = `/tenants/${shop.tenant.id}/shows/${shop.show.id}/flash-sales`
  const terms = { skuId: shop.sku.id, priceMinor: 100, quantity: 2 }
  expect((await host.call('POST', path, terms)).status).toBe(403)
  const { id } = (await (await shop.owner.call('POST', path, terms)).json()) as { id: string }
  const narrowed = await host.call('PATCH', `${path}/${id}`, { quantity: 1 })
  expect([narrowed.status, await narrowed.json()]).toMatchObject([
    200,
    { quantity: 1, allowed: { quantity: 2 } },
  ])
  const refused = await host.call('PATCH', `${path}/${id}`, { quantity: 3 })
  expect([refused.status, await refused.json()]).toMatchObject([
    422,
    { code: 'sale_terms_exceeded', extra: { term: 'quantity', allowed: 2 } },
  ])
})

test('exactly what is a lower price or more of anything is beyond the allowed', () => {
  const terms = fc.record({
    priceMinor: fc.nat(3),
    quantity: fc.nat(3),
    perBuyerLimit: fc.nat(3),
    countdownS: fc.nat(3),
    durationS: fc.nat(3),
  })
  fc.assert(
    fc.property(terms, terms, (allowed, asked) => {
      const { priceMinor, ...others } = asked
      const within =
        priceMinor >= allowed.priceMinor &&
        Object.entries(others).every(([term, value]) => value <= allowed[term as keyof typeof others])
      expect(exceededTerm(allowed, asked) === null).toBe(within)
      expect(exceededTerm(allowed, {})).toBeNull()
    }),
  )
})
