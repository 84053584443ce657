import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce } from '../../test/commerce.ts'
import { makeMerchant, makePeople, makeRunningSale, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'

const db = await testDb()
const redis = await testRedis()
const limits = { waitingSalesSweptMax: 2, waitingSweepMs: 30, pollMs: 30, shownAfterEndMs: 60_000 }

/** A show whose flash sale is sold out, and somebody who waits for it. */
async function soldOut(shop: ReturnType<typeof commerce>) {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 5 })
  const saleId = await makeRunningSale(db, merchant, skuId, { quantity: 1 })
  const [first, late] = (await makePeople(db, 2)) as [string, string]
  const lines = [{ skuId, quantity: 1, saleId }]
  const asked = { showId: merchant.showId, lines, address: ADDRESS, expectedTotalMinor: 1000, visit: {} }
  await shop.orders.place(actorOf(first), asked, newId('log'))
  await shop.promotions.waitingList.join(merchant.showId, saleId, late)
  return { ...merchant, saleId }
}
const statusOf = async ({ saleId }: { saleId: string }) =>
  (await db.sql`select status from sale_waiters where sale_id = ${saleId}`)[0]?.status

test('shownAfterEndMs: viewers see a sale that ended for so long', async () => {
  const shop = commerce(db, redis, { sales: limits })
  const merchant = await makeMerchant(db)
  const saleId = await makeRunningSale(db, merchant, await makeSku(db, merchant))
  await shop.promotions.stop({ ...merchant, saleId }, merchant.ownerId)
  const shown = async () => (await shop.promotions.roomSales(merchant.showId)).map(({ id }) => id)
  shop.time.offsetMs = 59_000
  expect(await shown()).toEqual([saleId])
  shop.time.offsetMs = 61_000
  expect(await shown()).toEqual([])
})

test('waitingSalesSweptMax: so many sales a sweep, the others with the next', async () => {
  const shop = commerce(db, redis, { sales: limits })
  for (let n = 0; n < 3; n++) await soldOut(shop)
  shop.time.offsetMs = 300_000
  expect(await shop.promotions.waitingList.sweep()).toBe(2)
  expect(await shop.promotions.waitingList.sweep()).toBe(1)
  expect(await shop.promotions.waitingList.sweep()).toBe(0)
})

test('waitingSweepMs: the lists of sales that ended end by themselves, so often', async () => {
  const shop = commerce(db, redis, { sales: limits })
  const sale = await soldOut(shop)
  shop.promotions.run()
  expect(await statusOf(sale)).toBe('waiting')
  shop.time.offsetMs = 300_000
  await expect.poll(() => statusOf(sale), { timeout: 3000 }).toBe('over')
})
