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
  const started = await promotions.start(place, merchant.ownerId)
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
  const { merchant, place } = await prepared()
  expect((await promotions.start(place, merchant.ownerId)).status).toBe('countdown')
  const two = [commerce(db, redis), commerce(db, redis)]
  for (const one of two) {
    one.time.offsetMs = 71_000
    one.promotions.run()
  }
  const heard = () =>
    two.flatMap((one) =>
      one.rooms.published.filter(({ event, showId }) => event.t === 'sale' && showId === merchant.showId),
    )
  await expect.poll(() => heard().length).toBe(2)
  await Promise.all(two.map((one) => one.close()))
  expect(heard().map(({ event }) => (event.sale as { status: string }).status)).toEqual(['running', 'ended'])
})

test('a sale starts only in a live show, once, and one at a time for a SKU', async () => {
  const waiting = await makeMerchant(db, 'scheduled')
  const early = await promotions.create(
    waiting.tenantId,
    waiting.showId,
    terms(await makeSku(db, waiting)),
    waiting.ownerId,
  )
  await expect(promotions.start({ ...waiting, saleId: early.id }, waiting.ownerId)).rejects.toMatchObject({
    code: 'show_not_live',
  })
  const { merchant, place, skuId } = await prepared()
  const results = await Promise.allSettled([
    promotions.start(place, merchant.ownerId),
    promotions.start(place, merchant.ownerId),
  ])
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  await expect(
    promotions.create(merchant.tenantId, merchant.showId, terms(skuId), merchant.ownerId),
  ).rejects.toMatchObject({
    code: 'sale_conflict',
  })
  const foreign = await makeMerchant(db)
  await expect(
    promotions.stop({ ...place, tenantId: foreign.tenantId }, foreign.ownerId),
  ).rejects.toMatchObject({
    code: 'not_found',
  })
  await promotions.stop(place, merchant.ownerId)
  await expect(promotions.start(place, merchant.ownerId)).rejects.toMatchObject({
    code: 'sale_transition_refused',
  })
  await expect(promotions.stop(place, merchant.ownerId)).rejects.toMatchObject({
    code: 'sale_transition_refused',
  })
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
  const stopped = await promotions.stop(place, merchant.ownerId)
  expect(stopped).toMatchObject({ status: 'stopped', startsAt: null, endsAt: null })
  expect(statuses(merchant.showId)).toEqual([])
  expect(await db.sql`select from room_log where show_id = ${merchant.showId}`).toHaveLength(0)
  expect(await promotions.roomSales(merchant.showId)).toEqual([])
})

test('the end of a show stops its sales', async () => {
  const { merchant, place } = await prepared()
  await promotions.start(place, merchant.ownerId)
  await shop.shows.end(merchant.tenantId, merchant.showId)
  await expect.poll(() => statuses(merchant.showId)).toEqual(['countdown', 'stopped'])
  const by = `Buyer ${merchant.ownerId.slice(-4)}`
  const { events } = await promotions.history(place)
  expect(events).toEqual([
    { from: 'scheduled', to: 'countdown', mover: 'desk', by, at: expect.any(Number), pos: [1, 1] },
    { from: 'countdown', to: 'stopped', mover: 'show', by: null, at: expect.any(Number), pos: [1, 3] },
  ])
  await expect(db.sql`update sale_events set mover = 'clock', person_id = null`).rejects.toThrow('append')
})

test('the trail says what the room’s log says, and who stopped a sale that nobody saw', async () => {
  const { merchant, place } = await prepared()
  await promotions.start(place, merchant.ownerId)
  const unseen = await prepared()
  await promotions.stop(unseen.place, unseen.merchant.ownerId)
  await promotions.stop(place, merchant.ownerId)
  const log = await db.sql`
    select e.to_status from sale_events e join room_log l on l.tenant_id = e.tenant_id and l.epoch = e.room_epoch
      and l."offset" = e.room_offset and l.show_id = ${merchant.showId} and l.event->'sale'->>'id' = e.sale_id
      and l.event->'sale'->>'status' = e.to_status
    where e.sale_id = ${place.saleId} order by e.id`
  expect(log).toEqual([{ to_status: 'countdown' }, { to_status: 'stopped' }])
  const { events } = await promotions.history(unseen.place)
  expect(events).toMatchObject([{ from: 'scheduled', to: 'stopped', mover: 'desk', pos: null }])
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
