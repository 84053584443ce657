import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce } from '../../test/commerce.ts'
import { must } from '../../test/fakes/fake.ts'
import { fakeSandbox } from '../../test/fakes/sandbox.ts'
import { makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'
import type { StatementLine } from './provider.ts'

/** Statements as the test writes them, of a provider whose payments are real. */

const db = await testDb()
const redis = await testRedis()
const fake = await fakeSandbox(db)
const given = new Map<string, StatementLine[]>()
const provider = {
  ...fake.provider,
  statements: { aheadMs: 0, of: async (day: string) => given.get(day) ?? null },
}
const shop = commerce(db, redis, { payments: { queryAfterMs: 0 } }, { providers: [provider] })
const { reconciliation } = shop.payments
const merchant = await makeMerchant(db)
const operator = await makePerson(db)
shop.outbox.start()

const DAY_MS = 24 * 3600_000
const today = Math.floor(Date.now() / DAY_MS)
const day = (ago: number) => new Date((today - ago) * DAY_MS).toISOString().slice(0, 10)
const noon = (ago: number) => new Date((today - ago) * DAY_MS + DAY_MS / 2)

/** An order whose payment is under way. */
async function started() {
  const skuId = await makeSku(db, merchant, { units: 3 })
  const personId = await makePerson(db)
  const lines = [{ skuId, quantity: 1, saleId: null }]
  const body = { showId: merchant.showId, lines, address: ADDRESS, expectedTotalMinor: 5000, visit: {} }
  const order = await shop.orders.place(actorOf(personId), body, newId('log'))
  const payment = await shop.payments.payOrder(personId, order.id, 'sandbox', newId('log'))
  return { id: payment.id, orderId: order.id }
}

/** Its payment has come, at noon, so many days ago. */
async function captured(id: string, ago: number) {
  await fake.settle(`sbx_${id}`, 'paid')
  await expect.poll(() => shop.payments.askAgain()).toBeGreaterThan(0)
  await db.sql`update payments set captured_at = ${noon(ago)} where id = ${id}`
}

async function paid(ago: number) {
  const made = await started()
  await captured(made.id, ago)
  return made
}
const charge = (name: string | null, amountMinor = 5000, ref = newId('log')): StatementLine => ({
  movement: 'charge',
  ref,
  name,
  amountMinor,
  currency: 'CNY',
})
const open = async () => (await reconciliation.list({ limit: 100, state: 'open' })).items

test('what is unknown, of another amount, unbooked, double or missing is told once, and explained by later statements', async () => {
  const [right, lower, twice, late, missing] = [
    await paid(3),
    await paid(3),
    await paid(3),
    await paid(3),
    await paid(3),
  ]
  const unpaid = await started()
  given.set(day(5), [])
  given.set(day(4), [])
  given.set(day(3), [
    charge(right.id),
    charge(lower.id, 4000),
    charge(twice.id, 5000, 'txn_1'),
    charge(twice.id, 5000, 'txn_2'),
    charge(unpaid.id),
    charge('pay_of_nobody', 700),
    charge(null, 800),
    { ...charge('ref_of_nobody', 900), movement: 'refund' },
  ])
  await db.sql`insert into provider_statements (provider, day) values ('sandbox', ${day(6)}::text::date)`
  await reconciliation.run()
  const told = (await open()).map(({ movement, kind, name, oursMinor, theirsMinor, orderId }) =>
    [movement, kind, name, oursMinor, theirsMinor, orderId].join(' '),
  )
  expect(new Set(told)).toEqual(
    new Set([
      `charge amount ${lower.id} 5000 4000 ${lower.orderId}`,
      `charge duplicate ${twice.id} 5000 5000 ${twice.orderId}`,
      `charge unbooked ${unpaid.id} 0 5000 ${unpaid.orderId}`,
      'charge unknown pay_of_nobody 0 700 ',
      'charge unknown  0 800 ',
      'refund unknown ref_of_nobody 0 900 ',
    ]),
  )

  // What is in no statement of its day or the next is missing; what the provider books on the next day is not.
  given.set(day(2), [charge(late.id)])
  await captured(unpaid.id, 3)
  await reconciliation.run()
  const after = await open()
  expect(after.filter(({ kind }) => kind === 'missing')).toMatchObject([
    {
      name: missing.id,
      subject: missing.id,
      oursMinor: 5000,
      theirsMinor: 0,
      day: day(3),
      tenantId: merchant.tenantId,
    },
  ])
  expect(after.map(({ kind }) => kind)).not.toContain('unbooked')
  expect(await shop.metrics.metrics()).toContain(
    'shelfcast_statement_differences{provider="sandbox",movement="charge",kind="missing"} 1',
  )

  given.set(day(1), [charge(missing.id)])
  await reconciliation.run()
  await reconciliation.run()
  expect((await open()).map(({ kind }) => kind)).not.toContain('missing')
  expect(await open()).toHaveLength(5)
  const [one] = await open()
  const settled = await reconciliation.settle(must(one).id, operator, 'asked the bank')
  expect(settled).toMatchObject({ state: 'settled', note: 'asked the bank' })
  expect((await reconciliation.settle(settled.id, operator, 'another')).note).toBe('asked the bank')
  expect(await open()).toHaveLength(4)
  await expect(reconciliation.settle('dif_none', operator, 'x')).rejects.toMatchObject({ code: 'not_found' })
})

test('what is compared is what the ledger booked, whatever the payment says', async () => {
  const { id } = await started()
  await db.sql`
    update payments set captured_minor = amount_minor, captured_at = ${noon(0)}, status = 'captured' where id = ${id}`
  const [row] = await db.sql`select amount_minor from booked_movement('sandbox', 'charge', ${id})`
  expect(row).toEqual({ amount_minor: 0 })
  await db.sql`update payments set captured_minor = 0, captured_at = null, status = 'pending' where id = ${id}`
  await captured(id, 0)
  const [after] = await db.sql`select amount_minor from booked_movement('sandbox', 'charge', ${id})`
  expect(after).toEqual({ amount_minor: 5000 })
})

test('money that was told of and cannot be placed is a row for the operator at once', async () => {
  const { id, orderId } = await paid(0)
  const other = await started()
  const told = (paymentId: string, more: object) => ({
    ...{ id: newId('log'), kind: 'captured', paymentId, transactionId: newId('log') },
    ...{ providerRef: `sbx_${paymentId}`, amountMinor: 5000, currency: 'CNY', ...more },
  })
  const events = [
    told(id, {}),
    told(other.id, { amountMinor: 1 }),
    told('pay_none', {}),
    told(other.id, { kind: 'failed', amountMinor: 2 }), // no money
  ]
  for (const event of [...events, ...events.map((one) => ({ ...one, id: newId('log') }))]) {
    await db.sql`select apply_payment_event('sandbox', ${db.sql.json(event)}, now())`
  }
  const rows = (await open()).filter(({ subject }) => events.some((one) => one.transactionId === subject))
  expect(
    rows
      .map(({ kind, name, oursMinor, theirsMinor, orderId }) => [kind, name, oursMinor, theirsMinor, orderId])
      .reverse(),
  ).toEqual([
    ['second_capture', id, 5000, 5000, orderId],
    ['mismatch', other.id, 5000, 1, other.orderId],
    ['unknown', 'pay_none', 0, 5000, null],
  ])
  for (const { id } of rows) await reconciliation.settle(id, operator, 'looked at')
})

test("the sandbox's own statements agree with the books, refunds too", async () => {
  const { id, orderId } = await paid(0)
  const work = { tenantId: merchant.tenantId, orderId, personId: merchant.ownerId }
  await shop.orders.work.refund(work, { lines: null, restock: false, reason: 'scratched' }, newId('log'))
  const statements = must(shop.sandbox.provider.statements)
  expect(await statements.of(day(0))).toBeNull()
  await expect
    .poll(async () => (await db.sql`select refunded_minor from payments where id = ${id}`)[0])
    .toEqual({ refunded_minor: 5000 })
  shop.time.offsetMs = DAY_MS
  const mine = must(await statements.of(day(0))).filter(({ ref }) => ref.includes(id))
  expect(mine).toHaveLength(2)
  given.set(day(0), mine)
  const before = (await open()).length
  await reconciliation.run()
  expect(await open()).toHaveLength(before)
})
