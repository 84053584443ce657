import { beforeAll, expect, test, vi } from 'vitest'
import { createPayouts } from '../src/payouts/index.ts'
import { ADDRESS, actorOf, servedCommerce } from '../test/commerce.ts'
import { makeMerchant, makePerson, makeRunningSale, makeSku } from '../test/fixtures.ts'
import { testDb, testRedis } from '../test/world.ts'
import { RULES } from './invariants.ts'
import { broken } from './rules.ts'

/** A rule that finds nothing proves something only when it finds what is wrong. */

const db = await testDb()
const { sql } = db
const shop = await servedCommerce(db, await testRedis())
const { work } = shop.orders
const payouts = createPayouts({ db, clock: shop.clock, limits: { ...shop.limits.payouts, holdMs: 0 } })
let keys = 0
const newKey = () => `key-${++keys}-of-rules`

/** An evening with a bit of everything: refunds with and without units, a parcel, a tip, payouts. */
const merchant = await makeMerchant(db)
const { tenantId, showId, ownerId } = merchant
const skuId = await makeSku(db, merchant, { units: 20, priceMinor: 4999, perBuyerLimit: 6 })
const saleId = await makeRunningSale(db, merchant, skuId, { priceMinor: 3331, quantity: 9, perBuyerLimit: 5 })
const buyer = actorOf(await makePerson(db))
shop.outbox.start()

async function paid(quantity: number) {
  const lines = [{ skuId, saleId, quantity }]
  const asked = { showId, lines, address: ADDRESS, expectedTotalMinor: 3331 * quantity, visit: {} }
  const order = await shop.orders.place(buyer, asked, newKey())
  await pay((await shop.payments.payOrder(buyer.personId, order.id, 'sandbox', newKey())).payUrl!)
  const by = { tenantId, orderId: order.id, personId: ownerId }
  await until(async () => (await work.worked(tenantId, order.id)).status === 'paid')
  return { by, lineId: order.lines[0]!.id }
}

const until = (so: () => Promise<boolean>) => vi.waitFor(async () => expect(await so()).toBe(true), 5000)

const pay = (payUrl: string) =>
  fetch(payUrl, { method: 'POST', body: new URLSearchParams({ choice: 'success' }) })

async function refund(
  { by, lineId }: Awaited<ReturnType<typeof paid>>,
  quantity: number | null,
  restock: boolean,
) {
  const key = newKey()
  const asked = { lines: quantity === null ? null : [{ lineId, quantity }], restock }
  await work.refund(by, { ...asked, reason: key }, key)
  await until(async () => (await work.worked(tenantId, by.orderId)).status !== 'refunding')
}

beforeAll(async () => {
  const first = await paid(3)
  await work.ship(first.by, {
    carrier: 'SF',
    trackingNumber: '1',
    lines: [{ lineId: first.lineId, quantity: 1 }],
  })
  await refund(first, 1, true)
  await refund(first, 1, false)
  const second = await paid(1)
  await refund(second, null, true)
  await paid(2)
  await pay((await shop.tips.buyCoins(buyer, 'pack-60', 'sandbox', newKey())).payment.payUrl!)
  await until(async () => (await shop.tips.wallet(buyer.personId)).coins === 60)
  await shop.tips.send(buyer, showId, { giftId: 'flower', count: 2 }, newKey())
  await payouts.requestForTenant(tenantId, ownerId, { amountMinor: 4000 }, newKey())
  const { id: refused } = await payouts.requestForTenant(tenantId, ownerId, { amountMinor: 2000 }, newKey())
  await payouts.close(refused, ownerId, 'refused', 'no')
  await shop.outbox.idle()
})

test('what went well breaks no rule', async () => {
  expect(await broken(RULES, db)).toEqual([])
})

/** How each rule begins, and what breaks it. */
const DAMAGE: [sentence: string, damage: string][] = [
  ['reserved and sold are', 'update stock set sold = sold + 1, on_hand = on_hand + 1'],
  ['a flash sale has taken', 'update flash_sales set taken = taken + 1'],
  ['a flash sale has taken', 'update flash_sales set unpaid_orders = 1'],
  ['nobody has more of a SKU', 'update skus set per_buyer_limit = 3'],
  ['nobody has more of a flash sale', 'update flash_sales set per_buyer_limit = 2'],
  ['what buyers are counted', `update buyer_counts set quantity = quantity - 1 where scope <> ''`],
  ['what buyers are counted', 'delete from buyer_counts'],
  [
    'nobody waits for units that are free',
    `insert into sale_waiters (id, tenant_id, sale_id, person_id, status, offer_ms)
     select 'wtr_a', f.tenant_id, f.id, o.person_id, 'waiting', 1 from flash_sales f, orders o limit 1`,
  ],
  [
    'offers went in the order of joining',
    `insert into sale_waiters (id, tenant_id, sale_id, person_id, place, status, offer_ms, offered_at)
     select 'wtr_' || n, f.tenant_id, f.id, o.person_id, n, 'lapsed', 1, now() - n * interval '1 min'
     from flash_sales f, (select person_id from orders limit 1) o, generate_series(1, 2) n`,
  ],
  [
    'every version of a sale’s terms is kept',
    `insert into sale_changes (tenant_id, sale_id, version, person_id, after)
     select f.tenant_id, f.id, 1, o.person_id, '{}' from flash_sales f, orders o limit 1`,
  ],
  ['no unit is sent twice', 'update parcel_lines set quantity = quantity + 3'],
  ['captured money is a paid order', `update coin_purchases set status = 'failed'`],
  ['an order is paid once', `update orders set status = 'paid' where status = 'refunded'`],
  ['all units given back', 'update order_lines set refunded_quantity = quantity where refunded_quantity = 0'],
  ['of a payment no more', `update refunds set status = 'failed'`],
  ['of a payment no more', 'update refunds set amount_minor = amount_minor + 1'],
  ['a refund is asked for once', `update refunds set reason = (select min(reason) from refunds)`],
  ['the books of the sandbox', 'update sandbox_payments set refunded_minor = 0'],
  [
    'each transfer of the ledger',
    'alter table ledger_entries disable trigger user; update ledger_entries set amount_minor = amount_minor + 1',
  ],
  ['no wallet is below zero', 'update tips set coins = 61'],
  ['a merchant has earned the tips', 'update tips set coins = coins + 1'],
  ['coins are issued', `update coin_purchases set status = 'failed'`],
  ['what was asked to be paid out', 'update payouts set amount_minor = amount_minor + 100000'],
  ['a merchant has what was paid', `update payouts set state = 'paid' where state = 'refused'`],
  ['who is to have money back', `update refunds set status = 'failed', requested_by = null`],
  ['an order’s trail', `update orders set status = 'completed' where status = 'paid'`],
  ['no unpaid order is past its time', `update orders set status = 'refunding' where status = 'paid'`],
  ['the outbox is empty', `insert into outbox (topic, key, payload) values ('a', 'b', '{}')`],
]

test('every rule is shown to find what is wrong', () => {
  const shown = (sentence: string) => DAMAGE.some(([begins]) => sentence.startsWith(begins))
  // A CHECK keeps Postgres from breaking the first.
  expect(RULES.map(([sentence]) => sentence).filter((one) => !shown(one))).toEqual([
    'on hand = available + reserved + sold, none below zero',
  ])
})

test.each(DAMAGE)('%s …: broken by %s', async (sentence, damage) => {
  const found: string[] = []
  const undone = sql.begin(async (tx) => {
    await tx.unsafe(damage)
    found.push(...(await broken(RULES, { sql: tx })))
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(found.some((line) => line.startsWith(sentence))).toBe(true)
})
