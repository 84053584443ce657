import { ORDER_TRANSITIONS } from '@shelfcast/shared/order-transitions.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce, stockOf } from '../../test/commerce.ts'
import { type Merchant, makeMerchant, makePerson, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { csvLine } from '../kernel/csv.ts'
import { newId } from '../kernel/ids.ts'

const db = await testDb()
const shop = commerce(db, await testRedis(), {
  orders: { notesPerOrderMax: 2, exportOrdersMax: 2, unpaidPerPersonMax: 1000 },
})
const { work } = shop.orders
const merchant = await makeMerchant(db)
const seed = Number(process.env.SEED ?? Date.now() % 1e9)

/** A paid order with a line for each quantity, at 33.33 a unit. */
async function paid(quantities: number[] = [2], given?: Merchant) {
  const of = given ?? (await makeMerchant(db))
  const skus = await Promise.all(quantities.map(() => makeSku(db, of, { units: 10, priceMinor: 3333 })))
  const personId = await makePerson(db)
  const lines = quantities.map((quantity, n) => ({ skuId: skus[n]!, quantity, saleId: null }))
  const total = quantities.reduce((sum, one) => sum + one * 3333, 0)
  const asked = { showId: of.showId, lines, address: ADDRESS, expectedTotalMinor: total, visit: {} }
  const order = await shop.orders.place(actorOf(personId), asked, newId('log'))
  const { id } = await shop.payments.payOrder(personId, order.id, 'sandbox', newId('log'))
  const event = {
    ...{ id: newId('log'), kind: 'captured', paymentId: id, transactionId: newId('log') },
    ...{ providerRef: `sbx_${id}`, amountMinor: total, currency: 'CNY' },
  }
  await db.sql`select apply_payment_event('sandbox', ${JSON.stringify(event)}::text::jsonb, now())`
  const by = { tenantId: of.tenantId, orderId: order.id, personId: of.ownerId }
  return { by, skus, total, paymentId: id, personId, lines: order.lines.map((line) => line.id) }
}
const parcel = (lines: { lineId: string; quantity: number }[] | null = null) => ({
  carrier: 'SF',
  trackingNumber: 'SF1',
  lines,
})
const refund = (lines: { lineId: string; quantity: number }[] | null, restock = false) => ({
  lines,
  restock,
  reason: 'asked',
})

/** The provider has done what was asked of it. */
const settle = (orderId: string) => db.sql`
  select complete_refund(id, id) from refunds where order_id = ${orderId} and status = 'requested'`
const sales = (tenantId: string) =>
  shop.ledger.balance({ ownerKind: 'tenant', ownerId: tenantId, kind: 'sales', currency: 'CNY' })

test('an order is packed, sent in two parcels, delivered, and completed by time', async () => {
  const { by, lines } = await paid([2, 1])
  expect((await work.pack(by)).lines.map((line) => line.fulfilment)).toEqual(['packed', 'packed'])
  const first = await work.ship(by, parcel([{ lineId: lines[0]!, quantity: 1 }]))
  expect(first).toMatchObject({ status: 'packed', parcels: [{ carrier: 'SF', lines: [{ quantity: 1 }] }] })
  await expect(work.ship(by, parcel([{ lineId: lines[0]!, quantity: 2 }]))).rejects.toMatchObject({
    code: 'parcel_too_large',
    more: { extra: { left: 1 } },
  })
  const all = await work.ship(by, parcel())
  expect(all.status).toBe('shipped')
  await expect(work.ship(by, parcel())).rejects.toMatchObject({ code: 'order_transition_refused' })
  expect((await work.deliver(by, all.parcels[0]!.id)).status).toBe('shipped')
  const done = await work.deliver(by, all.parcels[1]!.id)
  expect(done.lines.map((line) => line.fulfilment)).toEqual(['delivered', 'delivered'])
  await expect(work.deliver(by, all.parcels[1]!.id)).rejects.toMatchObject({
    code: 'order_transition_refused',
  })
  expect(await work.advance()).toBe(0)
  shop.time.offsetMs = shop.limits.orders.completedAfterMs + 60_000
  expect(await work.advance()).toBeGreaterThan(0)
  shop.time.offsetMs = 0
  const { status, history } = await work.worked(by.tenantId, by.orderId)
  expect(status).toBe('completed')
  expect(history.map(({ to }) => to)).toEqual([
    'pending_payment',
    'paid',
    'packed',
    'shipped',
    'delivered',
    'completed',
  ])
  expect(history[2]?.by).toMatch(/^Buyer/) // the owner, by name
})

test('the buyer says that everything has come, once or twice: the order is completed', async () => {
  const { by, personId } = await paid([2])
  const received = (who = personId) => shop.orders.received(who, by.orderId)
  await expect(received()).rejects.toMatchObject({ code: 'order_transition_refused' })
  await work.ship(by, parcel())
  await expect(received(await makePerson(db))).rejects.toMatchObject({ code: 'not_found' })
  const answers = await Promise.all([received(), received(), received()])
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['completed']))
  const order = await work.worked(by.tenantId, by.orderId)
  expect(order.history.map(({ to }) => to).slice(-3)).toEqual(['shipped', 'delivered', 'completed'])
  expect(order.parcels[0]?.deliveredAt).not.toBeNull()
  expect(order.lines[0]?.fulfilment).toBe('delivered')
  const other = await paid()
  const sent = await work.ship(other.by, parcel())
  await work.deliver(other.by, sent.parcels[0]!.id)
  expect((await shop.orders.received(other.personId, other.by.orderId)).status).toBe('completed')
})

