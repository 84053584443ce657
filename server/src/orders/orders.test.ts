import type { OrderStatus } from '@shelfcast/shared/api/orders.ts'
import { ORDER_STATUSES } from '@shelfcast/shared/api/orders.ts'
import { ORDER_TRANSITIONS } from '@shelfcast/shared/order-transitions.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce, stockOf } from '../../test/commerce.ts'
import {
  type Merchant,
  makeMerchant,
  makePeople,
  makePerson,
  makeRunningSale,
  makeSku,
} from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'
import { maskAddress } from './mask.ts'
import { bounded, itemsMinorOf, priceLine } from './pricing.ts'
import { whyNot } from './rules.ts'

const db = await testDb()
const redis = await testRedis()
const shop = commerce(db, redis)
const { orders, payments, outbox } = shop
outbox.start()

async function place(
  merchant: Merchant,
  personId: string,
  skuId: string,
  { quantity = 1, saleId = null as string | null, price = 5000 } = {},
) {
  return orders.place(
    actorOf(personId),
    {
      showId: merchant.showId,
      lines: [{ skuId, quantity, saleId }],
      address: ADDRESS,
      expectedTotalMinor: price * quantity,
      visit: { utm_source: 'test' },
    },
    newId('log'),
  )
}

const capture = async (paymentId: string) => {
  const [event] = await db.sql<{ id: string }[]>`
    select ${newId('log')} as id, 'captured' as kind, id as "paymentId", ${newId('log')} as "transactionId",
      provider_ref as "providerRef", amount_minor as "amountMinor", currency from payments where id = ${paymentId}`
  await db.sql`select apply_payment_event('sandbox', ${db.sql.json({ ...event })}, ${new Date(shop.clock.now())})`
}

test('a cancelled order gives its units back to stock, sale and buyer, once', async () => {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 4 })
  const saleId = await makeRunningSale(db, merchant, skuId, { quantity: 2, perBuyerLimit: 2 })
  const personId = await makePerson(db)
  const order = await place(merchant, personId, skuId, { quantity: 2, saleId, price: 1000 })
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => orders.cancel(personId, order.id)))
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  expect((await stockOf(db, skuId)).row).toEqual({ onHand: 4, available: 4, reserved: 0, sold: 0 })
  const [sale] = await db.sql`select taken from flash_sales where id = ${saleId}`
  const counts = await db.sql`select quantity from buyer_counts where person_id = ${personId}`
  expect([sale!.taken, ...counts.map((row) => row.quantity)]).toEqual([0, 0, 0])
  // The gate has heard of it: the same buyer may have the units again.
  await outbox.idle()
  await expect.poll(() => redis.hget(`stock:{${skuId}}`, 'left')).toBe('4')
  await place(merchant, personId, skuId, { quantity: 2, saleId, price: 1000 })
})

test('an order nobody pays expires at its time, and a paid one does not', async () => {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 4 })
  const personId = await makePerson(db)
  const [unpaid, paid] = [await place(merchant, personId, skuId), await place(merchant, personId, skuId)]
  expect(unpaid.expiresAt! - unpaid.placedAt).toBe(shop.limits.orders.payWithinMs)
  await capture((await payments.payOrder(personId, paid.id, 'sandbox', newId('log'))).id)
  expect(await orders.sweep()).toBe(0)
  shop.time.offsetMs = shop.limits.orders.payWithinMs + 1000
  await Promise.all([orders.sweep(), orders.sweep()])
  shop.time.offsetMs = 0
  expect((await orders.mine(personId, unpaid.id)).status).toBe('expired')
  expect((await orders.mine(personId, paid.id)).status).toBe('paid')
  expect((await stockOf(db, skuId)).row).toEqual({ onHand: 4, available: 3, reserved: 0, sold: 1 })
  await expect(orders.cancel(personId, paid.id)).rejects.toMatchObject({
    code: 'order_transition_refused',
    message: expect.stringContaining('The order is paid'),
  })
})

