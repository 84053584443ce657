import { expect, test, vi } from 'vitest'
import { ADDRESS, actorOf, commerce, servedCommerce } from '../../test/commerce.ts'
import { fakeSandbox } from '../../test/fakes/sandbox.ts'
import { makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'
import type { PaymentProvider, StatementLine } from './provider.ts'

const db = await testDb()
const redis = await testRedis()
const { provider } = await fakeSandbox(db)
const merchant = await makeMerchant(db)
const HOUR = 3600_000
const DAY = 24 * HOUR

const shopWith = (over: Parameters<typeof commerce>[2], changed: Partial<PaymentProvider>) =>
  commerce(db, redis, over, { providers: [{ ...provider, ...changed }] })

async function ordered(shop: ReturnType<typeof commerce>) {
  const skuId = await makeSku(db, merchant)
  const personId = await makePerson(db)
  const lines = [{ skuId, quantity: 1, saleId: null }]
  const asked = { showId: merchant.showId, lines, address: ADDRESS, expectedTotalMinor: 5000, visit: {} }
  const order = await shop.orders.place(actorOf(personId), asked, newId('log'))
  return () => shop.payments.payOrder(personId, order.id, 'sandbox', newId('log'))
}

test('webhookBytesMax: a notification that is larger is not read', async () => {
  const shop = await servedCommerce(db, redis, { payments: { webhookBytesMax: 100 } })
  const post = (bytes: number) =>
    fetch(`${shop.publicUrl}/api/v1/payments/webhooks/sandbox`, { method: 'POST', body: 'x'.repeat(bytes) })
  expect((await post(100)).status).toBe(401) // read, and not signed
  expect((await post(101)).status).toBe(413)
})

test('providerMsMax: a provider that does not answer is waited for so long', async () => {
  const shop = shopWith(
    { payments: { providerMsMax: 60 } },
    { start: () => new Promise(() => {}), query: () => new Promise(() => {}) },
  )
  const startedAt = performance.now()
  await expect((await ordered(shop))()).rejects.toMatchObject({ code: 'unavailable' })
  expect(performance.now() - startedAt).toBeLessThan(2000)
})

test('queryUntilMs: a payment that stayed open is asked after for so long', async () => {
  const query = vi.fn(provider.query)
  const shop = shopWith({ payments: { queryAfterMs: 0, queryUntilMs: HOUR } }, { query })
  await db.sql`update payments set status = 'failed' where status = 'pending'` // of other tests
  await (await ordered(shop))()
  shop.time.offsetMs = HOUR - 10_000
  await shop.payments.askAgain()
  expect(query).toHaveBeenCalledTimes(1)
  shop.time.offsetMs = HOUR + 10_000
  await shop.payments.askAgain()
  expect(query).toHaveBeenCalledTimes(1)
})

test('statementDaysMax: of a provider that was away for long, so many days are fetched', async () => {
  const asked: string[] = []
  const of = async (day: string): Promise<StatementLine[]> => {
    asked.push(day)
    return []
  }
  const shop = shopWith({ payments: { statementDaysMax: 3 } }, { statements: { aheadMs: 0, of } })
  await shop.payments.reconciliation.run()
  expect(asked).toHaveLength(1) // of a new one yesterday's alone
  shop.time.offsetMs = 10 * DAY
  await shop.payments.reconciliation.run()
  expect(asked).toHaveLength(1 + 3)
})

test('statementMsMax: a statement that does not come holds up nothing for longer', async () => {
  const name = 'silent'
  const statements = { aheadMs: 0, of: () => new Promise<null>(() => {}) }
  const shop = shopWith({ payments: { statementMsMax: 50 } }, { name, statements })
  const startedAt = performance.now()
  await shop.payments.reconciliation.run()
  expect(performance.now() - startedAt).toBeLessThan(2000)
  expect(await db.sql`select 1 from provider_statements where provider = ${name}`).toHaveLength(0)
})

test.each([
  ['startedPerPersonPer10SMax', (n: number) => ({ by: 'ann', on: `phone-${n}`, from: `house-${n}` })],
  ['startedPerDevicePer10SMax', (n: number) => ({ by: `per-${n}`, on: 'phone', from: `house-${n}` })],
  ['startedPerAddressPer10SMax', (n: number) => ({ by: `per-${n}`, on: `phone-${n}`, from: 'house' })],
] as const)('%s: so many tries, and no more', async (limit, caller) => {
  await redis.flushdb()
  const { payments } = commerce(db, redis, { payments: { [limit]: 3 } })
  const tries = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((n) => {
      const { by, on, from } = caller(n)
      return payments.attempt({ ...actorOf(by), device: on }, from)
    }),
  )
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
})