test('the buyer changes the address before it is packed, within its region, and not for ever', async () => {
  const { by, personId } = await paid()
  const change = (to: Partial<typeof ADDRESS>, who = personId) =>
    shop.orders.changeAddress(who, by.orderId, { ...ADDRESS, ...to })
  await change({ street: 'Elsewhere 9' })
  expect(await work.unmask(by, 'to see')).toMatchObject({ street: 'Elsewhere 9' })
  expect((await work.worked(by.tenantId, by.orderId)).notes[1]).toMatchObject({ kind: 'address_changed' })
  await expect(change({ region: 'Another' })).rejects.toMatchObject({ code: 'address_region_fixed' })
  await expect(change({}, await makePerson(db))).rejects.toMatchObject({ code: 'not_found' })
  for (let n = 1; n < shop.limits.orders.addressChangesMax; n++) await change({ street: `Elsewhere ${n}` })
  await expect(change({})).rejects.toMatchObject({ code: 'order_transition_refused' })
  const packed = await paid()
  await work.pack(packed.by)
  await expect(shop.orders.changeAddress(packed.personId, packed.by.orderId, ADDRESS)).rejects.toMatchObject({
    code: 'order_transition_refused',
    more: { extra: { status: 'packed' } },
  })
})

test('what nobody said had arrived counts as delivered in time', async () => {
  const { by } = await paid()
  await work.ship(by, parcel())
  shop.time.offsetMs = shop.limits.orders.deliveredAfterMs + 60_000
  await work.advance()
  shop.time.offsetMs = 0
  const order = await work.worked(by.tenantId, by.orderId)
  expect([order.status, order.parcels[0]?.deliveredAt === null, order.lines[0]?.fulfilment]).toEqual([
    'delivered',
    false,
    'delivered',
  ])
})

