import { saleTerms } from '@shelfcast/shared/api/promotions.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { merchant as merchantOf, signedUp, testApp } from '../../test/app.ts'
import { commerce } from '../../test/commerce.ts'
import { makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { exceededTerm, type Term, type Terms } from './rules.ts'

const db = await testDb()
const { promotions } = commerce(db, await testRedis())

const ALLOWED: Terms = { priceMinor: 1000, quantity: 4, perBuyerLimit: 2, countdownS: 20, durationS: 120 }

async function prepared() {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 5 })
  const { id } = await promotions.create(
    merchant.tenantId,
    merchant.showId,
    {
      ...ALLOWED,
      skuId,
      allocation: 'hold',
      plannedAt: null,
    },
    merchant.ownerId,
  )
  return { ownerId: merchant.ownerId, tenantId: merchant.tenantId, showId: merchant.showId, saleId: id }
}

test('a host narrows a sale, comes back to what was allowed, and starts it so', async () => {
  const place = await prepared()
  const narrower = { priceMinor: 1500, quantity: 3, perBuyerLimit: 1, countdownS: 15, durationS: 60 }
  expect(await promotions.narrow(place, narrower, place.ownerId)).toMatchObject({
    ...narrower,
    left: 3,
    allowed: ALLOWED,
  })
  expect(await promotions.narrow(place, { quantity: 4 }, place.ownerId)).toMatchObject({
    ...narrower,
    quantity: 4,
  })
  expect(await promotions.narrow(place, {}, place.ownerId)).toMatchObject({
    ...narrower,
    quantity: 4,
    allowed: ALLOWED,
  })
  const started = await promotions.start(place, place.ownerId)
  expect(started).toMatchObject({ status: 'countdown', priceMinor: 1500, quantity: 4, perBuyerLimit: 1 })
  expect(started.endsAt! - started.startsAt!).toBe(60_000)
})

test.each<[Term, number]>([
  ['priceMinor', 999],
  ['quantity', 5],
  ['perBuyerLimit', 3],
  ['countdownS', 21],
  ['durationS', 121],
])('beyond the allowed %s is refused by name, also after it was narrowed', async (term, value) => {
  const place = await prepared()
  const refusal = { code: 'sale_terms_exceeded', more: { extra: { term, allowed: ALLOWED[term] } } }
  await expect(promotions.narrow(place, { [term]: value }, place.ownerId)).rejects.toMatchObject(refusal)
  await promotions.narrow(
    place,
    {
      priceMinor: 1500,
      quantity: 1,
      perBuyerLimit: 1,
      countdownS: 10,
      durationS: 60,
    },
    place.ownerId,
  )
  await expect(promotions.narrow(place, { [term]: value }, place.ownerId)).rejects.toMatchObject(refusal)
})

test('a narrowed price is at most the list price; what viewers see stays; other tenants see nothing', async () => {
  const place = await prepared()
  await expect(promotions.narrow(place, { priceMinor: 5001 }, place.ownerId)).rejects.toMatchObject({
    code: 'invalid_input',
  })
  const { tenantId } = await makeMerchant(db)
  await expect(
    promotions.narrow({ ...place, tenantId }, { quantity: 1 }, place.ownerId),
  ).rejects.toMatchObject({
    code: 'not_found',
  })
  await promotions.start(place, place.ownerId)
  await expect(promotions.narrow(place, { quantity: 1 }, place.ownerId)).rejects.toMatchObject({
    code: 'sale_transition_refused',
  })
})

test('every version of the terms is kept: who set it, from what to what; what changes nothing is none', async () => {
  const place = await prepared()
  const host = await makePerson(db)
  await promotions.narrow(place, { quantity: 2, durationS: 60 }, host)
  await promotions.narrow(place, { quantity: 2 }, host)
  await promotions.narrow(place, {}, host)
  // Two hosts at once: each has a version of its own, and they follow each other.
  await Promise.all([1500, 1600].map((priceMinor) => promotions.narrow(place, { priceMinor }, place.ownerId)))
  const { items: history, events } = await promotions.history(place)
  expect(events).toEqual([])
  expect(history.map(({ version }) => version)).toEqual([1, 2, 3, 4])
  expect(history[0]).toMatchObject({ before: null, after: ALLOWED })
  expect(history[1]).toMatchObject({ before: ALLOWED, after: { ...ALLOWED, quantity: 2, durationS: 60 } })
  expect(history[1]!.by).toBe(`Buyer ${host.slice(-4)}`)
  for (const [n, { before }] of history.entries())
    expect(before).toEqual(n === 0 ? null : history[n - 1]!.after)
  expect(await promotions.list(place.tenantId, place.showId)).toMatchObject([history.at(-1)!.after])
  const { tenantId } = await makeMerchant(db)
  await expect(promotions.history({ ...place, tenantId })).rejects.toMatchObject({ code: 'not_found' })
  await expect(db.sql`delete from sale_changes`).rejects.toThrow()
})

test('Postgres itself keeps a sale within what was allowed', async () => {
  const place = await prepared()
  await promotions.narrow(place, { quantity: 3 }, place.ownerId)
  await expect(db.sql`update flash_sales set quantity = 5 where id = ${place.saleId}`).rejects.toThrow(
    'flash_sales_within_allowed',
  )
})

test.each([{ countdownS: 9 }, { countdownS: 301 }, { durationS: 59 }, { durationS: 1201 }])(
  'Postgres itself and the API refuse a sale of %o',
  async (seconds) => {
    const place = await prepared()
    const terms = { countdown_s: seconds.countdownS ?? 10, duration_s: seconds.durationS ?? 60 }
    const change = db.sql`
    update flash_sales set ${db.sql(terms)}, countdown_s_max = null, duration_s_max = null where id = ${place.saleId}`
    await expect(change).rejects.toThrow('flash_sales_seconds')
    expect(saleTerms.partial().safeParse(seconds).success).toBe(false)
  },
)

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
