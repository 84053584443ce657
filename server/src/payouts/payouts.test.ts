import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce } from '../../test/commerce.ts'
import { type Merchant, makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'
import { createPayouts } from './index.ts'

const db = await testDb()
const shop = commerce(db, await testRedis(), {
  orders: { placedPerPersonPer10SMax: 1000, unpaidPerPersonMax: 1000 },
})
const limits = { ...shop.limits.payouts, exportEntriesMax: 2 }
const payouts = createPayouts({ db, clock: shop.clock, limits })
const operator = await makePerson(db)
const PRICE_MINOR = 5000

/** An order of `merchant` that is paid. */
async function paid(merchant: Merchant, skuId: string) {
  const personId = await makePerson(db)
  const lines = [{ skuId, quantity: 1, saleId: null }]
  const body = {
    showId: merchant.showId,
    lines,
    address: ADDRESS,
    expectedTotalMinor: PRICE_MINOR,
    visit: {},
  }
  const order = await shop.orders.place(actorOf(personId), body, newId('log'))
  const { id } = await shop.payments.payOrder(personId, order.id, 'sandbox', newId('log'))
  const event = {
    ...{
      id: newId('log'),
      kind: 'captured',
      paymentId: id,
      transactionId: newId('log'),
      providerRef: `sbx_${id}`,
    },
    ...{ amountMinor: PRICE_MINOR, currency: 'CNY' },
  }
  await db.sql`select apply_payment_event('sandbox', ${JSON.stringify(event)}::text::jsonb, now())`
  return order.id
}

async function opened() {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 1000, priceMinor: PRICE_MINOR })
  const { tenantId, ownerId } = merchant
  return {
    ...merchant,
    sell: () => paid(merchant, skuId),
    refund: (orderId: string) =>
      shop.orders.work.refund(
        { tenantId, orderId, personId: ownerId },
        { lines: null, restock: false, reason: 'why' },
        newId('log'),
      ),
    /** The holding period of all orders so far is over. */
    wait: () =>
      db.sql`update orders set paid_at = now() - ${limits.holdMs + 1000} * interval '1 ms' where tenant_id = ${tenantId} and paid_at is not null`,
    ask: (amountMinor: number, key = newId('log')) =>
      payouts.requestForTenant(tenantId, ownerId, { amountMinor }, key),
    balance: () => payouts.balance(tenantId),
  }
}

const tooMuch = { code: 'payout_too_large' }

test('random sales, refunds, askings and payments: never more is paid out than is available', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: 'sell' as const }) },
    fc.constant({ kind: 'wait' as const }),
    fc.record({ kind: fc.constant('refund' as const), nth: fc.nat(20) }),
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('ask' as const), share: fc.integer({ min: 1, max: 150 }) }),
    },
    fc.record({
      kind: fc.constant('close' as const),
      as: fc.constantFrom('paid' as const, 'refused' as const),
    }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const shopOf = await opened()
      const orders: { id: string; held: boolean }[] = []
      const open: { id: string; amountMinor: number }[] = []
      let [sales, requested, paidOut] = [0, 0, 0]
      for (const one of steps) {
        const held = orders.filter((order) => order.held).length * PRICE_MINOR
        const available = sales - held
        switch (one.kind) {
          case 'sell':
            orders.push({ id: await shopOf.sell(), held: true })
            sales += PRICE_MINOR
            break
          case 'wait':
            await shopOf.wait()
            for (const order of orders) order.held = false
            break
          case 'refund': {
            const [order] = orders.splice(one.nth % Math.max(1, orders.length), 1)
            if (!order) break
            await shopOf.refund(order.id)
            sales -= PRICE_MINOR
            break
          }
          case 'ask': {
            const amountMinor = Math.max(1, Math.floor((Math.max(0, available) * one.share) / 100))
            if (amountMinor > available) {
              await expect(shopOf.ask(amountMinor)).rejects.toMatchObject(tooMuch)
              break
            }
            open.push(await shopOf.ask(amountMinor))
            sales -= amountMinor
            requested += amountMinor
            break
          }
          case 'close': {
            const payout = open.pop()
            if (!payout) break
            await payouts.close(payout.id, operator, one.as, 'BANK-1')
            requested -= payout.amountMinor
            if (one.as === 'paid') paidOut += payout.amountMinor
            else sales += payout.amountMinor
          }
        }
        const heldNow = orders.filter((order) => order.held).length * PRICE_MINOR
        expect(await shopOf.balance()).toMatchObject({
          availableMinor: sales - heldNow,
          heldMinor: heldNow,
          requestedMinor: requested,
          paidOutMinor: paidOut,
        })
      }
      expect([...(await shop.ledger.trialBalance()).values()].every((sum) => sum === 0)).toBe(true)
    }),
    { numRuns: 15 },
  )
})

