import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce } from '../../test/commerce.ts'
import { makeMerchant, makePerson, makeRunningSale, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'

const db = await testDb()
const shop = commerce(db, await testRedis())
const { campaigns } = shop.promotions
const HOUR = 3600_000

async function prepared(livePriceMinor?: number) {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, {
    priceMinor: 5000,
    ...(livePriceMinor === undefined ? {} : { livePriceMinor }),
  })
  const ann = await makePerson(db)
  const create = (priceMinor: number, fromMs = -1000, untilMs = HOUR, of = skuId) =>
    campaigns.create(
      merchant.tenantId,
      {
        ...{ name: 'Winter', skuId: of, priceMinor },
        ...{ startsAt: Date.now() + fromMs, endsAt: Date.now() + untilMs },
      },
      merchant.ownerId,
    )
  const priced = async (saleId: string | null = null) => {
    const { lines } = await shop.orders.quote({
      ...{ showId: merchant.showId, lines: [{ skuId, quantity: 1, saleId }], to: ADDRESS },
    })
    const { type, rule, ruleVersion } = lines[0]!.adjustment ?? {}
    return [lines[0]!.unitPriceMinor, type, rule, ruleVersion]
  }
  return { merchant, skuId, ann, create, priced }
}

test('a campaign price holds between its moments, the lowest of several, and its order names its version', async () => {
  const { merchant, skuId, ann, create, priced } = await prepared()
  expect(await priced()).toEqual([5000, undefined, undefined, undefined])
  await create(3000, HOUR, 2 * HOUR)
  const dear = await create(4500)
  const cheap = await create(4000)
  expect(await priced()).toEqual([4000, 'campaign_price', cheap.id, 1])
  await campaigns.change({ ...merchant, campaignId: cheap.id }, { priceMinor: 3900 }, merchant.ownerId)
  const lines = [{ skuId, quantity: 1, saleId: null }]
  const asked = { showId: merchant.showId, lines, address: ADDRESS, expectedTotalMinor: 3900, visit: {} }
  const order = await shop.orders.place(actorOf(ann), asked, 'campaign-key')
  const adjustments = await db.sql`
    select type, rule, rule_version, amount_minor from order_adjustments where order_id = ${order.id}`
  expect(adjustments).toEqual([
    { type: 'campaign_price', rule: cheap.id, rule_version: 2, amount_minor: -1100 },
  ])
  await campaigns.end({ ...merchant, campaignId: cheap.id }, merchant.ownerId)
  expect(await priced()).toEqual([4500, 'campaign_price', dear.id, 1])
})

test('a live price goes before it and a flash price before both, each with its version', async () => {
  const { merchant, skuId, create, priced } = await prepared(4200)
  await create(4000)
  expect(await priced()).toEqual([4200, 'live_price', merchant.showId, 1])
  await db.sql`update shelf_items set live_price_minor = 4100 where show_id = ${merchant.showId}`
  await db.sql`update shelf_items set selling_point = 'warm' where show_id = ${merchant.showId}`
  expect(await priced()).toEqual([4100, 'live_price', merchant.showId, 2])
  const saleId = await makeRunningSale(db, merchant, skuId, { priceMinor: 4300 })
  await db.sql`update flash_sales set terms_version = 3 where id = ${saleId}`
  expect(await priced(saleId)).toEqual([4300, 'flash_price', saleId, 3])
})

test('rooms are told of their shelf; what is over is in no view and cannot be changed', async () => {
  const { merchant, create } = await prepared()
  const campaign = await create(4000)
  const shelf = () => {
    const { event } = shop.rooms.published.findLast(({ showId }) => showId === merchant.showId)!
    return (event.items as { skus: { campaigns?: unknown }[] }[])[0]!.skus[0]!.campaigns
  }
  const { priceMinor, startsAt, endsAt } = campaign
  expect(shelf()).toEqual([{ priceMinor, startsAt, endsAt }])
  const place = { ...merchant, campaignId: campaign.id }
  await campaigns.end(place, merchant.ownerId)
  expect(shelf()).toBeUndefined()
  const refused = { code: 'not_found' }
  await expect(campaigns.end(place, merchant.ownerId)).rejects.toMatchObject(refused)
  await expect(campaigns.change(place, { priceMinor: 1 }, merchant.ownerId)).rejects.toMatchObject(refused)
  const ahead = await create(4000, HOUR, 2 * HOUR)
  await campaigns.end({ ...merchant, campaignId: ahead.id }, merchant.ownerId)
  const { items } = await campaigns.list(merchant.tenantId, { limit: 10 })
  expect(items.map(({ id, version }) => [id, version])).toEqual([[campaign.id, 2]])
})

test('times are in order and ahead; a SKU is the tenant’s own and has a few at most', async () => {
  const { merchant, create } = await prepared()
  const foreign = await makeSku(db, await makeMerchant(db))
  await expect(create(4000, 0, HOUR, foreign)).rejects.toMatchObject({ code: 'not_found' })
  await expect(create(4000, 2 * HOUR, HOUR)).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(create(4000, -2 * HOUR, -HOUR)).rejects.toMatchObject({ code: 'invalid_input' })
  const tooFar = shop.limits.sales.plannedAheadMsMax + 1000
  await expect(create(4000, 0, tooFar)).rejects.toMatchObject({ code: 'invalid_input' })
  const max = shop.limits.sales.campaignsPerSkuMax
  const made = await Promise.allSettled(Array.from({ length: max + 2 }, () => create(4000)))
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(max)
  await expect(create(4000)).rejects.toMatchObject({ code: 'too_many_campaigns', more: { extra: { max } } })
  const { tenantId } = await makeMerchant(db)
  expect((await campaigns.list(tenantId, { limit: 10 })).items).toEqual([])
  expect((await campaigns.list(merchant.tenantId, { limit: 2 })).items).toHaveLength(2)
})
