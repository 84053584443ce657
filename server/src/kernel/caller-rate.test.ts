import { expect, test } from 'vitest'
import { actorOf } from '../../test/commerce.ts'
import { testRedis } from '../../test/world.ts'
import { createCallerRate } from './caller-rate.ts'

const redis = await testRedis()
const MAX = { perPerson: 3, perDevice: 4, perAddress: 10 }

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

test('what is limited apart is counted apart', async () => {
  const ann = () => ({ by: 'ann', on: 'phone', from: 'house' })
  expect([await passed('d', 5, ann), await passed('e', 5, ann)]).toEqual([MAX.perPerson, MAX.perPerson])
})
