import { expect, test } from 'vitest'
import { commerce } from '../../test/commerce.ts'
import { makeMerchant, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'

const db = await testDb()
const redis = await testRedis()
const { stock } = commerce(db, redis, {
  stock: { sweptPerHoldMax: 2, unitsMax: 50 },
  orders: { holdMs: 20 },
})
const merchant = await makeMerchant(db)

test('sweptPerHoldMax: a hold ends so many expired ones at most, and the next ends more', async () => {
  const skuId = await makeSku(db, merchant, { units: 10 })
  const hold = () =>
    stock.admit([
      {
        ...{ holdId: newId('hld'), tenantId: merchant.tenantId, skuId, personId: 'per_1', quantity: 1 },
        ...{ perBuyerLimit: null, sale: null },
      },
    ])
  for (let n = 0; n < 5; n++) await hold()
  await new Promise((resolve) => setTimeout(resolve, 40))
  const left = async () => Number(await redis.hget(`stock:{${skuId}}`, 'left'))
  expect(await left()).toBe(5)
  await hold()
  expect(await left()).toBe(5 + 2 - 1)
  await hold()
  expect(await left()).toBe(6 + 2 - 1)
  await hold() // the last of the five; the three since are young, or expired by now and within the bound
  expect(await left()).toBeGreaterThanOrEqual(7 + 1 - 1)
})

test('unitsMax: a SKU holds so many units at most', async () => {
  const skuId = await makeSku(db, merchant, { units: 40 })
  const adjust = (delta: number) =>
    stock.adjust({ tenantId: merchant.tenantId, skuId, delta, note: '', personId: merchant.ownerId })
  expect(await adjust(10)).toMatchObject({ onHand: 50 })
  await expect(adjust(1)).rejects.toMatchObject({
    code: 'invalid_input',
    more: { issues: [{ path: 'delta', message: 'a SKU holds at most 50 units' }] },
  })
})
