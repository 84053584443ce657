import { afterAll, describe, expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce, stockOf } from '../../test/commerce.ts'
import { fakeAlipay } from '../../test/fakes/alipay.ts'
import { type Lie, must, type Notification } from '../../test/fakes/fake.ts'
import { fakeSandbox } from '../../test/fakes/sandbox.ts'
import { fakeStripe } from '../../test/fakes/stripe.ts'
import { fakeWechat } from '../../test/fakes/wechat.ts'
import { makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'

/** What every provider promises, over its own wire format, against a fake that checks what we sign. */

const db = await testDb()
const redis = await testRedis()
const fakes = [await fakeSandbox(db), await fakeStripe(), await fakeAlipay(), await fakeWechat()]
const shop = commerce(
  db,
  redis,
  { payments: { queryAfterMs: 0 } },
  { providers: fakes.map((one) => one.provider) },
)
const merchant = await makeMerchant(db)
shop.outbox.start()
afterAll(() => Promise.all(fakes.map((one) => one.close())))

describe.each(fakes.map((fake) => [fake.provider.name, fake] as const))('%s', (name, fake) => {
  async function ordered(units = 3) {
    const skuId = await makeSku(db, merchant, { units })
    const personId = await makePerson(db)
    const order = await shop.orders.place(
      actorOf(personId),
      {
        showId: merchant.showId,
        lines: [{ skuId, quantity: 1, saleId: null }],
        address: ADDRESS,
        expectedTotalMinor: 5000,
        visit: {},
      },
      newId('log'),
    )
    const pay = (key = newId('log')) => shop.payments.payOrder(personId, order.id, name, key)
    return {
      order,
      personId,
      skuId,
      pay,
      status: async () => (await shop.orders.mine(personId, order.id)).status,
    }
  }
  async function started(units?: number) {
    const made = await ordered(units)
    const payment = await made.pay()
    return { ...made, payment, ref: await refOf(payment.id) }
  }
  async function paid() {
    const made = await started()
    await fake.settle(made.ref, 'paid')
    await hear(await fake.tell(made.ref))
    return made
  }
  const refOf = async (id: string) =>
    (await db.sql<{ ref: string }[]>`select provider_ref as ref from payments where id = ${id}`)[0]!.ref
  const hear = ({ body, headers }: Notification) => shop.payments.receive(name, body, headers)
  const balanced = async () => [...(await shop.ledger.trialBalance()).values()].every((sum) => sum === 0)

  test('a payment is started, paid, and told of: the order is paid once, whatever the copies', async () => {
    const { ref, status, payment, skuId } = await started()
    expect(payment).toMatchObject({ status: 'pending', amountMinor: 5000, provider: name })
    await fake.settle(ref, 'paid')
    const told = await fake.tell(ref)
    const answers = await Promise.all(Array.from({ length: 50 }, () => hear(told)))
    expect(new Set(answers)).toEqual(new Set([fake.provider.taken ?? '']))
    await hear(await fake.tell(ref)) // another notification of the same money
    expect(await status()).toBe('paid')
    expect((await stockOf(db, skuId)).row).toMatchObject({ reserved: 0, sold: 1 })
    const captures = await db.sql`
      select 1 from ledger_transfers t join payment_allocations a on a.id = t.ref where a.payment_id = ${payment.id}`
    expect(captures).toHaveLength(1)
    expect(await balanced()).toBe(true)
  })

  test('the provider is told until when the order can be paid, and keeps to it as near as it can', async () => {
    const { ref, order } = await started()
    const lateMs = (await fake.payableUntil(ref)) - must(order.expiresAt)
    expect(lateMs).toBeGreaterThanOrEqual(0)
    expect(lateMs).toBeLessThan(name === 'stripe' ? 32 * 60_000 : 66_000)
    const last = await ordered()
    await db.sql`update orders set expires_at = now() + interval '9 seconds' where id = ${last.order.id}`
    expect((await last.pay()).status).toBe('pending') // at the last moment
    const coins = await shop.tips.buyCoins(actorOf(last.personId), 'pack-60', name, newId('log'))
    const untilMs = await fake.payableUntil(await refOf(coins.payment.id))
    expect(untilMs - Date.now()).toBeGreaterThan(shop.limits.payments.coinsPayWithinMs - 10_000)
    expect(untilMs - Date.now()).toBeLessThan(shop.limits.payments.coinsPayWithinMs + 32 * 60_000)
  })

  test('an answer that was lost is asked for again, and one payment is started', async () => {
    const { pay, status } = await ordered()
    const before = fake.started()
    const key = newId('log')
    if (name !== 'alipay') {
      fake.loseAnswers(1) // Alipay is asked nothing before the buyer pays
      await expect(pay(key)).rejects.toMatchObject({ code: 'unavailable' })
    }
    const payment = await pay(key)
    expect(await pay(key)).toEqual(payment)
    expect(fake.started()).toBe(before + 1)
    await fake.settle(await refOf(payment.id), 'paid')
    await hear(await fake.tell(await refOf(payment.id)))
    expect(await status()).toBe('paid')
  })

  const forged: Lie[] = [{ key: 'another' }, { body: 'changed' }, { stale: true }]
  test.each(forged.filter((lie) => !fake.cannot.some((one) => one in lie)))(
    'a forged notification is refused: %o',
    async (lie) => {
      const { ref, status, payment } = await started()
      await fake.settle(ref, 'paid')
      const kept = async () => (await db.sql`select count(*) from inbox where source like ${`${name}%`}`)[0]
      const before = await kept()
      await expect(hear(await fake.tell(ref, lie))).rejects.toMatchObject({ code: 'webhook_signature' })
      expect(await status()).toBe('pending_payment')
      expect(await kept()).toEqual(before)
      expect(
        (await shop.payments.payOrder(await owner(payment.id), await orderOf(payment.id), name, newId('log')))
          .status,
      ).toBe('pending')
    },
  )
  const owner = async (id: string) =>
    (await db.sql<{ person_id: string }[]>`select person_id from payments where id = ${id}`)[0]!.person_id
  const orderOf = async (id: string) =>
    (
      await db.sql<{ order_id: string }[]>`select order_id from payment_allocations where payment_id = ${id}`
    )[0]!.order_id

  const wrong: Lie[] = [
    { amountMinor: 1 },
    { currency: 'USD' },
    { merchant: 'another' },
    { paymentId: 'pay_nobodys0000' },
  ]
  test.each(wrong.filter((lie) => !fake.cannot.some((one) => one in lie)))(
    'what does not match moves nothing: %o',
    async (lie) => {
      const { ref, status } = await started()
      await fake.settle(ref, 'paid')
      const told = hear(await fake.tell(ref, lie))
      if (lie.merchant) await expect(told).rejects.toMatchObject({ code: 'invalid_input' })
      else await told
      expect(await status()).toBe('pending_payment')
      expect(await balanced()).toBe(true)
    },
  )

  test('nonsense is refused, signed or not', async () => {
    const nothing = { body: Buffer.from('nonsense'), headers: new Map<string, string>() }
    await expect(hear(nothing)).rejects.toMatchObject({ code: 'webhook_signature' })
  })

  test.skipIf(name === 'sandbox')('a genuine notification of something else changes nothing', async () => {
    const { status } = await paid()
    expect(await hear(await fake.small())).toBe(fake.provider.taken ?? '')
    expect(await status()).toBe('paid')
  })

  test('a notification that never comes is asked for; before the buyer pays the answer is nothing', async () => {
    const { ref, status } = await started()
    expect(await fake.provider.query(ref)).toBeNull()
    await fake.settle(ref, 'paid')
    const asked = async () => {
      await shop.payments.askAgain()
      return status()
    }
    await expect.poll(asked).toBe('paid')
    await hear(await fake.tell(ref)) // late: the same money
    expect(await balanced()).toBe(true)
  })

  test('a payment that failed can be tried again; the failure told late changes nothing', async () => {
    const { ref, status, pay, payment } = await started()
    await fake.settle(ref, 'failed')
    const failure = await fake.tell(ref)
    await hear(failure)
    expect(await status()).toBe('pending_payment')
    const second = await pay()
    expect(second.id).not.toBe(payment.id)
    const other = await started()
    await fake.settle(other.ref, 'failed')
    const late = await fake.tell(other.ref)
    await fake.settle(other.ref, 'paid')
    await hear(await fake.tell(other.ref))
    await hear(late)
    expect(await other.status()).toBe('paid')
  })

  test('a payment after its order has ended is given back by itself', async () => {
    const { ref, order, personId, payment } = await started()
    await shop.orders.cancel(personId, order.id)
    await fake.settle(ref, 'paid')
    await hear(await fake.tell(ref))
    await expect.poll(() => fake.refunded(ref)).toBe(5000)
    await expect
      .poll(async () => (await db.sql`select status from payments where id = ${payment.id}`)[0]?.status)
      .toBe('refunded')
    expect(await balanced()).toBe(true)
  })

  test('refunds in parts: each asked twice, an answer lost, and given back once', async () => {
    const { ref } = await paid()
    const refund = (refundId: string, amountMinor: number) =>
      fake.provider.refund({ refundId, providerRef: ref, amountMinor, capturedMinor: 5000, currency: 'CNY' })
    const [one, two] = [newId('ref'), newId('ref')]
    const first = await refund(one, 1200)
    expect(first).not.toBeNull()
    expect(await refund(one, 1200)).toEqual(first)
    fake.loseAnswers(1)
    await expect(refund(two, 3800)).rejects.toThrow()
    fake.loseAnswers(0)
    expect(await refund(two, 3800)).not.toEqual(first)
    expect(await fake.refunded(ref)).toBe(5000)
    await expect(refund(newId('ref'), 1)).rejects.toThrow()
  })

  test.runIf(fake.bookedOn)("a day's statement has its charges and refunds by our names", async () => {
    const statements = must(fake.provider.statements)
    const day = must(fake.bookedOn)
    const { ref, payment } = await paid()
    await paid()
    const refundId = newId('ref')
    const asked = {
      refundId,
      providerRef: ref,
      amountMinor: 1200,
      capturedMinor: 5000,
      currency: 'CNY',
    } as const
    await fake.provider.refund(asked)
    const lines = must(await statements.of(day))
    const named = (wanted: string) => lines.filter((line) => line.name === wanted)
    const line = { ref: expect.any(String), currency: 'CNY' }
    const fees = must(fake.fees)
    expect(named(payment.id)).toMatchObject([
      { ...line, movement: 'charge', name: payment.id, amountMinor: 5000, feeMinor: fees.charge },
    ])
    expect(named(refundId)).toMatchObject([
      { ...line, movement: 'refund', name: refundId, amountMinor: 1200, feeMinor: fees.refund },
    ])
    expect(new Set(lines.map((one) => one.ref)).size).toBe(lines.length)
    expect(await statements.of('2020-02-03')).toEqual([])
    expect(await statements.of(new Date(Date.now() + 9 * 3600_000).toISOString().slice(0, 10))).toBeNull()
  })

  test.runIf(fake.bookedOn)(
    'fees, and what went to our bank, are booked from the statement once',
    async () => {
      await paid()
      const lines = must(await must(fake.provider.statements).of(must(fake.bookedOn)))
      const balance = (
        ownerKind: 'provider' | 'platform',
        ownerId: string,
        kind: 'clearing' | 'provider_fees' | 'bank',
      ) => shop.ledger.balance({ ownerKind, ownerId, kind, currency: 'CNY' })
      const read = () =>
        Promise.all([
          balance('provider', name, 'clearing'),
          balance('platform', 'shelfcast', 'provider_fees'),
          balance('platform', 'shelfcast', 'bank'),
        ])
      const sum = (of: (line: (typeof lines)[number]) => number) =>
        lines.reduce((all, line) => all + of(line), 0)
      const fees = sum((line) => (line.feeMinor ?? 0) + (line.movement === 'fee' ? line.amountMinor : 0))
      const toBank = sum((line) => (line.movement === 'payout' ? line.amountMinor : 0))
      expect(fees).toBeGreaterThan(0)
      expect(toBank > 0).toBe(name === 'stripe')
      const before = await read()
      for (const day of ['2026-02-01', '2026-02-02']) {
        await db.sql`
        select reconcile_statement(${name}, ${day}::text::date, now(), ${JSON.stringify(lines)}::text::jsonb, now())`
      }
      const after = await read()
      expect(after.map((one, n) => one - before[n]!)).toEqual([fees + toBank, 0 - fees, 0 - toBank])
      expect(await balanced()).toBe(true)
    },
  )

  test.runIf(fake.slowRefunds)('a refund under way is not done, and is asked for until it is', async () => {
    const { ref } = await paid()
    const request = {
      refundId: newId('ref'),
      providerRef: ref,
      amountMinor: 100,
      capturedMinor: 5000,
      currency: 'CNY' as const,
    }
    fake.slowRefunds?.(true)
    expect(await fake.provider.refund(request)).toBeNull()
    fake.slowRefunds?.(false)
    expect(await fake.provider.refund(request)).toMatchObject({ providerRef: expect.any(String) })
    expect(await fake.refunded(ref)).toBe(100)
  })

  test.each(fake.refusals)(
    'a refund that is refused for good ends, and can be asked for again: %s',
    async (code) => {
      const { order, status, payment } = await paid()
      const by = { tenantId: merchant.tenantId, orderId: order.id, personId: merchant.ownerId }
      const refundOf = async () => (await shop.orders.work.worked(by.tenantId, by.orderId)).refunds.at(-1)
      fake.refuseRefunds(code)
      await shop.orders.work.refund(by, { lines: null, restock: false, reason: 'why' }, newId('log'))
      await expect.poll(async () => (await refundOf())?.status).toBe('failed')
      expect(await refundOf()).toMatchObject({ refusal: code, waits: true })
      expect(await status()).toBe('paid')
      expect(await balanced()).toBe(true)

      fake.refuseRefunds(null)
      await shop.orders.work.remedyRefund(by, (await refundOf())!.id, { how: 'again' })
      await expect.poll(status).toBe('refunded')
      expect(await fake.refunded(must(await refOf(payment.id)))).toBe(5000)
      expect(await balanced()).toBe(true)
    },
  )

  test.runIf(name === 'alipay')('a refusal of what was given back already is no refusal', async () => {
    const { ref } = await paid()
    const asked = { providerRef: ref, amountMinor: 5000, capturedMinor: 5000, currency: 'CNY' } as const
    const refundId = newId('ref')
    fake.loseAnswers(1)
    await expect(fake.provider.refund({ ...asked, refundId })).rejects.toThrow()
    fake.loseAnswers(0)
    fake.refuseRefunds('ACQ.TRADE_HAS_CLOSE')
    expect(await fake.provider.refund({ ...asked, refundId })).toEqual({ providerRef: refundId })
    await expect(fake.provider.refund({ ...asked, refundId: newId('ref') })).rejects.toThrow(
      'TRADE_HAS_CLOSE',
    )
    fake.refuseRefunds(null)
  })

  test.runIf(name === 'alipay' || name === 'wechat')(
    'an answer that somebody else signed is not believed',
    async () => {
      const { ref, status } = await started()
      await fake.settle(ref, 'paid')
      fake.forgeAnswers(1)
      await expect(fake.provider.query(ref)).rejects.toThrow('wrong signature')
      expect(await status()).toBe('pending_payment')
    },
  )

  test.runIf(name === 'alipay' || name === 'wechat')('it collects yuan only', async () => {
    expect(shop.payments.providersFor('USD')).not.toContain(name)
    const { personId, order } = await ordered()
    await db.sql`update orders set currency = 'USD' where id = ${order.id}`
    await expect(shop.payments.payOrder(personId, order.id, name, newId('log'))).rejects.toMatchObject({
      code: 'payment_provider_off',
    })
  })
})
