import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce, SANDBOX_KEY, servedCommerce, stockOf } from '../../test/commerce.ts'
import { makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { Fault } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { PaymentEvent, PaymentProvider } from './provider.ts'
import { signedHeaders } from './sandbox/signature.ts'

const db = await testDb()
const redis = await testRedis()
const shop = await servedCommerce(db, redis, { payments: { queryAfterMs: 0 } })
const { payments, outbox, ledger } = shop
const merchant = await makeMerchant(db)
outbox.start()

let keys = 0
const newKey = () => `key-${++keys}-${Date.now()}`

/** An order of `quantity` units at 50.00 each, of a SKU with `units` of stock. */
async function ordered({
  units = 5,
  quantity = 1,
  skuId,
}: {
  units?: number
  quantity?: number
  skuId?: string
} = {}) {
  const sku = skuId ?? (await makeSku(db, merchant, { units }))
  const personId = await makePerson(db)
  const lines = [{ skuId: sku, quantity, saleId: null }]
  const asked = {
    showId: merchant.showId,
    lines,
    address: ADDRESS,
    expectedTotalMinor: 5000 * quantity,
    visit: {},
  }
  const order = await shop.orders.place(actorOf(personId), asked, newKey())
  const pay = (key = newKey(), provider = 'sandbox') => payments.payOrder(personId, order.id, provider, key)
  const status = async () => (await shop.orders.mine(personId, order.id)).status
  return { order, personId, skuId: sku, pay, status }
}

const refOf = (payUrl: string | null): string => new URL(payUrl!).pathname.split('/').at(-1)!
const choose = (payUrl: string | null, choice: string) =>
  fetch(payUrl!, { method: 'POST', body: new URLSearchParams({ choice }) })

async function eventFor(paymentId: string, over: Partial<PaymentEvent> = {}): Promise<PaymentEvent> {
  const [row] = await db.sql<{ amountMinor: number; currency: string; providerRef: string }[]>`
    select amount_minor as "amountMinor", currency, provider_ref as "providerRef" from payments where id = ${paymentId}`
  return { id: newId('log'), kind: 'captured', paymentId, transactionId: newId('log'), ...row!, ...over }
}

function post(event: PaymentEvent, change: { atMs?: number; key?: Uint8Array; body?: string } = {}) {
  const body = Buffer.from(JSON.stringify(event))
  const headers = signedHeaders(change.key ?? SANDBOX_KEY, event.id, change.atMs ?? Date.now(), body)
  return fetch(`${shop.publicUrl}/api/v1/payments/webhooks/sandbox`, {
    method: 'POST',
    headers,
    body: change.body ?? body,
  })
}

const paymentRow = async (id: string) =>
  (await db.sql`select status, captured_minor, refunded_minor from payments where id = ${id}`)[0]
const balance = (
  ownerKind: 'provider' | 'tenant' | 'platform',
  ownerId: string,
  kind: 'clearing' | 'sales' | 'refunds_due',
) => ledger.balance({ ownerKind, ownerId, kind, currency: 'CNY' })

test('the sandbox page pays an order: stock is sold, the merchant credited, the ledger in balance', async () => {
  const before = await balance('tenant', merchant.tenantId, 'sales')
  const { pay, status, skuId } = await ordered({ units: 3, quantity: 2 })
  const payment = await pay()
  expect(payment).toMatchObject({
    status: 'pending',
    amountMinor: 10_000,
    currency: 'CNY',
    provider: 'sandbox',
  })
  const page = await fetch(payment.payUrl!, { headers: { 'accept-language': 'zh-CN,en' } })
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const html = await page.text()
  expect(html).toContain('¥100.00')
  expect(html).toContain('data-testid="sandbox-success"')
  expect(html).not.toContain('<script')
  expect(await (await choose(payment.payUrl, 'success')).text()).toContain(`/s/${merchant.showId}`)
  await expect.poll(status).toBe('paid')
  expect((await stockOf(db, skuId)).row).toEqual({ onHand: 3, available: 1, reserved: 0, sold: 2 })
  expect(await balance('tenant', merchant.tenantId, 'sales')).toBe(before + 10_000)
  expect(await ledger.trialBalance()).toEqual(new Map([['CNY', 0]]))
})

test('the same notification 50 times at once changes the order once', async () => {
  const { order, pay, status } = await ordered()
  const event = await eventFor((await pay()).id)
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(event)))
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([204]))
  await post({ ...event, id: newId('log') }) // another notification of the same transaction
  expect(await status()).toBe('paid')
  const [counts] = await db.sql`
    select (select count(*)::int from order_events where order_id = ${order.id}) as events,
      (select count(*)::int from ledger_transfers t join payment_allocations a on a.id = t.ref
        where a.order_id = ${order.id}) as transfers`
  expect(counts).toEqual({ events: 2, transfers: 1 })
})