test('a refund by quantity takes from the merchant, gives units back on choice, and happens once per key', async () => {
  const { by, lines, skus, total } = await paid([3])
  const key = newId('log')
  const asked = refund([{ lineId: lines[0]!, quantity: 1 }], true)
  const answers = await Promise.all(Array.from({ length: 5 }, () => work.refund(by, asked, key)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['refunding']))
  expect(await sales(by.tenantId)).toBe(total - 3333)
  expect((await stockOf(db, skus[0]!)).row).toMatchObject({ available: 8, sold: 2 })
  await expect(work.refund(by, asked, newId('log'))).rejects.toMatchObject({
    code: 'order_transition_refused',
  })
  await settle(by.orderId)
  const part = await work.worked(by.tenantId, by.orderId)
  expect([part.status, part.lines[0]?.refundedQuantity, part.refunds.length]).toEqual([
    'partially_refunded',
    1,
    1,
  ])
  expect((await work.ship(by, parcel())).parcels[0]?.lines).toEqual([{ lineId: lines[0], quantity: 2 }])
  await expect(
    work.refund(by, refund([{ lineId: lines[0]!, quantity: 3 }]), newId('log')),
  ).rejects.toMatchObject({ code: 'refund_too_large' })
  await work.refund(by, refund(null), newId('log'))
  await settle(by.orderId)
  expect((await work.worked(by.tenantId, by.orderId)).status).toBe('refunded')
  await expect(work.refund(by, refund(null), newId('log'))).rejects.toMatchObject({
    code: 'order_transition_refused',
  })
  expect(await sales(by.tenantId)).toBe(0)
  expect((await stockOf(db, skus[0]!)).row).toMatchObject({ available: 8, sold: 2 })
  expect(await shop.ledger.trialBalance()).toEqual(new Map([['CNY', 0]]))
})

test('the address changes before packing only, within its region; looking at it leaves a record', async () => {
  const { by } = await paid()
  await work.changeAddress(by, { ...ADDRESS, street: '南山路 2 号' })
  await expect(work.changeAddress(by, { ...ADDRESS, country: 'US' })).rejects.toMatchObject({
    code: 'address_region_fixed',
  })
  expect(await work.unmask(by, 'the courier rang')).toMatchObject({
    street: '南山路 2 号',
    phone: ADDRESS.phone,
  })
  const { notes, address } = await work.worked(by.tenantId, by.orderId)
  expect(notes.map(({ kind, text }) => [kind, text])).toEqual([
    ['unmasked', 'the courier rang'],
    ['address_changed', ''],
  ])
  expect(JSON.stringify(address)).not.toContain(ADDRESS.phone)
  await work.pack(by)
  await expect(work.changeAddress(by, ADDRESS)).rejects.toMatchObject({ code: 'order_transition_refused' })
  await expect(db.sql`delete from order_notes where order_id = ${by.orderId}`).rejects.toThrow('append-only')
})

test('notes are bounded', async () => {
  const { by } = await paid()
  await work.note(by, 'one')
  expect((await work.note(by, 'two')).notes).toHaveLength(2)
  await expect(work.note(by, 'three')).rejects.toMatchObject({ code: 'too_many_notes' })
  await expect(work.note({ ...by, orderId: 'ord_none' }, 'x')).rejects.toMatchObject({ code: 'not_found' })
})

test('the order of another merchant is nobody’s', async () => {
  const { by } = await paid()
  const foreign = { ...by, tenantId: merchant.tenantId }
  const attempts = [
    () => work.pack(foreign),
    () => work.ship(foreign, parcel()),
    () => work.deliver(foreign, 'pcl_none'),
    () => work.refund(foreign, refund(null), newId('log')),
    () => work.changeAddress(foreign, ADDRESS),
    () => work.unmask(foreign, 'why'),
    () => work.note(foreign, 'note'),
  ]
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
})

test('CSV: pages, masked unless there is a reason, which is kept; no cell is a formula', async () => {
  const orders = await paid()
  const again = { status: null, unmaskReason: null, after: null }
  const { tenantId, orderId, personId } = orders.by
  const page = await shop.orders.exportPage(tenantId, personId, again)
  expect(page.next).toBeNull()
  expect(page.csv.startsWith('\uFEFForder,status')).toBe(true)
  expect(page.csv).not.toContain(ADDRESS.street)
  expect(
    (await shop.orders.exportPage(tenantId, personId, { ...again, unmaskReason: 'labels' })).csv,
  ).toContain(ADDRESS.street)
  expect((await work.worked(tenantId, orderId)).notes).toMatchObject([{ kind: 'unmasked', text: 'labels' }])
  expect(
    (await shop.orders.exportPage(tenantId, personId, { ...again, status: 'shipped' })).csv.split('\r\n'),
  ).toHaveLength(2)
  expect(csvLine(['=1+1', '+1', '-1', '@x', ' \t=1', 'a"b', 'a,b', 3])).toBe(
    `'=1+1,'+1,'-1,'@x,' \t=1,"a""b","a,b",3\r\n`,
  )
})

