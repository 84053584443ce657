import { Registry } from 'prom-client'
import { afterAll, beforeEach, expect, test } from 'vitest'
import {
  makeMerchant,
  makePerson,
  makeRunningSale,
  makeSku,
  recordingRooms,
  testLimits,
} from '../../test/fixtures.ts'
import { silentLog, testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'
import { createOutbox } from '../kernel/outbox.ts'
import type { HoldRequest } from './index.ts'
import { createStock } from './index.ts'

const db = await testDb()
const redis = await testRedis()
const rooms = recordingRooms()
const limits = {
  ...testLimits,
  stock: { ...testLimits.stock, announceMs: 5 },
  orders: { ...testLimits.orders, holdMs: 400 },
}
const metrics = new Registry()
const outbox = createOutbox({ db, log: silentLog, limits: testLimits.outbox, metrics })
const stock = createStock({
  db,
  redis,
  rooms,
  outbox,
  log: silentLog,
  metrics,
  limits: limits as unknown as typeof testLimits,
})
const merchant = await makeMerchant(db)
const left = async (skuId: string) => Number(await redis.hget(`stock:{${skuId}}`, 'left'))

afterAll(async () => {
  await outbox.close()
  await stock.close()
})
beforeEach(() => {
  rooms.published.length = 0
})

const request = (skuId: string, over: Partial<HoldRequest> = {}): HoldRequest => ({
  holdId: newId('hld'),
  tenantId: merchant.tenantId,
  skuId,
  personId: 'per_1',
  quantity: 1,
  perBuyerLimit: null,
  sale: null,
  ...over,
})

test('of a rush on a flash SKU who is beyond the rate waits for the draw; other orders do not', async () => {
  const rushed = { ...limits.stock, admittedAtOnce: 2, admittedPerS: 10, drawMs: 400 }
  const own = createStock({
    ...{ db, redis, rooms, outbox, log: silentLog, metrics: new Registry() },
    limits: { ...limits, stock: rushed } as unknown as typeof testLimits,
  })
  const skuId = await makeSku(db, merchant, { units: 20 })
  const id = await makeRunningSale(db, merchant, skuId, { quantity: 10 })
  await own.admit([request(skuId, { personId: 'per_first' })]) // opens the gate, which takes its time
  const startedAt = performance.now()
  const takenMs = async (over: Partial<HoldRequest>) => {
    expect((await own.admit([request(skuId, over)])).refused).toBeNull()
    return performance.now() - startedAt
  }
  const rush = Array.from({ length: 5 }, (_, i) =>
    takenMs({ personId: `per_${i}`, sale: { id, perBuyerLimit: 1 } }),
  )
  const ordinary = takenMs({ personId: 'per_ordinary' })
  const sorted = (await Promise.all(rush)).toSorted((a, b) => a - b)
  expect(sorted.filter((ms) => ms >= rushed.drawMs)).toHaveLength(3)
  expect(await ordinary).toBeLessThan(sorted[2]!)
  await own.close()
})

test('a hold takes units, the same id takes them once, and a release gives them back', async () => {
  const skuId = await makeSku(db, merchant, { units: 3 })
  const one = request(skuId, { quantity: 2 })
  const first = await stock.admit([one])
  expect((await stock.admit([one])).refused).toBeNull()
  expect(await left(skuId)).toBe(1)
  if (first.refused) throw new Error('refused')
  await first.settle('release')
  await first.settle('release')
  expect(await left(skuId)).toBe(3)
})

test('a refusal says what is left, and asking again is asking anew', async () => {
  const skuId = await makeSku(db, merchant, { units: 1 })
  const late = request(skuId, { quantity: 2 })
  expect(await stock.admit([late])).toEqual({ refused: { code: 'sold_out', extra: { skuId, left: 1 } } })
  await stock.adjust({ tenantId: merchant.tenantId, skuId, delta: 5, note: '', personId: merchant.ownerId })
  stock.touched(merchant.tenantId, [skuId])
  await expect.poll(() => left(skuId)).toBe(6)
  expect((await stock.admit([late])).refused).toBeNull()
})

test('who takes a unit while another comes gets it or hears that there was none', async () => {
  const skuId = await makeSku(db, merchant, { units: 0 })
  const adjust = (delta: number) =>
    stock.adjust({ tenantId: merchant.tenantId, skuId, delta, note: '', personId: merchant.ownerId })
  const moves = await Promise.allSettled(Array.from({ length: 300 }, (_, n) => adjust(n % 2 === 0 ? -1 : 1)))
  const refused = moves.flatMap((move) => (move.status === 'rejected' ? [move.reason.code] : []))
  expect(refused.filter((code) => code !== 'stock_below_zero')).toEqual([])
  const { onHand } = (await stock.levels(merchant.tenantId, [skuId])).get(skuId)!
  expect(onHand).toBe(refused.length)
})

test('a buyer may hold up to the limit of the SKU and of the flash sale', async () => {
  const skuId = await makeSku(db, merchant, { units: 10, perBuyerLimit: 3 })
  const saleId = await makeRunningSale(db, merchant, skuId, { quantity: 5, perBuyerLimit: 1 })
  const sale = { id: saleId, perBuyerLimit: 1 }
  const ask = async (over: Partial<HoldRequest>) =>
    (await stock.admit([request(skuId, { perBuyerLimit: 3, ...over })])).refused
  expect(await ask({ sale })).toBeNull()
  expect(await ask({ sale })).toMatchObject({ code: 'buyer_limit', extra: { saleId, limit: 1, has: 1 } })
  expect(await ask({ quantity: 2 })).toBeNull()
  expect(await ask({})).toMatchObject({ code: 'buyer_limit', extra: { limit: 3, has: 3 } })
  expect(await ask({ personId: 'per_2' })).toBeNull()
})

test('a flash sale has a stock of its own', async () => {
  const skuId = await makeSku(db, merchant, { units: 10 })
  const saleId = await makeRunningSale(db, merchant, skuId, { quantity: 2 })
  const sale = { id: saleId, perBuyerLimit: 9 }
  expect((await stock.admit([request(skuId, { sale, quantity: 2 })])).refused).toBeNull()
  expect((await stock.admit([request(skuId, { sale })])).refused).toMatchObject({
    code: 'sold_out',
    extra: { saleId, left: 0 },
  })
  expect((await stock.admit([request(skuId)])).refused).toBeNull()
})

test('all lines or none', async () => {
  const plenty = await makeSku(db, merchant, { units: 5 })
  const none = await makeSku(db, merchant, { units: 0 })
  expect((await stock.admit([request(plenty), request(none)])).refused?.code).toBe('sold_out')
  expect(await left(plenty)).toBe(5)
})

test('a hold nobody ends gives its units back when its time is over', async () => {
  const skuId = await makeSku(db, merchant, { units: 1, perBuyerLimit: 1 })
  expect((await stock.admit([request(skuId, { perBuyerLimit: 1 })])).refused).toBeNull()
  expect((await stock.admit([request(skuId, { perBuyerLimit: 1 })])).refused?.code).toBe('sold_out')
  await new Promise((resolve) => setTimeout(resolve, 450))
  expect((await stock.admit([request(skuId, { perBuyerLimit: 1 })])).refused).toBeNull()
})

test('an emptied Redis and one with an old snapshot are loaded from Postgres again', async () => {
  const skuId = await makeSku(db, merchant, { units: 4 })
  await stock.admit([request(skuId)])
  await redis.flushdb()
  expect((await stock.admit([request(skuId)])).refused).toBeNull()
  expect(await left(skuId)).toBe(3)
  await redis.hset(`stock:{${skuId}}`, { epoch: 'the run before', left: 900 })
  expect((await stock.admit([request(skuId)])).refused).toBeNull()
  expect(await left(skuId)).toBe(3)
})

test('the reconciler repairs what differs, waits for open holds, and then leaves the SKU alone', async () => {
  const skuId = await makeSku(db, merchant, { units: 4 })
  const admission = await stock.admit([request(skuId)])
  await redis.hset(`stock:{${skuId}}`, 'left', 1)
  stock.touched(merchant.tenantId, [skuId])
  expect(await stock.reconcile()).toBeGreaterThan(0)
  expect(await left(skuId)).toBe(1)
  if (!admission.refused) await admission.settle('release')
  await stock.reconcile()
  expect(await left(skuId)).toBe(4)
  await expect.poll(() => stock.reconcile()).toBe(0)
})

test('every change reaches the rooms on air that show the SKU', async () => {
  const skuId = await makeSku(db, merchant, { units: 4 })
  await makeRunningSale(db, merchant, skuId, { quantity: 9 })
  outbox.start()
  const levels = await stock.adjust({
    tenantId: merchant.tenantId,
    skuId,
    delta: -1,
    note: 'broken',
    personId: merchant.ownerId,
  })
  expect(levels).toEqual({ onHand: 3, available: 3, reserved: 0, sold: 0 })
  await expect
    .poll(() => rooms.published)
    .toContainEqual({
      showId: merchant.showId,
      event: { t: 'stock', key: skuId, left: 3, sale: { id: expect.any(String), left: 3 } },
    })
})

test('stock is never taken below zero by hand', async () => {
  const skuId = await makeSku(db, merchant, { units: 2 })
  const personId = await makePerson(db)
  const adjust = (delta: number) =>
    stock.adjust({ tenantId: merchant.tenantId, skuId, delta, note: '', personId })
  await expect(adjust(-3)).rejects.toMatchObject({ code: 'stock_below_zero' })
  const results = await Promise.allSettled([adjust(-1), adjust(-1), adjust(-1)])
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(2)
})