test('asked for at once, no more goes than is there; the same key is the same payout', async () => {
  const { sell, wait, ask, balance } = await opened()
  for (let n = 0; n < 3; n++) await sell()
  await expect(ask(1)).rejects.toMatchObject(tooMuch) // all of it is held
  await wait()
  const key = newId('log')
  const asked = await Promise.allSettled([
    ...Array.from({ length: 10 }, () => ask(PRICE_MINOR)),
    ...Array.from({ length: 5 }, () => ask(PRICE_MINOR, key)),
  ])
  const made = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []))
  expect(new Set(made).size).toBe(3)
  for (const one of asked) if (one.status === 'rejected') expect(one.reason).toMatchObject(tooMuch)
  expect(await balance()).toMatchObject({ availableMinor: 0, requestedMinor: 3 * PRICE_MINOR })
})

test('a payout is closed once; a refused one is available again', async () => {
  const { sell, wait, ask, balance, tenantId } = await opened()
  await sell()
  await wait()
  const { id } = await ask(PRICE_MINOR)
  const closed = await Promise.allSettled([
    payouts.close(id, operator, 'paid', 'BANK-1'),
    payouts.close(id, operator, 'refused', 'no account'),
    payouts.close(id, operator, 'paid', 'BANK-1'),
  ])
  const state = (await payouts.list({ of: { kind: 'tenant', id: tenantId }, limit: 10 })).items[0]!.state
  for (const one of closed) {
    if (one.status === 'fulfilled') expect(one.value.state).toBe(state)
    else expect(one.reason).toMatchObject({ code: 'payout_closed' })
  }
  const back = state === 'refused'
  expect(await balance()).toMatchObject({
    availableMinor: back ? PRICE_MINOR : 0,
    requestedMinor: 0,
    paidOutMinor: back ? 0 : PRICE_MINOR,
  })
  await expect(payouts.close('pyo_none', operator, 'paid', 'x')).rejects.toMatchObject({ code: 'not_found' })
})

test('the statement tells every movement, by pages and as CSV, and of nobody else', async () => {
  const { sell, refund, wait, ask, tenantId } = await opened()
  const [first, second] = [await sell(), await sell()]
  await wait()
  await refund(second)
  const { id } = await ask(1250)
  await payouts.close(id, operator, 'refused', 'no account')
  const pages = []
  for (let after: string | undefined, more = true; more; ) {
    const page = await payouts.statement(tenantId, { after, limit: 2 })
    pages.push(...page.items)
    after = page.next ?? undefined
    more = page.next !== null
  }
  expect(
    pages.map(({ kind, orderId, payoutId, amountMinor }) => [kind, orderId ?? payoutId, amountMinor]),
  ).toEqual([
    ['payout_refused', id, 1250],
    ['payout', id, -1250],
    ['order_refund', second, -PRICE_MINOR],
    ['order_paid', second, PRICE_MINOR],
    ['order_paid', first, PRICE_MINOR],
  ])
  const start = await payouts.statementCsv(tenantId, undefined)
  expect(start.csv.split('\r\n')).toHaveLength(1 + limits.exportEntriesMax + 1)
  expect(start.csv).toContain(`,payout,,${id},-12.5,CNY\r\n`)
  const rest = await payouts.statementCsv(tenantId, start.next ?? undefined)
  expect(rest.csv).not.toContain('entry,')
  expect((await payouts.statement((await opened()).tenantId, { limit: 10 })).items).toEqual([])
})
