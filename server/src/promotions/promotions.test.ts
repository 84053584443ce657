import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { commerce } from '../../test/commerce.ts'
import { type Merchant, makeMerchant, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { isOpen, SALE_TRANSITIONS, type SaleStatus, saleStatusesBefore } from './rules.ts'

const db = await testDb()
const redis = await testRedis()
const shop = commerce(db, redis, { sales: { pollMs: 40 } })
const { promotions, rooms } = shop

afterEach(() => {
  shop.time.offsetMs = 0
})

const terms = (
  skuId: string,
  over: Partial<{
    countdownS: number
    durationS: number
    quantity: number
    priceMinor: number
    plannedAt: number
  }> = {},
) => ({
  skuId,
  priceMinor: 1000,
  quantity: 3,
  perBuyerLimit: 1,
  countdownS: 10,
  durationS: 60,
  allocation: 'hold' as const,
  plannedAt: null,
  ...over,
})
const statuses = (showId: string): unknown[] =>
  rooms.published.flatMap(({ showId: at, event }) =>
    at === showId && event.t === 'sale' ? [(event.sale as { status: string }).status] : [],
  )
async function prepared(over: Parameters<typeof terms>[1] = {}): Promise<{
  merchant: Merchant
  saleId: string
  skuId: string
  place: Parameters<typeof promotions.start>[0]
}> {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 5 })
  const sale = await promotions.create(
    merchant.tenantId,
    merchant.showId,
    terms(skuId, over),
    merchant.ownerId,
  )
  return { merchant, saleId: sale.id, skuId, place: { ...merchant, saleId: sale.id } }
}

test('a sale counts down, runs and ends at its times, each change in the room log and in order', async () => {
  const { merchant, saleId, place } = await prepared()
  expect(await promotions.roomSales(merchant.showId)).toEqual([])
  const started = await promotions.start(place)
  expect(started).toMatchObject({ status: 'countdown', left: 3, listPriceMinor: 5000 })
  expect(started.startsAt! - Date.now()).toBeGreaterThan(9000)
  expect(started.endsAt! - started.startsAt!).toBe(60_000)
  promotions.run()
  shop.time.offsetMs = 10_050
  await expect.poll(() => statuses(merchant.showId)).toEqual(['countdown', 'running'])
  shop.time.offsetMs = 70_100
  await expect.poll(() => statuses(merchant.showId)).toEqual(['countdown', 'running', 'ended'])
  expect((await promotions.roomSales(merchant.showId)).map(({ id, status }) => [id, status])).toEqual([
    [saleId, 'ended'],
  ])
  const log = await db.sql`
    select "offset", event->'sale'->>'status' as status from room_log where show_id = ${merchant.showId} order by "offset"`
  expect(log).toEqual([
    { offset: 1, status: 'countdown' },
    { offset: 2, status: 'running' },
    { offset: 3, status: 'ended' },
  ])
  expect(rooms.published.find(({ event }) => event.t === 'sale')?.event.pos).toEqual([1, 1])
})

test('what came due while the server was away is caught up, by one process only', async () => {
  const { merchant, place } = await prepared({ countdownS: 0 })
  expect((await promotions.start(place)).status).toBe('running')
  const two = [commerce(db, redis), commerce(db, redis)]
  for (const one of two) {
    one.time.offsetMs = 61_000
    one.promotions.run()
  }
  const heard = () =>
    two.flatMap((one) =>
      one.rooms.published.filter(({ event, showId }) => event.t === 'sale' && showId === merchant.showId),
    )
  await expect.poll(() => heard().length).toBe(1)
  await Promise.all(two.map((one) => one.close()))
  expect(heard()).toHaveLength(1)
})

test('a sale starts only in a live show, once, and one at a time for a SKU', async () => {
  const waiting = await makeMerchant(db, 'scheduled')
  const early = await promotions.create(
    waiting.tenantId,
    waiting.showId,
    terms(await makeSku(db, waiting)),
    waiting.ownerId,
  )
  await expect(promotions.start({ ...waiting, saleId: early.id })).rejects.toMatchObject({
    code: 'show_not_live',
  })
  const { merchant, place, skuId } = await prepared()
  const results = await Promise.allSettled([promotions.start(place), promotions.start(place)])
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  await expect(
    promotions.create(merchant.tenantId, merchant.showId, terms(skuId), merchant.ownerId),
  ).rejects.toMatchObject({
    code: 'sale_conflict',
  })
  const foreign = await makeMerchant(db)
  await expect(promotions.stop({ ...place, tenantId: foreign.tenantId })).rejects.toMatchObject({
    code: 'not_found',
  })
  await promotions.stop(place)
  await expect(promotions.start(place)).rejects.toMatchObject({ code: 'sale_transition_refused' })
  await expect(promotions.stop(place)).rejects.toMatchObject({ code: 'sale_transition_refused' })
})

test('a sale is of a SKU on the shelf, of no more than there is, for no more than the list price', async () => {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 5 })
  const foreign = await makeSku(db, await makeMerchant(db))
  const create = (over: Parameters<typeof terms>[1], sku = skuId) =>
    promotions.create(merchant.tenantId, merchant.showId, terms(sku, over), merchant.ownerId)
  await expect(create({}, foreign)).rejects.toMatchObject({ code: 'product_unavailable' })
  await expect(create({ quantity: 6 })).rejects.toMatchObject({ code: 'sold_out' })
  await expect(create({ priceMinor: 5001 })).rejects.toMatchObject({ code: 'invalid_input' })
  await create({})
})

test('a sale that is stopped before it began was never seen, so the room hears nothing', async () => {
  const { merchant, place } = await prepared()
  const stopped = await promotions.stop(place)
  expect(stopped).toMatchObject({ status: 'stopped', startsAt: null, endsAt: null })
  expect(statuses(merchant.showId)).toEqual([])
  expect(await db.sql`select from room_log where show_id = ${merchant.showId}`).toHaveLength(0)
  expect(await promotions.roomSales(merchant.showId)).toEqual([])
})

test('the end of a show stops its sales', async () => {
  const { merchant, place } = await prepared()
  await promotions.start(place)
  await shop.shows.end(merchant.tenantId, merchant.showId)
  await expect.poll(() => statuses(merchant.showId)).toEqual(['countdown', 'stopped'])
})

test('every status has its way out, and only final ones have none', () => {
  const final: SaleStatus[] = ['ended', 'stopped']
  for (const { from, to, by } of SALE_TRANSITIONS) {
    expect(final).not.toContain(from)
    for (const mover of by) expect(saleStatusesBefore(to, mover)).toContain(from)
  }
  expect(saleStatusesBefore('running', 'show')).toEqual([])
})

test('a sale is open from its start to just before its end, whatever its ticker has done', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<SaleStatus>('scheduled', 'countdown', 'running', 'ended', 'stopped'),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      (status, startsAt, life, at) => {
        const open = isOpen({ status, startsAt, endsAt: startsAt + life }, at)
        expect(open).toBe(
          (status === 'countdown' || status === 'running') && at >= startsAt && at < startsAt + life,
        )
      },
    ),
  )
})
