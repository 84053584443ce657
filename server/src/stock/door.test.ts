import { afterEach, expect, test } from 'vitest'
import { silentLog, testRedis } from '../../test/world.ts'
import { systemClock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Redis } from '../kernel/redis.ts'
import { createDoor, type DoorLimits } from './door.ts'

/** One rate and one draw for a SKU, whichever process a buyer came to. */

const redis = await testRedis()
const LIMITS: DoorLimits = {
  ...{ admittedPerS: 200, admittedAtOnce: 10, drawMs: 300, waitersMax: 1000 },
  ...{ tickMs: 5, turnsMax: 7, redisPauseMs: 200 },
}
const open: ReturnType<typeof createDoor>[] = []
afterEach(() => {
  for (const door of open.splice(0)) door.close()
})

function doors(count: number, over: Partial<DoorLimits> = {}, of: Redis = redis) {
  const made = Array.from({ length: count }, () =>
    createDoor({ redis: of, clock: systemClock, log: silentLog, limits: { ...LIMITS, ...over } }),
  )
  open.push(...made)
  const skuId = newId('sku')
  const startedAt = performance.now()
  const admitted: { name: string; at: number }[] = []
  const told: number[] = []
  const come = (name: string, nth: number) =>
    made[nth % count]!.enter(skuId, name, (ms) => void told.push(ms)).then(() => {
      admitted.push({ name, at: performance.now() - startedAt })
    })
  return { made, skuId, admitted, told, come, names: () => admitted.map(({ name }) => name) }
}
const buyers = (count: number) => Array.from({ length: count }, (_, i) => `per_${i}`)

test('under the rate nobody waits', async () => {
  const { made, come, admitted } = doors(2)
  for (const [i, name] of buyers(20).entries()) {
    await come(name, i)
    await new Promise((resolve) => setTimeout(resolve, 6))
  }
  expect(admitted).toHaveLength(20)
  expect(made.map(({ waiting }) => waiting)).toEqual([0, 0])
})

test('two processes together keep the rate, and draw once', async () => {
  const perS = 50 // slow enough that nobody is let in while all of them come
  const { made, skuId, come, admitted, names, told } = doors(2, { admittedPerS: perS })
  const all = buyers(130)
  const done = Promise.all(all.map(come))
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(names()).toHaveLength(LIMITS.admittedAtOnce)
  expect(await made[0]!.waitingFor(skuId)).toBe(120)
  expect(made[0]!.waiting + made[1]!.waiting).toBe(120)
  await done
  expect(names().toSorted()).toEqual(all.toSorted())
  const drawn = admitted.slice(10)
  // 10 when the draw is over, and then one at a time: a busy machine makes it slower, and nothing makes it faster.
  for (const [place, { at }] of drawn.entries()) {
    expect(at).toBeGreaterThanOrEqual(LIMITS.drawMs + (Math.max(0, place - 9) * 1000) / perS - 15)
  }
  // Who came first is not admitted first, and one process does not go before the other.
  const order = drawn.map(({ name }) => Number(name.slice(4)))
  expect(order).not.toEqual(order.toSorted((a, b) => a - b))
  const early = order.slice(0, 60).filter((n) => n % 2 === 0).length
  expect(early).toBeGreaterThan(12)
  expect(early).toBeLessThan(48)
  expect(Math.max(...told)).toBeLessThanOrEqual((110 * 1000) / perS) // the last of 120, 10 of whom go at once
  expect(told.filter((ms) => ms > 0).length).toBeGreaterThan(100)
})

test('who comes after the draw has the last places, and the next rush has a draw of its own', async () => {
  const { skuId, come } = doors(2)
  const first = Promise.all(buyers(60).map(come))
  await new Promise((resolve) => setTimeout(resolve, 320))
  const late = Promise.all(['late_0', 'late_1', 'late_2', 'late_3'].map(come))
  await new Promise((resolve) => setTimeout(resolve, 20))
  const line = await redis.zrange(`draw:{${skuId}}:lots`, '50', '-1')
  expect(line.toSorted()).toEqual(['late_0', 'late_1', 'late_2', 'late_3'])
  await Promise.all([first, late])
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: 40 }, (_, i) => come(`again_${i}`, i)))
  expect(performance.now() - startedAt).toBeGreaterThan(LIMITS.drawMs)
})

test('a person has one lot, in whichever processes they ask', async () => {
  const { made, skuId, come } = doors(3, { admittedPerS: 2 }) // nobody is let in while all of them come
  const crowd = Promise.all(buyers(10).map(come))
  await crowd
  const asks = Promise.all([0, 1, 2].map((nth) => come('twice', nth)))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await made[0]!.waitingFor(skuId)).toBe(1)
  await asks
})

test('past `waitersMax`, of all processes together, a buyer is told to come again', async () => {
  const { come } = doors(2, { waitersMax: 6, admittedPerS: 4 })
  const results = await Promise.allSettled(buyers(20).map(come))
  const refused = results.filter((one) => one.status === 'rejected')
  expect(refused).toHaveLength(4)
  for (const { reason } of refused as PromiseRejectedResult[]) {
    expect(reason).toMatchObject({ code: 'too_many_requests' })
  }
})

test('with Redis away each process draws for itself; who was in a draw that Redis lost is drawn there', async () => {
  const broken = { is: false }
  const flaky = new Proxy(redis, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (!broken.is) return value.bind(target)
      return async () => {
        throw new Error('Command timed out')
      }
    },
  }) as Redis
  const { made, skuId, come, names } = doors(2, {}, flaky)
  const before = Promise.all(buyers(30).map(come))
  await new Promise((resolve) => setTimeout(resolve, 50))
  broken.is = true
  await before
  expect(names()).toHaveLength(30)
  await Promise.all(Array.from({ length: 30 }, (_, i) => come(`away_${i}`, i)))
  expect(names()).toHaveLength(60)
  broken.is = false
  await new Promise((resolve) => setTimeout(resolve, LIMITS.redisPauseMs))
  const lost = Promise.all(Array.from({ length: 30 }, (_, i) => come(`lost_${i}`, i)))
  await new Promise((resolve) => setTimeout(resolve, 50))
  await redis.del(`draw:{${skuId}}`, `draw:{${skuId}}:lots`)
  await lost
  expect(names()).toHaveLength(90)
  expect(made.map(({ waiting }) => waiting)).toEqual([0, 0])
})

test('a process that goes away tells who waits to ask again', async () => {
  const { made, come } = doors(1)
  const results = Promise.allSettled(buyers(13).map(come))
  await new Promise((resolve) => setTimeout(resolve, 50))
  made[0]!.close()
  const refused = (await results).filter((one) => one.status === 'rejected')
  expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(Array(3).fill('unavailable'))
})
