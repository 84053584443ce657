import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce } from '../../test/commerce.ts'
import { makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'
import { type PaymentProvider, RefundRefused } from './provider.ts'

/** Refunds that a provider refuses for good: booked back, listed, and seen to by a person. */

const db = await testDb()
const asked: string[] = []
let refuses = true
const stubborn: PaymentProvider = {
  name: 'stubborn',
  currencies: ['CNY'],
  start: async ({ paymentId }) => ({ providerRef: `st_${paymentId}`, payUrl: 'http://pay.test/' }),
  parseWebhook: () => null,
  query: async () => null,
  async refund({ refundId }) {
    asked.push(refundId)
    if (refuses) throw new RefundRefused('stubborn', 'account_closed')
    return { providerRef: `done_${refundId}` }
  },
}
const shop = commerce(db, await testRedis(), {}, { providers: [stubborn] })
shop.outbox.start()
const { failedRefunds } = shop.payments
const operator = await makePerson(db)
const PRICE_MINOR = 3333

async function paid(quantity = 2) {
  const merchant = await makeMerchant(db)
  const { tenantId, ownerId } = merchant
  const skuId = await makeSku(db, merchant, { units: 10, priceMinor: PRICE_MINOR })
  const personId = await makePerson(db)
  const order = await shop.orders.place(
    actorOf(personId),
    {
      showId: merchant.showId,
      lines: [{ skuId, quantity, saleId: null }],
      address: ADDRESS,
      expectedTotalMinor: quantity * PRICE_MINOR,
      visit: {},
    },
    newId('log'),
  )
  const { id: paymentId } = await shop.payments.payOrder(personId, order.id, 'stubborn', newId('log'))
  const capture = async () => {
    const event = { id: newId('log'), kind: 'captured', paymentId, transactionId: newId('log') }
    const money = { providerRef: `st_${paymentId}`, amountMinor: quantity * PRICE_MINOR, currency: 'CNY' }
    await db.sql`select apply_payment_event('stubborn', ${db.sql.json({ ...event, ...money })}, now())`
    shop.outbox.nudge()
  }
  const by = { tenantId, orderId: order.id, personId: ownerId }
  return {
    by,
    capture,
    personId,
    lineId: order.lines[0]!.id,
    worked: () => shop.orders.work.worked(tenantId, order.id),
    refund: (units: number | null, restock = false) =>
      shop.orders.work.refund(
        by,
        {
          lines: units === null ? null : [{ lineId: order.lines[0]!.id, quantity: units }],
          restock,
          reason: 'scratched',
        },
        newId('log'),
      ),
    waiting: async () => (await failedRefunds.list(tenantId, { limit: 10 })).items,
    sales: () => balance('tenant', tenantId, 'sales'),
  }
}
const balance = (
  ownerKind: 'tenant' | 'platform',
  ownerId: string,
  kind: 'sales' | 'refunds_due' | 'paid_out',
) => shop.ledger.balance({ ownerKind, ownerId, kind, currency: 'CNY' })
const platform = (kind: 'refunds_due' | 'paid_out') => balance('platform', 'shelfcast', kind)
const balanced = async () => [...(await shop.ledger.trialBalance()).values()].every((sum) => sum === 0)

test('one that is refused is booked back, its order is what it was, and it can be asked for again', async () => {
  refuses = true
  const { by, capture, worked, refund, waiting, sales } = await paid()
  await capture()
  await shop.orders.work.ship(by, { carrier: 'SF', trackingNumber: '1', lines: null })
  const { paidAt } = await worked()
  await refund(1)
  await expect.poll(async () => (await worked()).status).toBe('shipped')
  const after = await worked()
  expect(after.lines[0]?.refundedQuantity).toBe(0)
  expect(after.paidAt).toBe(paidAt)
  expect(after.refunds).toMatchObject([{ status: 'failed', refusal: 'account_closed', waits: true }])
  expect(await sales()).toBe(2 * PRICE_MINOR)
  const [one] = await waiting()
  expect(one).toMatchObject({
    orderId: by.orderId,
    amountMinor: PRICE_MINOR,
    byItself: false,
    provider: 'stubborn',
  })
  expect((await failedRefunds.list(null, { limit: 100 })).items.map(({ id }) => id)).toContain(one!.id)

  refuses = false
  const answers = await Promise.allSettled(
    Array.from({ length: 4 }, () => shop.orders.work.remedyRefund(by, one!.id, { how: 'again' })),
  )
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect.poll(async () => (await worked()).status).toBe('partially_refunded')
  expect((await worked()).refunds.map(({ status, waits }) => [status, waits])).toEqual([
    ['failed', false],
    ['done', false],
  ])
  expect((await worked()).lines[0]?.refundedQuantity).toBe(1)
  expect(await sales()).toBe(PRICE_MINOR)
  expect(await waiting()).toEqual([])
  await expect(shop.orders.work.remedyRefund(by, one!.id, { how: 'again' })).rejects.toMatchObject({
    code: 'refund_settled',
  })
  expect(await balanced()).toBe(true)
})

test('the merchant pays another way: the order is refunded, the sale stays the merchant’s, the note is kept', async () => {
  refuses = true
  const { by, capture, worked, refund, waiting, sales } = await paid()
  await capture()
  await refund(null)
  await expect.poll(async () => (await worked()).status).toBe('paid')
  const [one] = await waiting()
  const other = await paid()
  await expect(
    shop.orders.work.remedyRefund(other.by, one!.id, { how: 'elsewhere', note: 'x' }),
  ).rejects.toMatchObject({ code: 'not_found' })
  const order = await shop.orders.work.remedyRefund(by, one!.id, {
    how: 'elsewhere',
    note: 'bank transfer 7',
  })
  expect(order.status).toBe('refunded')
  expect(order.refunds).toMatchObject([{ status: 'elsewhere', note: 'bank transfer 7', waits: false }])
  expect(order.lines[0]?.refundedQuantity).toBe(2)
  expect(order.history.map(({ to }) => to).slice(-3)).toEqual(['paid', 'refunding', 'refunded'])
  expect(await sales()).toBe(2 * PRICE_MINOR)
  expect(await waiting()).toEqual([])
  expect(await balanced()).toBe(true)
})

test('the operator pays another way: it is taken from the merchant', async () => {
  refuses = true
  const { capture, worked, refund, waiting, sales } = await paid()
  await capture()
  await refund(1, true)
  await expect.poll(async () => (await worked()).status).toBe('paid')
  expect((await worked()).lines[0]?.refundedQuantity).toBe(1) // the unit went back on sale and may be sold
  const before = await platform('paid_out')
  const [one] = await waiting()
  await failedRefunds.remedy(one!.id, operator, { how: 'elsewhere', note: 'by our bank' })
  expect((await worked()).status).toBe('partially_refunded')
  expect((await worked()).lines[0]?.refundedQuantity).toBe(1)
  expect(await sales()).toBe(PRICE_MINOR)
  expect(await platform('paid_out')).toBe(before + PRICE_MINOR)
  expect(await balanced()).toBe(true)
})

test('what came too late stays owed to the buyer until the operator sees to it', async () => {
  refuses = true
  const { by, capture, personId, waiting } = await paid()
  const due = await platform('refunds_due')
  await shop.orders.cancel(personId, by.orderId)
  await capture()
  const mine = async () =>
    (await failedRefunds.list(null, { limit: 100 })).items.filter(({ orderId }) => orderId === by.orderId)
  await expect.poll(mine).toHaveLength(1)
  expect(await waiting()).toEqual([]) // never the merchant's money
  expect(await platform('refunds_due')).toBe(due + 2 * PRICE_MINOR)
  const moneyBack = async () => (await shop.orders.mine(personId, by.orderId)).moneyBack
  expect(await moneyBack()).toBe('due')
  await failedRefunds.remedy((await mine())[0]!.id, operator, { how: 'again' })
  await expect.poll(mine).toMatchObject([{ byItself: true }]) // refused once more
  expect(await moneyBack()).toBe('due')
  await failedRefunds.remedy((await mine())[0]!.id, operator, { how: 'elsewhere', note: 'cash' })
  expect(await moneyBack()).toBe('done')
  expect(await platform('refunds_due')).toBe(due)
  expect(await balanced()).toBe(true)
})

test('what was refunded otherwise meanwhile waits for nobody', async () => {
  refuses = true
  const { by, capture, worked, refund, waiting } = await paid()
  await capture()
  await refund(2)
  await expect.poll(waiting).toHaveLength(1)
  const [one] = await waiting()
  refuses = false
  await refund(null)
  await expect.poll(async () => (await worked()).status).toBe('refunded')
  expect(await waiting()).toEqual([])
  await expect(shop.orders.work.remedyRefund(by, one!.id, { how: 'again' })).rejects.toMatchObject({
    code: 'order_transition_refused',
  })
})

test('refunds that stay open do not keep newer ones from being asked for', async () => {
  const other = commerce(
    db,
    await testRedis(),
    { payments: { sweptMax: 2, refundAgainAfterMs: 0 } },
    {
      providers: [
        {
          ...stubborn,
          refund: async ({ refundId }) => {
            asked.push(refundId)
            throw new Error('not now')
          },
        },
      ],
    },
  )
  await shop.outbox.close()
  for (let n = 0; n < 6; n++) {
    const { capture, refund } = await paid(1)
    await capture()
    await refund(null)
  }
  const open = (await db.sql<{ id: string }[]>`select id from refunds where status = 'requested'`).map(
    ({ id }) => id,
  )
  other.time.offsetMs = 1000
  asked.length = 0
  for (let n = 0; n < 60; n++) await other.payments.refundAgain()
  expect(new Set(asked)).toEqual(new Set(open))
})
