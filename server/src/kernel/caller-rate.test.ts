import { expect, test } from 'vitest'
import { actorOf } from '../../test/commerce.ts'
import { testRedis } from '../../test/world.ts'
import { createCallerRate } from './caller-rate.ts'
import type { Fault } from './errors.ts'
import type { Redis } from './redis.ts'

const redis = await testRedis()
const MAX = { perPerson: 3, perDevice: 5, perAddress: 10, redisPauseMs: 300 }

/** How many of `tries` attempts are let through. */
async function passed(
  name: string,
  tries: number,
  who: (n: number) => { by: string; on: string; from: string },
) {
  const attempt = createCallerRate(redis, name, MAX)
  const results = await Promise.allSettled(
    Array.from({ length: tries }, (_, n) => {
      const { by, on, from } = who(n)
      return attempt({ ...actorOf(by), device: on }, from)
    }),
  )
  for (const one of results) {
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'too_many_requests' })
  }
  return results.filter((one) => one.status === 'fulfilled').length
}

test('one account has its limit, on however many devices and addresses', async () => {
  expect(await passed('a', 9, (n) => ({ by: 'ann', on: `device-${n}`, from: `address-${n}` }))).toBe(
    MAX.perPerson,
  )
})

test('one device has its limit, with however many accounts', async () => {
  expect(await passed('b', 9, (n) => ({ by: `person-${n}`, on: 'phone', from: `address-${n}` }))).toBe(
    MAX.perDevice,
  )
})

test('many devices behind one address are refused by the address alone', async () => {
  const house = (n: number) => ({ by: `person-${n}`, on: `device-${n}`, from: 'house' })
  expect(await passed('c', MAX.perAddress, house)).toBe(MAX.perAddress)
  expect(await passed('c', 5, house)).toBe(0)
})

test('who is refused is told how long to wait, and may come again after it', async () => {
  const attempt = createCallerRate(redis, 'w', MAX)
  const bob = { ...actorOf('bob'), device: 'phone' }
  for (let n = 0; n < MAX.perPerson; n++) await attempt(bob, 'house')
  const refusal = await attempt(bob, 'house').catch((error: Fault) => error)
  expect((refusal as Fault).more.retryAfterMs).toBeGreaterThan(9000)
  await redis.pexpire(`rate:w:${bob.personId}`, 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  await attempt({ ...bob, device: 'another' }, 'house')
})

/** Answers nothing within the time of a command, and counts how often it was asked. */
function stalledRedis() {
  let asked = 0
  const evalsha = async () => {
    asked++
    await new Promise((resolve) => setTimeout(resolve, 50))
    throw new Error('Command timed out')
  }
  return { stalled: { status: 'ready', evalsha } as unknown as Redis, asked: () => asked }
}

test('a Redis that stalls is asked once, and not again for the pause; meanwhile the limits hold in the process', async () => {
  const { stalled, asked } = stalledRedis()
  const attempt = createCallerRate(stalled, 's', MAX)
  const cat = actorOf('cat')
  await attempt(cat, 'house')
  const startedAt = performance.now()
  await attempt(cat, 'house')
  await attempt(cat, 'house')
  await expect(attempt(cat, 'house')).rejects.toMatchObject({ code: 'too_many_requests' })
  expect(performance.now() - startedAt).toBeLessThan(40)
  expect(asked()).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, MAX.redisPauseMs))
  await attempt(actorOf('dan'), 'house')
  expect(asked()).toBe(2)
})

test('who waited behind others for a Redis that stalls does not wait for it again', async () => {
  const { stalled, asked } = stalledRedis()
  const attempt = createCallerRate(stalled, 'b', MAX)
  const first = attempt(actorOf('fay'), 'house')
  await expect.poll(asked, { interval: 1 }).toBe(1)
  await Promise.all([first, attempt(actorOf('gus'), 'house')])
  expect(asked()).toBe(1)
})

test('a Redis that is not there is not asked', async () => {
  const away = { status: 'reconnecting' } as unknown as Redis
  await createCallerRate(away, 'x', MAX)(actorOf('eve'), 'house')
})

test('what is limited apart is counted apart', async () => {
  const ann = () => ({ by: 'ann', on: 'phone', from: 'house' })
  expect([await passed('d', 5, ann), await passed('e', 5, ann)]).toEqual([MAX.perPerson, MAX.perPerson])
})