test('CSV comes in pages', async () => {
  const of = await makeMerchant(db)
  const made = [await paid([1], of), await paid([1], of), await paid([1], of)]
  const asked = { status: null, unmaskReason: null, after: null }
  const first = await shop.orders.exportPage(of.tenantId, of.ownerId, asked)
  const rest = await shop.orders.exportPage(of.tenantId, of.ownerId, { ...asked, after: first.next })
  expect([first.next, rest.next]).toEqual([made[1]?.by.orderId, null])
  const rows = (first.csv + rest.csv).trim().split('\r\n')
  expect(rows.slice(1).map((row) => row.split(',')[0])).toEqual(made.map(({ by }) => by.orderId).toReversed())
})

test(`random work on orders keeps every invariant (seed ${seed})`, async () => {
  const step = fc.oneof(
    fc.constant({ do: 'pack' as const }),
    fc.record({
      do: fc.constant('ship' as const),
      line: fc.nat(1),
      quantity: fc.integer({ min: 1, max: 3 }),
    }),
    fc.constant({ do: 'ship all' as const }),
    fc.record({ do: fc.constant('deliver' as const), parcel: fc.nat(2) }),
    fc.record({
      ...{ do: fc.constant('refund' as const), line: fc.nat(1), quantity: fc.integer({ min: 1, max: 3 }) },
      restock: fc.boolean(),
    }),
    fc.record({ do: fc.constant('refund all' as const), restock: fc.boolean() }),
    fc.constant({ do: 'settle' as const }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const { by, lines, skus, total, paymentId } = await paid([3, 2])
      for (const one of steps) {
        const order = await work.worked(by.tenantId, by.orderId)
        const some = 'line' in one ? [{ lineId: lines[one.line]!, quantity: one.quantity }] : null
        const moves: Record<typeof one.do, () => Promise<unknown>> = {
          pack: () => work.pack(by),
          ship: () => work.ship(by, parcel(some)),
          'ship all': () => work.ship(by, parcel()),
          deliver: () => work.deliver(by, order.parcels['parcel' in one ? one.parcel : 0]?.id ?? 'pcl_none'),
          refund: () => work.refund(by, refund(some, 'restock' in one && one.restock), newId('log')),
          'refund all': () => work.refund(by, refund(null, 'restock' in one && one.restock), newId('log')),
          settle: () => settle(by.orderId),
        }
        // A refusal is fine; anything else is a bug.
        await moves[one.do]().catch((error: { code?: string }) => {
          expect(['order_transition_refused', 'parcel_too_large', 'refund_too_large', 'not_found']).toContain(
            error.code,
          )
        })
      }
      await settle(by.orderId)
      const after = await work.worked(by.tenantId, by.orderId)
      const given = after.refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
      expect(given).toBeLessThanOrEqual(total)
      expect(after.status === 'refunded').toBe(given === total)
      expect(await sales(by.tenantId)).toBe(total - given)
      const [payment] =
        await db.sql`select captured_minor, refunded_minor from payments where id = ${paymentId}`
      expect(payment).toEqual({ captured_minor: total, refunded_minor: given })
      for (const line of after.lines) {
        const sent = after.parcels.flatMap((one) => one.lines).filter(({ lineId }) => lineId === line.id)
        expect(sent.reduce((sum, { quantity }) => sum + quantity, 0)).toBeLessThanOrEqual(line.quantity)
        expect(line.refundedQuantity).toBeLessThanOrEqual(line.quantity)
      }
      for (const sku of skus) {
        const { row } = await stockOf(db, sku)
        expect(row.available + row.sold + row.reserved).toBe(row.onHand)
      }
      for (const { from, to } of after.history.slice(1)) {
        expect(ORDER_TRANSITIONS.some((one) => one.from === from && one.to === to)).toBe(true)
      }
      expect(await shop.ledger.trialBalance()).toEqual(new Map([['CNY', 0]]))
    }),
    { seed, numRuns: 40 },
  )
}, 60_000)
