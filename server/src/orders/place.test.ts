import { placeOrder } from '@shelfcast/shared/api/orders.ts'
import { expect, test } from 'vitest'
import { ADDRESS, actorOf, type Commerce, commerce, stockOf } from '../../test/commerce.ts'
import { makeMerchant, makePeople, makePerson, makeRunningSale, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { type KeptAnswer, keepRefusals, keyed, type Refusal } from '../kernel/idempotency.ts'
import type { PlaceInput } from './draft.ts'

const db = await testDb()
const redis = await testRedis()
const shop = commerce(db, redis)
const merchant = await makeMerchant(db)

let keys = 0
const newKey = () => `key-${++keys}-${Date.now()}`

type Ask = { skuId: string; quantity?: number; saleId?: string }

async function buy(
  personId: string,
  asks: Ask[],
  totalMinor: number,
  { key = newKey(), at = shop, guest = false }: { key?: string; at?: Commerce; guest?: boolean } = {},
) {
  const asked: PlaceInput = {
    showId: merchant.showId,
    lines: asks.map(({ skuId, quantity = 1, saleId = null }) => ({ skuId, quantity, saleId })),
    address: ADDRESS,
    expectedTotalMinor: totalMinor,
    visit: {},
  }
  return at.orders.place(actorOf(personId, guest), asked, key)
}

const codes = (results: PromiseSettledResult<unknown>[]) =>
  results.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []))

test('50 buyers at once for 10 units: ten orders, the others hear sold_out, stock adds up', async () => {
  const skuId = await makeSku(db, merchant, { units: 10 })
  const people = await makePeople(db, 50)
  const results = await Promise.allSettled(people.map((personId) => buy(personId, [{ skuId }], 5000)))
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(10)
  expect(codes(results)).toEqual(Array(40).fill('sold_out'))
  const { row, ordered } = await stockOf(db, skuId)
  expect(row).toEqual({ onHand: 10, available: 0, reserved: 10, sold: 0 })
  expect(ordered).toEqual({ reserved: 10, sold: 0, buyers: 10 })
})

test('a buyer has at most so many unpaid orders at a time', async () => {
  const few = commerce(db, redis, { orders: { unpaidPerPersonMax: 2 } })
  const skuId = await makeSku(db, merchant, { units: 10 })
  const person = await makePerson(db)
  const results = await Promise.allSettled([1, 2, 3].map(() => buy(person, [{ skuId }], 5000, { at: few })))
  expect(codes(results)).toEqual(['too_many_unpaid'])
  expect((await stockOf(db, skuId)).row).toMatchObject({ available: 8, reserved: 2 })
  const [first] = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  await few.orders.cancel(person, first!.id)
  await buy(person, [{ skuId }], 5000, { at: few })
})

test('two buyers for the last unit, also when Redis lets both in', async () => {
  const skuId = await makeSku(db, merchant, { units: 1 })
  const people = await makePeople(db, 2)
  await redis.flushdb()
  const blind = commerce(db, redis)
  await shop.stock.admit([]) // both know the epoch
  const overAdmit = setInterval(() => redis.hset(`stock:{${skuId}}`, 'left', 100), 1)
  const results = await Promise.allSettled([
    buy(people[0]!, [{ skuId }], 5000),
    buy(people[1]!, [{ skuId }], 5000, { at: blind }),
  ])
  clearInterval(overAdmit)
  expect(codes(results)).toEqual(['sold_out'])
  expect((await stockOf(db, skuId)).row.reserved).toBe(1)
})

test('Redis emptied again and again while 60 buy from two processes: nothing is oversold', async () => {
  const skuId = await makeSku(db, merchant, { units: 20 })
  const people = await makePeople(db, 60)
  const second = commerce(db, redis)
  const flushing = setInterval(() => redis.flushdb(), 3)
  const results = await Promise.allSettled(
    people.map((personId, i) => buy(personId, [{ skuId }], 5000, { at: i % 2 ? shop : second })),
  )
  clearInterval(flushing)
  expect(results.filter((one) => one.status === 'fulfilled').length).toBeLessThanOrEqual(20)
  const { row, ordered } = await stockOf(db, skuId)
  expect(row.reserved).toBe(ordered.reserved)
  expect(row.available + row.reserved).toBe(20)
})

