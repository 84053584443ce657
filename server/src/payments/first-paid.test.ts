import { expect, test } from 'vitest'
import { ADDRESS, actorOf, servedCommerce, stockOf } from '../../test/commerce.ts'
import { makeMerchant, makePeople, makeRunningSale, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'

const db = await testDb()
const redis = await testRedis()
const shop = await servedCommerce(db, redis, { orders: { unpaidPerSaleMax: 60 } })
const { orders, outbox, payments, stock } = shop
outbox.start()

async function saleOf(quantity: number, { units = quantity + 5, perBuyerLimit = 1 } = {}) {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units })
  const saleId = await makeRunningSale(db, merchant, skuId, {
    quantity,
    perBuyerLimit,
    allocation: 'first_paid',
  })
  const order = (personId: string, count = 1) =>
    orders.place(
      actorOf(personId),
      {
        showId: merchant.showId,
        lines: [{ skuId, quantity: count, saleId }],
        address: ADDRESS,
        expectedTotalMinor: 1000 * count,
        visit: {},
      },
      newId('log'),
    )
  const facts = async () => {
    const [sale] = await db.sql<{ taken: number; unpaid: number }[]>`
      select taken, unpaid_orders as unpaid from flash_sales where id = ${saleId}`
    return { ...(await stockOf(db, skuId)).row, ...sale! }
  }
  return { ...merchant, skuId, saleId, order, facts }
}

const start = async (personId: string, orderId: string) =>
  (await payments.payOrder(personId, orderId, 'sandbox', newId('log'))).id

async function capture(paymentId: string): Promise<string> {
  const [event] = await db.sql`
    select ${newId('log')} as id, 'captured' as kind, id as "paymentId", ${newId('log')} as "transactionId",
      provider_ref as "providerRef", amount_minor as "amountMinor", currency from payments where id = ${paymentId}`
  const [row] = await db.sql<{ outcome: string }[]>`
    select apply_payment_event('sandbox', ${db.sql.json({ ...event })}, ${new Date(shop.clock.now())}) as outcome`
  return row!.outcome
}

const ledgerSums = () =>
  db.sql`select currency from ledger_entries group by currency having sum(amount_minor) <> 0`

test('fifty pay at once for ten units: ten have them, forty have their money back', async () => {
  const sale = await saleOf(10)
  const people = await makePeople(db, 50)
  const placed = await Promise.all(people.map((personId) => sale.order(personId)))
  expect(await sale.facts()).toMatchObject({ available: 15, reserved: 0, sold: 0, taken: 0, unpaid: 50 })
  const started = await Promise.all(
    placed.map(({ id }, i) => payments.payOrder(people[i]!, id, 'sandbox', newId('log'))),
  )
  await Promise.all(
    started.map(({ payUrl }) =>
      fetch(payUrl!, { method: 'POST', body: new URLSearchParams({ choice: 'success' }) }),
    ),
  )
  await expect
    .poll(async () => (await db.sql`select from payments where status in ('created', 'pending')`).length, {
      timeout: 10_000,
    })
    .toBe(0)
  expect(await sale.facts()).toMatchObject({ available: 5, reserved: 0, sold: 10, taken: 10, unpaid: 0 })
  await outbox.idle()
  await expect.poll(async () => (await db.sql`select from refunds where status = 'done'`).length).toBe(40)
  expect(await ledgerSums()).toEqual([])
  const ends = await db.sql`
    select o.status, e.reason, count(*)::int as orders, sum(p.captured_minor - p.refunded_minor)::int as kept
    from orders o join order_events e on e.order_id = o.id and e.to_status = o.status
    join payment_allocations a on a.order_id = o.id join payments p on p.id = a.payment_id
    where o.show_id = ${sale.showId} group by 1, 2 order by 1`
  expect(ends).toEqual([
    { status: 'cancelled', reason: 'sold out before it was paid', orders: 40, kept: 0 },
    { status: 'paid', reason: '', orders: 10, kept: 10_000 },
  ])
})

