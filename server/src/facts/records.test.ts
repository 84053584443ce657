import { expect, test } from 'vitest'
import { ADDRESS, actorOf, servedCommerce } from '../../test/commerce.ts'
import { makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'

const db = await testDb()
const shop = await servedCommerce(db, await testRedis())
const { facts, outbox, orders, payments, tips } = shop
outbox.start()

let keys = 0
const newKey = () => `key-${++keys}-${Date.now()}`
const press = (payUrl: string | null, choice: string) =>
  fetch(payUrl!, { method: 'POST', body: new URLSearchParams({ choice }) })

const VISIT = { utm_source: 'letter', utm_campaign: 'winter' }

/** An order of two units at 40.00 each, off 50.00, by somebody who came by a letter. */
async function ordered(agreed: boolean) {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { livePriceMinor: 4000 })
  const personId = await makePerson(db)
  await facts.consents.decide(personId, agreed)
  const lines = [{ skuId, quantity: 2, saleId: null }]
  const asked = { showId: merchant.showId, lines, address: ADDRESS, expectedTotalMinor: 8000, visit: VISIT }
  const order = await orders.place(actorOf(personId), asked, newKey())
  const told = () => db.sql<{ type: string }[]>`
    select type, person_id as "personId", product_id as "productId", value_minor as "valueMinor", currency, consent,
      source, session_id as session, data, extract(epoch from at) * 1000 as at
    from facts where show_id = ${merchant.showId} order by at, type`
  const figures = () =>
    facts.figures({ ...merchant, currency: 'CNY' }, { withMoney: true, to: Date.now() + 1000 })
  return { merchant, personId, order, told, figures }
}

test('an order and its payment are facts once each, by line, at what the line costs', async () => {
  const { order, personId, told, figures } = await ordered(true)
  await outbox.idle()
  const payment = await payments.payOrder(personId, order.id, 'sandbox', newKey())
  await press(payment.payUrl, 'duplicate')
  await expect.poll(async () => (await told()).length).toBe(2)
  await db.sql`
    insert into outbox (topic, key, payload)
    select 'order.changed', ${order.id}, ${db.sql.json({ tenantId: order.tenantId, orderId: order.id, status: 'paid' })}
    from generate_series(1, 3)` // told again
  outbox.nudge()
  await outbox.idle()
  const [line] = order.lines
  const both = {
    ...{ personId, productId: line!.productId, valueMinor: 8000, currency: 'CNY', session: null },
    ...{ consent: true, source: VISIT },
    data: { orderId: order.id, lineId: line!.id, skuId: line!.skuId, quantity: 2 },
  }
  expect(await told()).toEqual([
    expect.objectContaining({ ...both, type: 'ordered' }),
    expect.objectContaining({ ...both, type: 'paid' }),
  ])
  expect(await figures()).toMatchObject({
    ...{ viewers: 0, orders: 1, paidOrders: 1 },
    money: { gmvMinor: 8000, paidMinor: 8000, refundedMinor: 0 },
    products: [{ seen: 0, ordered: 1, paid: 1 }],
    sources: [{ name: 'letter', orders: 1 }],
  })
})

test('of a buyer who did not agree nothing is kept of where they came from, neither here nor with the order', async () => {
  const { order, personId, told, figures } = await ordered(false)
  await expect
    .poll(told)
    .toEqual([
      expect.objectContaining({ type: 'ordered', personId, consent: false, source: {}, session: null }),
    ])
  const [row] = await db.sql`select visit from orders where id = ${order.id}`
  expect(row).toEqual({ visit: {} })
  expect((await figures()).sources).toEqual([])
})

test('the order of a buyer who agreed keeps it', async () => {
  const { order } = await ordered(true)
  const [row] = await db.sql`select visit from orders where id = ${order.id}`
  expect(row).toEqual({ visit: VISIT })
})

test('money that went back is a fact', async () => {
  const { order, personId, told, figures } = await ordered(true)
  const payment = await payments.payOrder(personId, order.id, 'sandbox', newKey())
  await orders.cancel(personId, order.id)
  await press(payment.payUrl, 'success') // too late: it goes back
  await expect
    .poll(async () => (await told()).map(({ type }) => type).toSorted())
    .toEqual(['ordered', 'refunded'])
  expect((await figures()).money).toMatchObject({ gmvMinor: 8000, paidMinor: 0, refundedMinor: 8000 })
})

test('a tip is a fact, in coins', async () => {
  const { merchant, told, figures } = await ordered(true)
  const actor = actorOf(await makePerson(db))
  const { payment } = await tips.buyCoins(actor, 'pack-60', 'sandbox', newKey())
  await press(payment.payUrl, 'success')
  await expect.poll(async () => (await tips.wallet(actor.personId)).coins).toBe(60)
  const { tipId } = await tips.send(actor, merchant.showId, { giftId: 'flower', count: 2 }, newKey())
  await expect.poll(told).toContainEqual(
    expect.objectContaining({
      ...{ type: 'tipped', personId: actor.personId, valueMinor: 20, currency: 'COIN', source: {} },
      data: { tipId, giftId: 'flower', count: 2 },
    }),
  )
  expect((await figures()).money).toMatchObject({ tips: 1, tipCoins: 20 })
})
