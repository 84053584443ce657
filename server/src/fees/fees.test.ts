import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce } from '../../test/commerce.ts'
import { type Merchant, makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'

const db = await testDb()
const shop = commerce(db, await testRedis(), { orders: { unpaidPerPersonMax: 1000 } })
const { fees } = shop
const operator = await makePerson(db)

async function hosted(merchant: Merchant, lead = true): Promise<string> {
  const host = await makePerson(db)
  await db.sql`insert into memberships (tenant_id, person_id, role) values (${merchant.tenantId}, ${host}, 'host')`
  await db.sql`
    insert into show_hosts (tenant_id, show_id, person_id, lead) values (${merchant.tenantId}, ${merchant.showId}, ${host}, ${lead})`
  return host
}

/** A paid order of so many units at a price. */
async function paid(merchant: Merchant, quantity: number, priceMinor: number) {
  const skuId = await makeSku(db, merchant, { units: 100, priceMinor })
  const personId = await makePerson(db)
  const totalMinor = quantity * priceMinor
  const order = await shop.orders.place(
    actorOf(personId),
    {
      showId: merchant.showId,
      lines: [{ skuId, quantity, saleId: null }],
      address: ADDRESS,
      expectedTotalMinor: totalMinor,
      visit: {},
    },
    newId('log'),
  )
  const { id } = await shop.payments.payOrder(personId, order.id, 'sandbox', newId('log'))
  const event = { id: newId('log'), kind: 'captured', paymentId: id, transactionId: newId('log') }
  const money = { providerRef: `sbx_${id}`, amountMinor: totalMinor, currency: 'CNY' }
  await db.sql`select apply_payment_event('sandbox', ${db.sql.json({ ...event, ...money })}, now())`
  const work = { tenantId: merchant.tenantId, orderId: order.id, personId: merchant.ownerId }
  return { work, lineId: order.lines[0]!.id, totalMinor }
}
const payeesOf = async (work: { tenantId: string; orderId: string }) =>
  (await shop.orders.work.worked(work.tenantId, work.orderId)).payees
const partsOf = async (work: { tenantId: string; orderId: string }) =>
  (await payeesOf(work)).map(({ kind, amountMinor }) => `${kind} ${amountMinor}`)
const balance = (
  ownerKind: 'tenant' | 'person' | 'platform',
  ownerId: string,
  kind: 'sales' | 'commission' | 'fees',
) => shop.ledger.balance({ ownerKind, ownerId, kind, currency: 'CNY' })

test('each change is a version that leaves the other shares as they were, and counts from the next order on', async () => {
  const merchant = await makeMerchant(db)
  const { tenantId } = merchant
  expect(await fees.current(tenantId)).toMatchObject({ version: 0, platformBps: 0, hostBps: 0 })
  const host = await hosted(merchant)
  const before = await paid(merchant, 1, 10_000)
  await fees.put(tenantId, { platformBps: 250 }, operator)
  await fees.put(tenantId, { hostBps: 1000, tipHostBps: 5000 }, merchant.ownerId)
  const after = await paid(merchant, 1, 9999)
  expect(await fees.current(tenantId)).toEqual({
    version: 2,
    platformBps: 250,
    hostBps: 1000,
    tipHostBps: 5000,
  })
  expect(await partsOf(before.work)).toEqual(['merchant 10000'])
  expect(await partsOf(after.work)).toEqual(['merchant 8751', 'host 999', 'platform 249'])
  expect(await balance('tenant', tenantId, 'sales')).toBe(18_751)
  expect(await balance('person', host, 'commission')).toBe(999)
  const changes = await Promise.allSettled(
    Array.from({ length: 5 }, (_, n) => fees.put(tenantId, { platformBps: n }, operator)),
  )
  for (const one of changes)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'unavailable' })
  await expect(fees.put('ten_none', { platformBps: 1 }, operator)).rejects.toMatchObject({
    code: 'not_found',
  })
})