test('orders are seen by their buyer and their merchant, page by page, with the address masked', async () => {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 9 })
  const [ann, bo] = await makePeople(db, 2)
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.unshift((await place(merchant, ann!, skuId)).id)
  await place(merchant, bo!, skuId)
  const first = await orders.listMine(ann!, { limit: 3 })
  const second = await orders.listMine(ann!, { limit: 3, after: first.next! })
  expect([...first.items, ...second.items].map((order) => order.id)).toEqual(ids)
  expect(second.next).toBeNull()
  await expect(orders.mine(bo!, ids[0]!)).rejects.toMatchObject({ code: 'not_found' })
  const seen = await orders.forMerchant(merchant.tenantId, ids[0]!)
  expect(seen.buyer).toEqual({ personId: ann, name: 'Buyer' })
  expect(seen.address).toEqual({ name: '陈***', phone: '+86****00', line: 'CN 浙江 杭州 ***' })
  expect(JSON.stringify(seen)).not.toContain('西湖路')
  const foreign = await makeMerchant(db)
  await expect(orders.forMerchant(foreign.tenantId, ids[0]!)).rejects.toMatchObject({ code: 'not_found' })
  const page = { limit: 50, showId: merchant.showId }
  expect((await orders.listForMerchant(merchant.tenantId, page)).items).toHaveLength(6)
  expect((await orders.listForMerchant(merchant.tenantId, { ...page, status: 'paid' })).items).toEqual([])
  expect(await orders.hasBought(merchant.tenantId, ann!)).toBe(false)
})

