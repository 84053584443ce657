import { afterEach, expect, test } from 'vitest'
import { commerce } from '../../test/commerce.ts'
import { type Merchant, makeMerchant, makeSku, recordingRooms } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'

/** Flash sales that begin by themselves. Two servers share the stores, and the time is in the test's hand. */

const db = await testDb()
const redis = await testRedis()
const rooms = recordingRooms()
const servers = [1, 2].map(() => commerce(db, redis, { sales: { pollMs: 40 } }, { rooms }))
const [shop] = servers as [(typeof servers)[number]]
for (const { promotions } of servers) promotions.run()
const MINUTE = 60_000

const setTime = (offsetMs: number) => {
  for (const { time } of servers) time.offsetMs = offsetMs
}
afterEach(() => setTime(0))

const plan = (merchant: Merchant, skuId: string, plannedAt: number) =>
  shop.promotions.create(
    merchant.tenantId,
    merchant.showId,
    {
      skuId,
      priceMinor: 1000,
      quantity: 3,
      perBuyerLimit: 1,
      countdownS: 60,
      durationS: 120,
      allocation: 'hold',
      plannedAt,
    },
    merchant.ownerId,
  )

async function planned(status: 'live' | 'scheduled', inMs: number) {
  const merchant = await makeMerchant(db, status)
  const skuId = await makeSku(db, merchant, { units: 5 })
  const plannedAt = Date.now() + inMs
  const sale = await plan(merchant, skuId, plannedAt)
  const now = async () =>
    (await shop.promotions.list(merchant.tenantId, merchant.showId)).find(({ id }) => id === sale.id)
  const heard = () =>
    rooms.published.flatMap(({ event, showId }) =>
      event.t === 'sale' && showId === merchant.showId ? [(event.sale as { status: string }).status] : [],
    )
  return { merchant, skuId, plannedAt, sale, now, heard }
}

const goLive = (showId: string) =>
  db.sql`update shows set status = 'live', started_at = now() where id = ${showId}`
const settled = () => new Promise((resolve) => setTimeout(resolve, 200))

test('a planned sale counts down before its time and starts at it, once among several servers', async () => {
  const { merchant, plannedAt, sale, now, heard } = await planned('live', 30 * MINUTE)
  expect(sale).toMatchObject({ status: 'scheduled', plannedAt, startsAt: null })
  setTime(29 * MINUTE - 1000)
  await settled()
  expect(heard()).toEqual([])
  setTime(29 * MINUTE + 50)
  await expect.poll(heard).toEqual(['countdown'])
  expect(await now()).toMatchObject({ startsAt: plannedAt, endsAt: plannedAt + 120_000 })
  setTime(30 * MINUTE + 50)
  await expect.poll(heard).toEqual(['countdown', 'running'])
  await settled()
  expect(heard()).toEqual(['countdown', 'running'])
  const { events } = await shop.promotions.history({ ...merchant, saleId: sale.id })
  expect(events).toEqual([
    { from: 'scheduled', to: 'countdown', mover: 'clock', by: null, at: expect.any(Number), pos: [1, 1] },
    { from: 'countdown', to: 'running', mover: 'clock', by: null, at: expect.any(Number), pos: [1, 2] },
  ])
})

test('it waits for its show to go on air, and then counts down whole', async () => {
  const { merchant, plannedAt, now, heard } = await planned('scheduled', 5 * MINUTE)
  setTime(20 * MINUTE)
  await settled()
  expect(await now()).toMatchObject({ status: 'scheduled' })
  await goLive(merchant.showId)
  await expect.poll(heard).toEqual(['countdown'])
  const { startsAt } = (await now())!
  expect(startsAt! - plannedAt).toBeGreaterThanOrEqual(16 * MINUTE)
  expect(startsAt! - Date.now() - 20 * MINUTE).toBeGreaterThan(50_000)
})

test('what waited for too long is stopped, and no viewer hears of it', async () => {
  const { merchant, sale, now, heard } = await planned('scheduled', 5 * MINUTE)
  setTime(36 * MINUTE)
  await expect.poll(async () => (await now())?.status).toBe('stopped')
  await goLive(merchant.showId)
  await settled()
  expect(heard()).toEqual([])
  const { events } = await shop.promotions.history({ ...merchant, saleId: sale.id })
  expect(events).toMatchObject([{ from: 'scheduled', to: 'stopped', mover: 'clock', by: null, pos: null }])
})

test('it can be started early and stopped before its time', async () => {
  const { merchant, sale, heard } = await planned('live', 30 * MINUTE)
  const place = { ...merchant, saleId: sale.id }
  expect(await shop.promotions.start(place, merchant.ownerId)).toMatchObject({ status: 'countdown' })
  const other = await planned('live', 30 * MINUTE)
  const stopped = await shop.promotions.stop(
    { ...other.merchant, saleId: other.sale.id },
    other.merchant.ownerId,
  )
  expect(stopped).toMatchObject({ status: 'stopped', plannedAt: other.plannedAt })
  setTime(31 * MINUTE)
  await expect.poll(heard).toEqual(['countdown', 'running', 'ended']) // begun early, it is over early
  expect(other.heard()).toEqual([])
})

test('of one SKU, sales may follow each other but not overlap', async () => {
  const { merchant, skuId, plannedAt, sale } = await planned('live', 30 * MINUTE)
  for (const at of [plannedAt, plannedAt - 2 * MINUTE, plannedAt + 2 * MINUTE]) {
    await expect(plan(merchant, skuId, at)).rejects.toMatchObject({ code: 'sale_conflict' })
  }
  expect((await plan(merchant, skuId, plannedAt + 3 * MINUTE)).id).not.toBe(sale.id)
})

test.each([
  ['past', -1],
  ['too far away', 91 * 24 * 60 * MINUTE],
])('a time that is %s is refused', async (_what, inMs) => {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 5 })
  await expect(plan(merchant, skuId, Date.now() + inMs)).rejects.toMatchObject({
    code: 'invalid_input',
    more: { issues: [{ path: 'plannedAt' }] },
  })
})

test('while another sale of the SKU is open it waits, and then counts down', async () => {
  const { merchant, skuId, sale, heard } = await planned('live', 30 * MINUTE)
  const other = await shop.promotions.create(
    merchant.tenantId,
    merchant.showId,
    {
      ...{ skuId, priceMinor: 1000, quantity: 1, perBuyerLimit: 1, countdownS: 10, durationS: 1080 },
      allocation: 'hold',
      plannedAt: Date.now() + 10 * MINUTE,
    },
    merchant.ownerId,
  )
  setTime(29 * MINUTE + 1000) // nobody ran for a while: both are due, the earlier goes first
  await expect.poll(heard).toContain('countdown')
  await settled()
  expect(heard()).toEqual(['countdown'])
  await shop.promotions.stop({ ...merchant, saleId: other.id }, merchant.ownerId)
  await expect.poll(async () => heard().filter((status) => status === 'countdown')).toHaveLength(2)
  const rows = await shop.promotions.list(merchant.tenantId, merchant.showId)
  expect(rows.find(({ id }) => id === sale.id)?.status).toBe('countdown')
})
