import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce } from '../../test/commerce.ts'
import { makeMerchant, makePeople, makePerson, makeSku, testLimits } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import type { Db } from '../kernel/db.ts'
import { keepRefusals, keptAnswers, keyed, sweepAnswers } from '../kernel/idempotency.ts'
import { newId } from '../kernel/ids.ts'

const db = await testDb()
const redis = await testRedis()
const merchant = await makeMerchant(db)

/** The same database, and how many statements decided orders. */
function counting(): { db: Db; decided: () => number } {
  let statements = 0
  const sql = new Proxy(db.sql, {
    apply(target, self, args: [TemplateStringsArray, ...unknown[]]) {
      if (args[0].join('').includes('select order_id as id')) statements++
      return Reflect.apply(target, self, args)
    },
  })
  return { db: { ...db, sql }, decided: () => statements }
}

/** Many people order one unit each at the same moment, of these SKUs in turn. */
async function rush(shop: ReturnType<typeof commerce>, skuIds: readonly string[], orders: number) {
  const people = await makePeople(db, orders)
  await Promise.all(
    people.map((personId, n) => {
      const lines = [{ skuId: skuIds[n % skuIds.length]!, quantity: 1, saleId: null }]
      const asked = { showId: merchant.showId, lines, address: ADDRESS, expectedTotalMinor: 5000, visit: {} }
      return shop.orders.place(actorOf(personId), asked, newId('log'))
    }),
  )
}

test('batchOrdersMax: a statement decides so many orders at most', async () => {
  const counted = counting()
  const shop = commerce(counted.db, redis, { orders: { batchOrdersMax: 2, batchMs: 100 } })
  await rush(shop, [await makeSku(db, merchant, { units: 9 })], 6)
  expect(counted.decided()).toBe(3)
})

test('batchLanes: SKUs of one lane share a statement', async () => {
  const skuIds = await Promise.all(Array.from({ length: 8 }, () => makeSku(db, merchant, { units: 9 })))
  const statements = async (batchLanes: number) => {
    const counted = counting()
    await rush(commerce(counted.db, redis, { orders: { batchLanes, batchMs: 200 } }), skuIds, 8)
    return counted.decided()
  }
  expect(await statements(1)).toBe(1)
  expect(await statements(1000)).toBeGreaterThan(4)
})

test('sweptMax: unpaid orders expire so many at a time, until none is left', async () => {
  const shop = commerce(db, redis, { orders: { sweptMax: 2 } })
  const skuId = await makeSku(db, merchant, { units: 5 })
  await rush(shop, [skuId], 5)
  shop.time.offsetMs = testLimits.orders.payWithinMs + 1000
  const [before] = await db.sql`select count(*)::int as n from orders where status = 'pending_payment'`
  expect(await shop.orders.sweep()).toBe(before!.n)
  expect(await db.sql`select available from stock where sku_id = ${skuId}`).toEqual([{ available: 5 }])
})

test('refusalsKeptMs, answersKeptMs: a key keeps a refusal for minutes and an order for days', async () => {
  const personId = await makePerson(db)
  const limits = testLimits.orders
  const keep = async (status: number, ageMs: number) => {
    const by = keyed(personId, 'POST /orders', newId('log'), {})
    await db.sql`
      insert into idempotency_keys (person_id, route, key, request_hash, status, response, created_at)
      values (${personId}, ${by.route}, ${by.key}, ${by.requestHash}, ${status}, '{"code":"sold_out"}',
        now() - ${ageMs} * interval '1 millisecond')`
    return by
  }
  const asked = [
    await keep(409, limits.refusalsKeptMs - 5000),
    await keep(409, limits.refusalsKeptMs + 5000),
    await keep(201, limits.refusalsKeptMs + 5000),
    await keep(201, limits.answersKeptMs - 5000),
    await keep(201, limits.answersKeptMs + 5000),
  ]
  await sweepAnswers(db, limits)
  const kept = await keptAnswers(db, asked)
  expect(kept.map((answer) => answer?.status ?? null)).toEqual([409, null, 201, 201, null])
  // What is forgotten may be answered anew; what is kept stays.
  const again = await keepRefusals(
    db,
    asked.slice(0, 2).map((by) => ({ by, refusal: { code: 'buyer_limit', extra: { limit: 1 } } })),
  )
  expect(again.map(({ response }) => (response as { code: string }).code)).toEqual([
    'sold_out',
    'buyer_limit',
  ])
})

test.each([
  ['placedPerPersonPer10SMax', (n: number) => ({ by: 'ann', on: `phone-${n}`, from: `house-${n}` })],
  ['placedPerDevicePer10SMax', (n: number) => ({ by: `per-${n}`, on: 'phone', from: `house-${n}` })],
  ['placedPerAddressPer10SMax', (n: number) => ({ by: `per-${n}`, on: `phone-${n}`, from: 'house' })],
] as const)('%s: so many tries, and no more', async (limit, caller) => {
  await redis.flushdb()
  const { orders } = commerce(db, redis, { orders: { [limit]: 3 } })
  const tries = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((n) => {
      const { by, on, from } = caller(n)
      return orders.attempt({ ...actorOf(by), device: on }, from)
    }),
  )
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
})