/** What a random life of a shop is made of: buyers act, money comes early, late or twice, time passes. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('buy' as const),
      who: fc.nat(3),
      quantity: fc.integer({ min: 1, max: 3 }),
      inSale: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pay' as const), order: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('capture' as const), payment: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), order: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function live(steps: readonly Step[]) {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: 6, perBuyerLimit: 4 })
  const saleId = await makeRunningSale(db, merchant, skuId, { quantity: 3, perBuyerLimit: 2 })
  const people = await makePeople(db, 4)
  const placed: { id: string; personId: string }[] = []
  const started: string[] = []
  const act: { [K in Step['do']]: (one: Extract<Step, { do: K }>) => Promise<unknown> } = {
    async buy({ who, quantity, inSale }) {
      const personId = people[who]!
      const order = await place(
        merchant,
        personId,
        skuId,
        inSale ? { quantity, saleId, price: 1000 } : { quantity },
      )
      placed.push({ id: order.id, personId })
    },
    async pay({ order }) {
      const one = placed[order % placed.length]
      if (one) started.push((await payments.payOrder(one.personId, one.id, 'sandbox', newId('log'))).id)
    },
    async capture({ payment }) {
      const id = started[payment % started.length]
      if (id) await capture(id)
    },
    async cancel({ order }) {
      const one = placed[order % placed.length]
      if (one) await orders.cancel(one.personId, one.id)
    },
    async expire() {
      await db.sql`update orders set expires_at = now() - interval '1 second' where status = 'pending_payment' and tenant_id = ${merchant.tenantId}`
      await orders.sweep()
    },
    flush: () => redis.flushdb(),
  }
  for (const one of steps) {
    // Refusals are part of life; anything else fails the run.
    await (act[one.do] as (step: Step) => Promise<unknown>)(one).catch((error: { name?: string }) => {
      if (error.name !== 'Fault') throw error
    })
  }
  return { merchant, skuId, saleId }
}

test('whatever happens: stock adds up, limits hold, moves are allowed ones, and every capture is a paid order or a refund', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const { merchant, skuId, saleId } = await live(steps)
      const { tenantId } = merchant
      const { row, ordered } = await stockOf(db, skuId)
      expect({ reserved: row.reserved, sold: row.sold }).toEqual({
        reserved: ordered.reserved,
        sold: ordered.sold,
      })
      expect(row.available + row.reserved + row.sold).toBe(6)
      expect(ordered.buyers).toBe(row.reserved + row.sold)

      const [sale] = await db.sql`
        select f.taken, coalesce(sum(l.quantity) filter (where o.status in ('pending_payment', 'paid')), 0)::int as ordered
        from flash_sales f left join order_lines l on l.sale_id = f.id left join orders o on o.id = l.order_id
        where f.id = ${saleId} group by f.taken`
      expect(sale!.taken).toBe(sale!.ordered)
      const [most] = await db.sql`
        select coalesce(max(quantity) filter (where scope = ''), 0) as all, coalesce(max(quantity) filter (where scope <> ''), 0) as sale
        from buyer_counts where sku_id = ${skuId}`
      expect(most!.all).toBeLessThanOrEqual(4)
      expect(most!.sale).toBeLessThanOrEqual(2)

      const moves = await db.sql<{ from: OrderStatus | null; to: OrderStatus }[]>`
        select from_status as "from", to_status as "to" from order_events where tenant_id = ${tenantId}`
      for (const { from, to } of moves) {
        if (from !== null)
          expect(ORDER_TRANSITIONS.some((one) => one.from === from && one.to === to)).toBe(true)
      }

      const unplaced = await db.sql`
        select p.id from payments p join payment_allocations a on a.payment_id = p.id
        where p.tenant_id = ${tenantId} and p.captured_minor > 0
          and (select count(*) from ledger_transfers t where t.kind = 'order_paid' and t.ref = a.id)
            + (select count(*) from refunds r where r.payment_id = p.id) <> 1`
      expect(unplaced).toEqual([])
      const [paid] = await db.sql`
        select count(*) filter (where o.status = 'paid')::int as orders,
          (select count(*)::int from ledger_transfers t join payment_allocations a on a.id = t.ref
            where t.kind = 'order_paid' and a.tenant_id = ${tenantId}) as bookings
        from orders o where o.tenant_id = ${tenantId}`
      expect(paid!.orders).toBe(paid!.bookings)
      for (const [, sum] of await shop.ledger.trialBalance()) expect(sum).toBe(0)
    }),
    { numRuns: 20 },
  )
}, 60_000)

test('a refused move says why', () => {
  expect(whyNot('pending_payment', 'cancelled', 'buyer')).toBeNull()
  expect(whyNot('pending_payment', 'paid', 'buyer')).toMatch(/for payments, not for the buyer/)
  expect(whyNot('cancelled', 'paid', 'payments')).toMatch(/final/)
  expect(whyNot('paid', 'delivered', 'merchant')).toMatch(
    /can become packed or shipped or refunding, not delivered/,
  )
})

test('every status can be reached, and a finished one is left only by a refund', () => {
  for (const status of ORDER_STATUSES) {
    if (status !== 'pending_payment') expect(ORDER_TRANSITIONS.some((one) => one.to === status)).toBe(true)
  }
  expect(ORDER_TRANSITIONS.filter((one) => one.from === 'completed').map((one) => one.to)).toEqual([
    'refunding',
  ])
})

test('a line at list price and its adjustment is what is paid, for any price', () => {
  const price = fc.integer({ min: 1, max: 10_000_000 })
  const facts = fc.record({
    listPriceMinor: price,
    live: fc.option(fc.record({ priceMinor: price, showId: fc.constant('shw'), version: fc.nat() })),
    campaign: fc.option(fc.record({ priceMinor: price, campaignId: fc.constant('cmp'), version: fc.nat() })),
    flash: fc.option(fc.record({ priceMinor: price, saleId: fc.constant('sal'), version: fc.nat() })),
  })
  fc.assert(
    fc.property(facts, fc.integer({ min: 1, max: 100 }), (given, quantity) => {
      const { unitPriceMinor, adjustment } = priceLine(given, quantity)
      expect(unitPriceMinor).toBe(
        (given.flash ?? given.live ?? given.campaign)?.priceMinor ?? given.listPriceMinor,
      )
      expect(given.listPriceMinor * quantity + (adjustment?.amountMinor ?? 0)).toBe(unitPriceMinor * quantity)
      expect(adjustment === null).toBe(unitPriceMinor === given.listPriceMinor)
    }),
  )
  expect(bounded(itemsMinorOf([{ unitPriceMinor: 1_000_000_000, quantity: 2 }]))).toBeNull()
})

test('a mask never shows the street, and of a phone no more than the ends', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 5, maxLength: 24 }),
      fc.string({ minLength: 3, maxLength: 60 }),
      (phone, street) => {
        const masked = maskAddress({ ...ADDRESS, phone, street: `§${street}§` })
        expect(JSON.stringify(masked)).not.toContain(`§`)
        expect(masked.phone.replaceAll('*', '').length).toBeLessThanOrEqual(
          Math.max(5, [...phone].filter((char) => char === '*').length + 5),
        )
      },
    ),
  )
})