test("the host is who leads the show, or its only one; nobody's share is the merchant's", async () => {
  const merchant = await makeMerchant(db)
  await fees.put(merchant.tenantId, { hostBps: 1000 }, merchant.ownerId)
  expect(await partsOf((await paid(merchant, 1, 100)).work)).toEqual(['merchant 100'])
  const only = await hosted(merchant, false)
  expect(await fees.terms(merchant.tenantId, merchant.showId)).toMatchObject({ hostId: only })
  const lead = await hosted(merchant)
  expect(await fees.terms(merchant.tenantId, merchant.showId)).toMatchObject({ hostId: lead })
  await db.sql`update show_hosts set lead = false where person_id = ${lead}`
  expect(await fees.terms(merchant.tenantId, merchant.showId)).toMatchObject({ hostId: null })
})

test('delivery is the merchant’s: shares are of the items', async () => {
  const merchant = await makeMerchant(db)
  await fees.put(merchant.tenantId, { platformBps: 1000 }, operator)
  const terms = { feeMinor: 900, freeFromMinor: null }
  await shop.shipping.put(merchant.tenantId, { elsewhere: terms, zones: [] }, merchant.ownerId)
  const skuId = await makeSku(db, merchant, { priceMinor: 1000 })
  const body = { showId: merchant.showId, lines: [{ skuId, quantity: 1, saleId: null }], address: ADDRESS }
  const buyer = actorOf(await makePerson(db))
  const order = await shop.orders.place(buyer, { ...body, expectedTotalMinor: 1900, visit: {} }, newId('log'))
  expect(await partsOf({ tenantId: merchant.tenantId, orderId: order.id })).toEqual([
    'merchant 1800',
    'platform 100',
  ])
})

test('after any sequence of refunds in parts, some of them refused, the shares come to what is left', async () => {
  const bps = fc.integer({ min: 0, max: 5000 })
  const step = fc.record({ units: fc.integer({ min: 1, max: 3 }), refused: fc.boolean() })
  const shapes = fc.record({
    ...{ platformBps: bps, hostBps: bps, priceMinor: fc.integer({ min: 1, max: 333 }) },
    ...{ quantity: fc.integer({ min: 1, max: 9 }), steps: fc.array(step, { maxLength: 12 }) },
  })
  await fc.assert(
    fc.asyncProperty(shapes, async ({ platformBps, hostBps, priceMinor, quantity, steps }) => {
      const merchant = await makeMerchant(db)
      const host = await hosted(merchant)
      await fees.put(merchant.tenantId, { platformBps, hostBps }, operator)
      const platformBefore = await balance('platform', 'shelfcast', 'fees')
      const { work, lineId, totalMinor } = await paid(merchant, quantity, priceMinor)
      let left = quantity
      const look = async () => {
        const payees = await payeesOf(work)
        const leftOf = (kind: string) => payees.find((one) => one.kind === kind)?.leftMinor ?? 0
        expect(payees.reduce((sum, one) => sum + one.amountMinor, 0)).toBe(totalMinor)
        expect(payees.reduce((sum, one) => sum + one.leftMinor, 0)).toBe(left * priceMinor)
        for (const one of payees) expect(one.leftMinor).toBeGreaterThanOrEqual(0)
        expect(await balance('tenant', merchant.tenantId, 'sales')).toBe(leftOf('merchant'))
        expect(await balance('person', host, 'commission')).toBe(leftOf('host'))
        expect((await balance('platform', 'shelfcast', 'fees')) - platformBefore).toBe(leftOf('platform'))
      }
      for (const { units, refused } of [...steps, { units: quantity, refused: false }]) {
        const some = Math.min(units, left)
        if (some === 0) break
        const lines = [{ lineId, quantity: some }]
        await shop.orders.work.refund(work, { lines, restock: false, reason: 'why' }, newId('log'))
        const [row] = await db.sql<{ id: string }[]>`
          select id from refunds where order_id = ${work.orderId} and status = 'requested'`
        if (refused) await db.sql`select fail_refund(${row!.id}, 'no', now())`
        else {
          await db.sql`select complete_refund(${row!.id}, ${row!.id})`
          left -= some
        }
        await look()
      }
      expect([...(await shop.ledger.trialBalance()).values()].every((sum) => sum === 0)).toBe(true)
    }),
    { numRuns: 25 },
  )
}, 120_000)