test('a provider that sends five copies is heard once', async () => {
  const { pay, status } = await ordered()
  const { payUrl } = await pay()
  await choose(payUrl, 'duplicate')
  await expect.poll(status).toBe('paid')
})

test('a forged, changed or stale notification changes nothing', async () => {
  const { pay, status } = await ordered()
  const event = await eventFor((await pay()).id)
  const answers = await Promise.all([
    post(event, { key: new Uint8Array(32) }),
    post(event, { body: JSON.stringify({ ...event, amountMinor: 1 }) }),
    post(event, { atMs: Date.now() - 3600_000 }),
    fetch(`${shop.publicUrl}/api/v1/payments/webhooks/sandbox`, {
      method: 'POST',
      body: JSON.stringify(event),
    }),
  ])
  expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401])
  expect(await status()).toBe('pending_payment')
  expect(await db.sql`select 1 from inbox where event_id = ${event.id}`).toHaveLength(0)
})

test('an amount, currency or payment that does not match is kept for people to look at, and moves nothing', async () => {
  const { pay, status } = await ordered()
  const { id } = await pay()
  for (const wrong of [
    { amountMinor: 1 },
    { currency: 'USD' },
    { providerRef: 'another' },
    { paymentId: 'pay_none' },
  ]) {
    const event = await eventFor(id, wrong)
    expect((await post(event)).status).toBe(204)
    const [kept] = await db.sql`select outcome from inbox where event_id = ${event.id}`
    expect(kept?.outcome).toBe('paymentId' in wrong ? 'unknown_payment' : 'mismatch')
  }
  expect(await status()).toBe('pending_payment')
})

test('on the sandbox page nobody pays when it is too late', async () => {
  const { pay, status } = await ordered()
  const { payUrl } = await pay()
  await db.sql`update sandbox_payments set expires_at = now() where ref = ${refOf(payUrl)}`
  expect(await (await fetch(payUrl!)).text()).not.toContain('<form')
  expect(await (await choose(payUrl, 'success')).text()).toContain('too late')
  expect(await status()).toBe('pending_payment')
})

test('after a decline the buyer tries again', async () => {
  const { pay, status } = await ordered()
  const first = await pay()
  await choose(first.payUrl, 'decline')
  await expect.poll(async () => (await paymentRow(first.id))?.status).toBe('failed')
  expect(await status()).toBe('pending_payment')
  const second = await pay()
  expect(second.id).not.toBe(first.id)
  await choose(second.payUrl, 'success')
  await expect.poll(status).toBe('paid')
})

test('one payment is under way, however often it is asked for', async () => {
  const { pay, personId, order } = await ordered()
  const all = await Promise.all(Array.from({ length: 10 }, () => pay()))
  expect(new Set(all.map((payment) => payment.id)).size).toBe(1)
  await expect(payments.payOrder(await makePerson(db), order.id, 'sandbox', newKey())).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(payments.payOrder(personId, order.id, 'stripe', newKey())).rejects.toMatchObject({
    code: 'payment_provider_off',
  })
  const key = newKey()
  await pay(key)
  const other = await ordered()
  await expect(payments.payOrder(personId, other.order.id, 'sandbox', key)).rejects.toMatchObject({
    code: 'not_found',
  })
})

async function expire(orderId: string) {
  await db.sql`update orders set expires_at = now() - interval '1 second' where id = ${orderId}`
  await shop.orders.sweep()
}

test('a payment after expiry gets its units again when they are there', async () => {
  const { order, pay, status, skuId } = await ordered({ units: 2, quantity: 2 })
  const { id } = await pay()
  await expire(order.id)
  expect(await status()).toBe('expired')
  expect((await stockOf(db, skuId)).row).toMatchObject({ available: 2, reserved: 0 })
  await post(await eventFor(id))
  expect(await status()).toBe('paid')
  expect((await stockOf(db, skuId)).row).toEqual({ onHand: 2, available: 0, reserved: 0, sold: 2 })
})

test('a payment after expiry is given back when the units are gone', async () => {
  const due = await balance('platform', 'shelfcast', 'refunds_due')
  const late = await ordered({ units: 1 })
  const payment = await late.pay()
  await expire(late.order.id)
  await expect.poll(() => redis.hget(`stock:{${late.skuId}}`, 'left')).toBe('1')
  await ordered({ skuId: late.skuId }) // somebody else takes the last unit
  await choose(payment.payUrl, 'success')
  await expect.poll(async () => (await paymentRow(payment.id))?.status).toBe('refunded')
  expect(await paymentRow(payment.id)).toMatchObject({ captured_minor: 5000, refunded_minor: 5000 })
  expect(await late.status()).toBe('expired')
  expect(await balance('platform', 'shelfcast', 'refunds_due')).toBe(due)
  expect((await stockOf(db, late.skuId)).row).toMatchObject({ available: 0, reserved: 1, sold: 0 })
})

