import { Registry } from 'prom-client'
import { afterAll, expect, test } from 'vitest'
import { makeMerchant, makeSku, recordingRooms, testLimits } from '../../test/fixtures.ts'
import { silentLog, testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'
import { createOutbox } from '../kernel/outbox.ts'
import type { Redis } from '../kernel/redis.ts'
import { createStock } from './index.ts'

/** What an operator is told of the gate, and the slow sweep. Two processes share the stores. */

const db = await testDb()
const redis = await testRedis()
const outbox = createOutbox({ db, log: silentLog, limits: testLimits.outbox, metrics: new Registry() })
const limits = {
  ...testLimits,
  stock: { ...testLimits.stock, sweepSkusMax: 2, repairsShownMax: 3, redisPauseMs: 100 },
} as unknown as typeof testLimits

function node(of: Redis = redis) {
  const metrics = new Registry()
  const rooms = recordingRooms()
  const stock = createStock({ db, redis: of, rooms, outbox, log: silentLog, metrics, limits })
  afterAll(() => stock.close())
  const value = async (name: string, labels: Record<string, string> = {}) => {
    const { values } = (await metrics.getSingleMetric(name)?.get()) ?? { values: [] }
    const found = values.find((one) => Object.entries(labels).every(([k, v]) => one.labels[k] === v))
    return found?.value ?? 0
  }
  return { stock, value }
}
afterAll(() => outbox.close())

const merchant = await makeMerchant(db)
const holdOf = (skuId: string) => ({
  ...{ holdId: newId('hld'), tenantId: merchant.tenantId, skuId, personId: 'per_1', quantity: 1 },
  ...{ perBuyerLimit: null, sale: null },
})

test('the sweep finds a SKU that nobody here touched, and every process adds to the report', async () => {
  const skuIds = [await makeSku(db, merchant), await makeSku(db, merchant), await makeSku(db, merchant)]
  const [here, there] = [node(), node()]
  for (const skuId of skuIds.slice(0, 2)) {
    const admission = await there.stock.admit([holdOf(skuId)])
    if (admission.refused) throw new Error('refused')
    await admission.settle('release')
  }
  const lost = skuIds[1]!
  await redis.hset(`stock:{${lost}}`, 'left', 3) // as by a process that died between Redis and Postgres
  let compared = 0
  for (let turn = 0; turn < 4; turn++) compared += await here.stock.sweep()
  expect(compared).toBeGreaterThanOrEqual(2)
  expect(Number(await redis.hget(`stock:{${lost}}`, 'left'))).toBe(10)
  expect(await redis.exists(`stock:{${skuIds[2]}}`)).toBe(0) // what is not loaded stays so
  expect(await here.value('shelfcast_stock_repairs_total', { kind: 'repaired' })).toBe(1)
  expect(await there.value('shelfcast_stock_repairs_total', { kind: 'loaded' })).toBe(2)

  await Promise.all([here.stock.tellGate(), there.stock.tellGate()])
  const report = await here.stock.gateReport()
  expect(report).toMatchObject({ loaded: 2, repaired: 1 })
  expect(report.gates).toHaveLength(2)
  for (const gate of report.gates) {
    expect(gate).toMatchObject({ open: true, epochChanges: 0, timesAway: 0 })
    expect(gate.epochSince).toBeGreaterThan(Date.now() - 60_000)
  }
  expect(report.last.map(({ skuId, kind, times }) => [skuId, kind, times])).toContainEqual([
    lost,
    'repaired',
    1,
  ])
  await redis.hset(`stock:{${lost}}`, 'left', 4)
  for (let turn = 0; turn < 3; turn++) await there.stock.sweep()
  await there.stock.tellGate()
  expect(await here.stock.gateReport()).toMatchObject({ repaired: 2 })
})

test('a Redis that is away closes the gate once for a rush, and another one counts as an epoch', async () => {
  const skuId = await makeSku(db, merchant)
  const broken = { is: false, runId: 'one' }
  const listeners: (() => void)[] = []
  const flaky = new Proxy(redis, {
    get(target, name) {
      if (name === 'info') return async () => `run_id:${broken.runId}`
      if (name === 'on') return (_: string, listener: () => void) => listeners.push(listener)
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (!broken.is) return value.bind(target)
      return async () => {
        throw new Error('Command timed out')
      }
    },
  }) as Redis
  const { stock, value } = node(flaky)
  expect((await stock.admit([holdOf(skuId)])).refused).toBeNull()
  expect(await value('shelfcast_stock_gate_open')).toBe(1)
  broken.is = true
  await Promise.all([1, 2, 3].map(() => stock.admit([holdOf(skuId)])))
  expect(await value('shelfcast_stock_gate_open')).toBe(0)
  expect(await value('shelfcast_stock_redis_away_total')).toBe(1)
  await stock.tellGate()
  expect((await stock.gateReport()).gates).toContainEqual(
    expect.objectContaining({ open: false, timesAway: 1, epochChanges: 0 }),
  )
  Object.assign(broken, { is: false, runId: 'two' })
  for (const listener of listeners) listener()
  await expect.poll(() => value('shelfcast_stock_gate_open')).toBe(1) // redisPauseMs is over
  expect((await stock.admit([holdOf(skuId)])).refused).toBeNull()
  expect(await value('shelfcast_stock_epochs_total')).toBe(1)
  expect(await value('shelfcast_stock_repairs_total', { kind: 'loaded' })).toBe(2)
})

test('a process that was not heard for a while is no gate in the report, and is forgotten later', async () => {
  const { stock } = node()
  await db.sql`
    insert into stock_gates (node, open, epoch_changes, times_away, seen_at)
    values ('quiet', false, 0, 0, now() - interval '1 minute'), ('dead', false, 0, 0, now() - interval '2 days')`
  await stock.tellGate()
  expect((await stock.gateReport()).gates.map(({ node }) => node)).not.toContain('quiet')
  expect(await db.sql`select node from stock_gates where node in ('quiet', 'dead')`).toEqual([
    { node: 'quiet' },
  ])
})