test('once sold out, the gate takes no more orders and nobody is sent to pay', async () => {
  const sale = await saleOf(1)
  const [ann, ben, cat] = (await makePeople(db, 3)) as [string, string, string]
  const [first, second] = [await sale.order(ann), await sale.order(ben)]
  expect(await capture(await start(ann, first.id))).toBe('paid')
  await expect(start(ben, second.id)).rejects.toMatchObject({ code: 'sold_out' })
  await outbox.idle()
  await stock.reconcile()
  await expect.poll(() => redis.hget(`stock:{${sale.skuId}}`, 'saleLeft')).toBe('0')
  await expect(sale.order(cat)).rejects.toMatchObject({ code: 'sold_out', more: { extra: { left: 0 } } })
  await orders.cancel(ben, second.id)
  expect(await sale.facts()).toMatchObject({ available: 5, reserved: 0, sold: 1, taken: 1, unpaid: 0 })
})

test('a buyer may order twice, and has no more than the limit when both are paid', async () => {
  const sale = await saleOf(5)
  const [ann] = (await makePeople(db, 1)) as [string]
  const both = [await sale.order(ann), await sale.order(ann)]
  const started = await Promise.all(both.map(({ id }) => start(ann, id)))
  expect((await Promise.all(started.map(capture))).sort()).toEqual(['paid', 'refunding'])
  expect(await sale.facts()).toMatchObject({ sold: 1, taken: 1, unpaid: 0 })
  await expect(sale.order(ann)).rejects.toMatchObject({ code: 'buyer_limit' })
})

test('so many orders of a sale wait for payment at most; who cancels or is late makes room', async () => {
  const sale = await saleOf(100)
  const people = await makePeople(db, 62)
  const placed = await Promise.all(people.slice(0, 60).map((personId) => sale.order(personId)))
  const late = people.at(-1)!
  await expect(sale.order(late)).rejects.toMatchObject({ code: 'sale_busy' })
  await orders.cancel(people[0]!, placed[0]!.id)
  await db.sql`update orders set expires_at = now() - interval '1 s' where id = ${placed[1]!.id}`
  await orders.sweep()
  expect(await sale.facts()).toMatchObject({ available: 105, reserved: 0, taken: 0, unpaid: 58 })
  await sale.order(late)
})

test('who pays for an order that had expired has the units while there are any', async () => {
  const sale = await saleOf(1)
  const [ann, ben] = (await makePeople(db, 2)) as [string, string]
  const placed = [await sale.order(ann), await sale.order(ben)]
  const started = [await start(ann, placed[0]!.id), await start(ben, placed[1]!.id)]
  await db.sql`update orders set expires_at = now() - interval '1 s' where show_id = ${sale.showId}`
  await orders.sweep()
  expect([await capture(started[0]!), await capture(started[1]!)]).toEqual(['reallocated', 'refunding'])
  expect(await sale.facts()).toMatchObject({ sold: 1, reserved: 0, taken: 1, unpaid: 0 })
})

test('an order of such a sale and of something held: both or neither', async () => {
  const sale = await saleOf(1)
  const held = await makeSku(db, sale, { units: 4, priceMinor: 5000 })
  const [ann, ben] = (await makePeople(db, 2)) as [string, string]
  const both = async (personId: string) => {
    const lines = [
      { skuId: sale.skuId, quantity: 1, saleId: sale.saleId },
      { skuId: held, quantity: 2, saleId: null },
    ]
    const asked = { showId: sale.showId, lines, address: ADDRESS, expectedTotalMinor: 11_000, visit: {} }
    return orders.place(actorOf(personId), asked, newId('log'))
  }
  const placed = [await both(ann), await both(ben)]
  expect((await stockOf(db, held)).row).toMatchObject({ available: 0, reserved: 4 })
  const started = [await start(ann, placed[0]!.id), await start(ben, placed[1]!.id)]
  expect([await capture(started[0]!), await capture(started[1]!)]).toEqual(['paid', 'refunding'])
  expect((await stockOf(db, held)).row).toMatchObject({ available: 2, reserved: 0, sold: 2 })
  expect(await sale.facts()).toMatchObject({ sold: 1, reserved: 0, taken: 1, unpaid: 0 })
  expect(await ledgerSums()).toEqual([])
})