test('paying twice, by two payments, gives the second back', async () => {
  const { pay, status, order } = await ordered()
  const first = await pay()
  await post(await eventFor(first.id, { kind: 'failed' }))
  const second = await pay()
  await post(await eventFor(second.id))
  await choose(first.payUrl, 'success') // the failed one went through after all
  await expect.poll(async () => (await paymentRow(first.id))?.status).toBe('refunded')
  expect(await status()).toBe('paid')
  const refunds = await db.sql`select amount_minor, status from refunds where order_id = ${order.id}`
  expect(refunds).toEqual([{ amount_minor: 5000, status: 'done' }])
})

test('a notification that never comes is asked for', async () => {
  const { pay, status } = await ordered()
  const { payUrl } = await pay()
  await db.sql`update sandbox_payments set choice = 'success', decided_at = now() where ref = ${refOf(payUrl)}` // decided, and nobody told us
  expect(await status()).toBe('pending_payment')
  await expect.poll(() => payments.askAgain()).toBeGreaterThan(0)
  expect(await status()).toBe('paid')
})

test('a provider whose answer was lost is asked again for the same payment', async () => {
  const starts: string[] = []
  const provider: PaymentProvider = {
    ...shop.sandbox.provider,
    name: 'flaky',
    async start({ paymentId }) {
      starts.push(paymentId)
      if (starts.length === 1) throw new Error('socket hang up')
      return { providerRef: `f_${paymentId}`, payUrl: 'http://pay.test/' }
    },
  }
  const other = commerce(db, redis, {}, { providers: [provider] })
  const { order, personId } = await ordered()
  const key = newKey()
  const start = () => other.payments.payOrder(personId, order.id, 'flaky', key)
  await expect(start()).rejects.toMatchObject({ code: 'unavailable' })
  expect(await start()).toMatchObject({ status: 'pending', payUrl: 'http://pay.test/' })
  expect(new Set(starts).size).toBe(1)
})

test('a refund that the outbox has given up is asked for again until it is done', async () => {
  const calls: string[] = []
  let up = false
  const provider: PaymentProvider = {
    ...shop.sandbox.provider,
    name: 'away',
    start: async ({ paymentId }) => ({ providerRef: `a_${paymentId}`, payUrl: 'http://pay.test/' }),
    async refund({ refundId }) {
      calls.push(refundId)
      if (!up) throw new Fault('unavailable')
      return { providerRef: `refunded_${refundId}` }
    },
  }
  const { order, personId } = await ordered()
  const other = commerce(db, redis, {}, { providers: [provider] })
  const { id } = await other.payments.payOrder(personId, order.id, 'away', newKey())
  await outbox.close()
  await shop.orders.cancel(personId, order.id)
  await db.sql`select apply_payment_event('away', ${db.sql.json(await eventFor(id))}, now())`
  await db.sql`delete from outbox where topic = 'refund.requested' and key = ${id}`
  await other.payments.refundAgain()
  expect(calls).toEqual([]) // too young: the outbox may be at it
  other.time.offsetMs = other.limits.payments.refundAgainAfterMs + 1000
  await other.payments.refundAgain()
  expect((await paymentRow(id))?.status).toBe('captured')
  up = true
  await other.payments.refundAgain()
  await other.payments.refundAgain()
  expect(calls).toHaveLength(2)
  expect(new Set(calls).size).toBe(1)
  expect(await paymentRow(id)).toMatchObject({ status: 'refunded', refunded_minor: 5000 })
  expect(await ledger.trialBalance()).toEqual(new Map([['CNY', 0]]))
})

test('a provider that is down gives the money back when it is up again', async () => {
  let calls = 0
  const provider: PaymentProvider = {
    ...shop.sandbox.provider,
    name: 'sometimes',
    start: async ({ paymentId }) => ({ providerRef: `s_${paymentId}`, payUrl: 'http://pay.test/' }),
    async refund() {
      if (++calls < 3) throw new Fault('unavailable')
      return { providerRef: `refunded_${calls}` }
    },
  }
  const { order, personId } = await ordered()
  await outbox.close() // the other process has the provider
  const other = commerce(db, redis, { outbox: { backoffMsMin: 5 } }, { providers: [provider] })
  other.outbox.start()
  const { id } = await other.payments.payOrder(personId, order.id, 'sometimes', newKey())
  await shop.orders.cancel(personId, order.id)
  await db.sql`select apply_payment_event('sometimes', ${db.sql.json(await eventFor(id))}, now())`
  await expect.poll(async () => (await paymentRow(id))?.status).toBe('refunded')
  expect(calls).toBe(3)
  expect([...(await ledger.trialBalance()).values()].every((sum) => sum === 0)).toBe(true)
})