test('with Redis away, orders go straight to Postgres', async () => {
  const skuId = await makeSku(db, merchant, { units: 2 })
  const people = await makePeople(db, 4)
  const away = redis.duplicate()
  away.disconnect()
  const alone = commerce(db, away)
  const results = await Promise.allSettled(
    people.map((personId) => buy(personId, [{ skuId }], 5000, { at: alone })),
  )
  expect(codes(results)).toEqual(['sold_out', 'sold_out'])
})

test('a buyer may have no more than the limit, in one order, in several, and at once', async () => {
  const skuId = await makeSku(db, merchant, { units: 10, perBuyerLimit: 2 })
  const [ann, bo] = await makePeople(db, 2)
  await expect(buy(ann!, [{ skuId, quantity: 3 }], 15_000)).rejects.toMatchObject({ code: 'buyer_limit' })
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => buy(ann!, [{ skuId }], 5000)))
  expect(codes(results)).toEqual(['buyer_limit', 'buyer_limit', 'buyer_limit'])
  await redis.flushdb() // the gate forgets, Postgres does not
  await expect(buy(ann!, [{ skuId }], 5000)).rejects.toMatchObject({
    code: 'buyer_limit',
    more: { extra: { limit: 2, has: 2 } },
  })
  await buy(bo!, [{ skuId, quantity: 2 }], 10_000)
})

test('the same key gets the same order: at once, later, and from a process started after a crash', async () => {
  const skuId = await makeSku(db, merchant, { units: 1 })
  const person = await makePerson(db)
  const key = newKey()
  const answers = await Promise.all(Array.from({ length: 8 }, () => buy(person, [{ skuId }], 5000, { key })))
  expect(new Set(answers.map((order) => order.id)).size).toBe(1)
  expect(await buy(person, [{ skuId }], 5000, { key })).toEqual(answers[0])
  await redis.flushdb()
  expect(await buy(person, [{ skuId }], 5000, { key, at: commerce(db, redis) })).toEqual(answers[0])
  expect((await stockOf(db, skuId)).row).toMatchObject({ available: 0, reserved: 1 })
})

test('a key that was answered stands, though the order could not be placed any more', async () => {
  const skuId = await makeSku(db, merchant, { units: 5 })
  const saleId = await makeRunningSale(db, merchant, skuId, { priceMinor: 900 })
  const person = await makePerson(db)
  const key = newKey()
  const order = await buy(person, [{ skuId, saleId }], 900, { key })
  await shop.promotions.stop({ ...merchant, saleId }, merchant.ownerId)
  expect(await buy(person, [{ skuId, saleId }], 900, { key })).toEqual(order)
  await expect(buy(person, [{ skuId, saleId }], 900)).rejects.toMatchObject({ code: 'sale_not_running' })
})

test('a refusal stands under its key, and another body under it is refused', async () => {
  const skuId = await makeSku(db, merchant, { units: 5, livePriceMinor: 4000 })
  const person = await makePerson(db)
  const key = newKey()
  const wrong = buy(person, [{ skuId }], 5000, { key })
  await expect(wrong).rejects.toMatchObject({ code: 'price_changed', more: { extra: { totalMinor: 4000 } } })
  await db.sql`update shelf_items set live_price_minor = null where tenant_id = ${merchant.tenantId}
    and product_id = (select product_id from skus where id = ${skuId})`
  await expect(buy(person, [{ skuId }], 5000, { key })).rejects.toMatchObject({ code: 'price_changed' })
  await expect(buy(person, [{ skuId, quantity: 2 }], 10_000, { key })).rejects.toMatchObject({
    code: 'idempotency_key_reused',
  })
  const [none] = await db.sql`select count(*)::int as count from orders where person_id = ${person}`
  expect(none).toEqual({ count: 0 })
})

test("the gate's refusal stands when Redis has lost everything and there is stock again", async () => {
  const skuId = await makeSku(db, merchant, { units: 1 })
  const [ann, bo] = await makePeople(db, 2)
  const key = newKey()
  await buy(ann!, [{ skuId }], 5000)
  await expect(buy(bo!, [{ skuId }], 5000, { key })).rejects.toMatchObject({ code: 'sold_out' })
  await shop.stock.adjust({
    tenantId: merchant.tenantId,
    skuId,
    delta: 5,
    note: '',
    personId: merchant.ownerId,
  })
  await redis.flushdb()
  const after = commerce(db, redis)
  const answers = [1, 2].map(() => buy(bo!, [{ skuId }], 5000, { key, at: after }))
  expect(codes(await Promise.allSettled(answers))).toEqual(['sold_out', 'sold_out'])
  await expect(buy(bo!, [{ skuId, quantity: 2 }], 10_000, { key, at: after })).rejects.toMatchObject({
    code: 'idempotency_key_reused',
  })
  expect((await stockOf(db, skuId)).row).toMatchObject({ available: 5, reserved: 1 })
  await buy(bo!, [{ skuId }], 5000, { at: after })
})

test('refusals that are kept together: the first of a key is its answer, and another body is told so', async () => {
  const personId = await makePerson(db)
  const refused = (['a', 'b', 'a', 'c'] as const).map((key, n) => ({
    by: keyed(personId, 'POST /orders', key, n === 3 ? 'other' : 'one'),
    refusal: { code: 'sold_out', extra: { left: n } } as const,
  }))
  const other = { by: keyed(personId, 'POST /orders', 'c', 'one'), refusal: refused[0]!.refusal }
  const leftOf = (answers: KeptAnswer[]) =>
    answers.map(({ status, response }) => [status, (response as Refusal).extra?.left])
  expect(leftOf(await keepRefusals(db, refused))).toEqual([
    [409, 0],
    [409, 1],
    [409, 0],
    [409, 3],
  ])
  expect(leftOf(await keepRefusals(db, [other, refused[1]!]))).toEqual([
    [422, undefined],
    [409, 1],
  ])
})

test('a body is the same whatever the order of its members', () => {
  const body = {
    showId: merchant.showId,
    lines: [{ skuId: 'sku_1', quantity: 2, saleId: null }],
    address: ADDRESS,
    expectedTotalMinor: 100,
  }
  const turned = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turned)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, turned(inner)]),
          )
        : value
  const hashed = (given: unknown) =>
    keyed('per_1', 'POST /orders', 'key', placeOrder.body.parse(given)).requestHash
  expect(JSON.stringify(turned(body))).not.toBe(JSON.stringify(body))
  expect(hashed(turned(body))).toBe(hashed(body))
  expect(hashed({ ...body, expectedTotalMinor: 101 })).not.toBe(hashed(body))
})

test('several lines are bought together or not at all', async () => {
  const [plenty, scarce] = [
    await makeSku(db, merchant, { units: 50 }),
    await makeSku(db, merchant, { units: 7 }),
  ]
  const people = await makePeople(db, 12)
  const results = await Promise.allSettled(
    people.map((personId, i) => {
      const lines = [{ skuId: plenty, quantity: 2 }, { skuId: scarce }]
      return buy(personId, i % 2 ? lines : lines.reverse(), 15_000)
    }),
  )
  expect(codes(results)).toEqual(Array(5).fill('sold_out'))
  expect((await stockOf(db, plenty)).row).toMatchObject({ available: 36, reserved: 14 })
  expect((await stockOf(db, scarce)).row).toMatchObject({ available: 0, reserved: 7 })
})

test('a flash price counts only with its sale, and the amounts tell where it came from', async () => {
  const skuId = await makeSku(db, merchant, { units: 9, priceMinor: 8000, livePriceMinor: 7000 })
  const saleId = await makeRunningSale(db, merchant, skuId, {
    priceMinor: 3000,
    quantity: 4,
    perBuyerLimit: 2,
  })
  const person = await makePerson(db)
  await expect(buy(person, [{ skuId }], 3000)).rejects.toMatchObject({ code: 'price_changed' })
  const order = await buy(person, [{ skuId, saleId, quantity: 2 }, { skuId }], 13_000)
  expect(order.lines.map((line) => line.unitPriceMinor)).toEqual([3000, 7000])
  expect((await shop.orders.mine(person, order.id)).lines).toEqual(order.lines)
  const amounts = await db.sql`
    select type, rule, rule_version, amount_minor from order_adjustments where order_id = ${order.id} order by amount_minor`
  expect(amounts).toEqual([
    { type: 'flash_price', rule: saleId, rule_version: 1, amount_minor: -10_000 },
    { type: 'live_price', rule: merchant.showId, rule_version: 1, amount_minor: -1000 },
  ])
  const [sums] = await db.sql`
    select (select sum(unit_price_minor * quantity) from order_lines where order_id = ${order.id})
         + (select sum(amount_minor) from order_adjustments where order_id = ${order.id}) as total`
  expect(Number(sums!.total)).toBe(order.totalMinor)
  await expect(buy(person, [{ skuId, saleId }], 3000)).rejects.toMatchObject({ code: 'buyer_limit' })
})

test('guests buy what is not limited', async () => {
  const guest = await makePerson(db, 'guest')
  const [plain, limited] = [await makeSku(db, merchant), await makeSku(db, merchant, { perBuyerLimit: 5 })]
  const saleId = await makeRunningSale(db, merchant, plain)
  await buy(guest, [{ skuId: plain }], 5000, { guest: true })
  for (const ask of [{ skuId: limited }, { skuId: plain, saleId }]) {
    await expect(
      buy(guest, [ask], ask.skuId === limited ? 5000 : 1000, { guest: true }),
    ).rejects.toMatchObject({
      code: 'account_needed',
    })
  }
})

test('what is not on the shelf cannot be bought', async () => {
  const other = await makeMerchant(db)
  const foreign = await makeSku(db, other)
  const person = await makePerson(db)
  await expect(buy(person, [{ skuId: foreign }], 5000)).rejects.toMatchObject({ code: 'product_unavailable' })
})

test('one order that cannot be written does not take its batch with it', async () => {
  const skuId = await makeSku(db, merchant, { units: 3 })
  const person = await makePerson(db)
  const results = await Promise.allSettled([
    buy('per_nobody', [{ skuId }], 5000),
    buy(person, [{ skuId }], 5000),
  ])
  expect(results.map((one) => one.status)).toEqual(['rejected', 'fulfilled'])
})

test('after all of this, Redis agrees with Postgres once it is quiet', async () => {
  shop.outbox.start()
  await shop.outbox.idle()
  await expect.poll(() => shop.stock.reconcile()).toBe(0)
  const rows = await db.sql<{ sku_id: string; available: number }[]>`select sku_id, available from stock`
  for (const { sku_id, available } of rows) {
    const left = await redis.hget(`stock:{${sku_id}}`, 'left')
    if (left !== null) expect(Number(left)).toBe(available)
  }
})

test('the news of orders are told once each without waiting for a poll: of those placed together, and those in turn', async () => {
  await shop.outbox.close() // it polls, and would be the one to claim
  const quick = commerce(db, redis, { outbox: { pollMs: 60_000 } })
  const told: string[] = []
  quick.outbox.on('order.changed', ({ status }, row) => {
    told.push(`${status} ${row.attempts}`)
  })
  quick.outbox.start()
  await quick.outbox.idle()
  told.splice(0)
  const skuId = await makeSku(db, merchant, { units: 3 })
  const people = await makePeople(db, 5)
  await Promise.all(people.slice(0, 2).map((personId) => buy(personId, [{ skuId }], 5000, { at: quick })))
  await expect.poll(() => told).toEqual(['pending_payment 1', 'pending_payment 1'])
  const overAdmit = setInterval(() => redis.hset(`stock:{${skuId}}`, 'left', 100), 1)
  const rest = people.slice(2).map((personId) => buy(personId, [{ skuId }], 5000, { at: quick }))
  const results = await Promise.allSettled(rest)
  clearInterval(overAdmit)
  expect(codes(results)).toEqual(['sold_out', 'sold_out'])
  await expect.poll(() => told).toHaveLength(3)
})
