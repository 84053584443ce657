import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ADDRESS, actorOf, commerce, stockOf } from '../../test/commerce.ts'
import { makeMerchant, makePeople, makeRunningSale, makeSku } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'

const db = await testDb()
const redis = await testRedis()
const shop = commerce(db, redis, { sales: { waitersPerSaleMax: 5, waitsPerPersonPer10SMax: 1000 } })
const { orders, outbox, rooms, stock } = shop
const { waitingList } = shop.promotions
outbox.start()

/** A flash sale of a few units on the shelf of a show of its own, and what people do in it. */
async function saleOf(quantity: number, given: { perBuyerLimit?: number; units?: number } = {}) {
  const merchant = await makeMerchant(db)
  const skuId = await makeSku(db, merchant, { units: given.units ?? quantity + 5 })
  const perBuyerLimit = given.perBuyerLimit ?? 1
  const saleId = await makeRunningSale(db, merchant, skuId, { quantity, perBuyerLimit })
  const { showId } = merchant
  return {
    ...{ ...merchant, skuId, saleId },
    order(personId: string, { offered = false, count = 1 } = {}) {
      const line = { skuId, quantity: count, saleId, ...(offered ? { offered } : {}) }
      const asked = { showId, lines: [line], address: ADDRESS, expectedTotalMinor: 1000 * count, visit: {} }
      return orders.place(actorOf(personId), asked, newId('log'))
    },
    join: (personId: string) => waitingList.join(showId, saleId, personId),
    leave: (personId: string) => waitingList.leave(showId, saleId, personId),
    mine: async (personId: string) => (await waitingList.mine(showId, personId))[0] ?? null,
    async facts() {
      const [row] = await db.sql<{ taken: number; open: number; waiting: number }[]>`
        select taken, (select count(*) from sale_waiters w where w.sale_id = f.id and status = 'offered')::int as open,
          (select count(*) from sale_waiters w where w.sale_id = f.id and status = 'waiting')::int as waiting
        from flash_sales f where id = ${saleId}`
      return { ...row!, ...(await stockOf(db, skuId)) }
    },
    /** What Redis has of the sale once both agree; null while they do not. */
    async agreed() {
      await outbox.idle()
      await stock.reconcile()
      const { row, taken } = await this.facts()
      const kept = await redis.hmget(`stock:{${skuId}}`, 'left', 'saleLeft')
      return kept[0] === String(row.available) && kept[1] === String(quantity - taken)
    },
    heard: (personId: string) =>
      rooms.told.flatMap(({ personId: to, event }) =>
        to === personId && event.t === 'wait' ? [(event.wait as { status: string }).status] : [],
      ),
  }
}

/** The sale's last unit, unpaid in the first one's order; the others wait for it. */
async function soldOut(waiters: number) {
  const sale = await saleOf(1)
  const [first, ...others] = (await makePeople(db, waiters + 1)) as [string, ...string[]]
  const held = await sale.order(first)
  for (const personId of others) await sale.join(personId)
  return { ...sale, first, others: others as [string, ...string[]], held }
}

test('what an order gives back is set aside for who waits first, told at once, and nobody else can have it', async () => {
  const { held, others, ...sale } = await soldOut(2)
  const [ann, ben] = others as [string, string]
  expect(await sale.mine(ben)).toMatchObject({ status: 'waiting', ahead: 1, until: null })
  await orders.cancel(sale.first, held.id)
  const offer = await sale.mine(ann)
  expect(offer).toMatchObject({ status: 'offered', ahead: 0 })
  expect(offer!.until! - Date.now()).toBeGreaterThan(shop.limits.sales.offerMs - 5000)
  await expect.poll(() => sale.heard(ann)).toEqual(['offered'])
  expect(sale.heard(ben)).toEqual([])
  const { row, taken, open } = await sale.facts()
  expect({ ...row, taken, open }).toEqual({
    onHand: 6,
    available: 5,
    reserved: 1,
    sold: 0,
    taken: 1,
    open: 1,
  })
  await expect.poll(() => sale.agreed()).toBe(true)
  for (const other of [ben, sale.first]) {
    await expect(sale.order(other)).rejects.toMatchObject({ code: 'sold_out' })
    await expect(sale.order(other, { offered: true })).rejects.toMatchObject({ code: 'offer_over' })
  }
  await sale.order(ann, { offered: true })
  expect(await sale.mine(ann)).toBeNull()
  expect(await sale.facts()).toMatchObject({
    row: { reserved: 1 },
    ordered: { reserved: 1, buyers: 1 },
    taken: 1,
    open: 0,
  })
  await expect.poll(() => sale.agreed()).toBe(true)
})

test('the same key gives the same order, and an offer is good for one unit of one order', async () => {
  const { held, others, ...sale } = await soldOut(1)
  await orders.cancel(sale.first, held.id)
  await expect(sale.order(others[0], { offered: true, count: 2 })).rejects.toMatchObject({
    code: 'offer_over',
  })
  const line = { skuId: sale.skuId, quantity: 1, saleId: sale.saleId, offered: true }
  const asked = { showId: sale.showId, lines: [line], address: ADDRESS, expectedTotalMinor: 1000, visit: {} }
  const key = newId('log')
  const ids = await Promise.all(
    [1, 2, 3].map(async () => (await orders.place(actorOf(others[0]), asked, key)).id),
  )
  expect(new Set(ids).size).toBe(1)
  await expect(sale.order(others[0], { offered: true })).rejects.toMatchObject({ code: 'offer_over' })
  expect(await sale.facts()).toMatchObject({ row: { reserved: 1 }, taken: 1 })
})

test('an offer that lapses or is given up goes to the next, and after the last back on sale', async () => {
  const { held, others, ...sale } = await soldOut(3)
  const [ann, ben, cat] = others as [string, string, string]
  await db.sql`update orders set expires_at = now() - interval '1 s' where id = ${held.id}`
  await orders.sweep()
  expect(await waitingList.sweep()).toBe(0)
  await db.sql`update sale_waiters set offer_until = now() - interval '1 s' where status = 'offered' and sale_id = ${sale.saleId}`
  await expect(sale.order(ann, { offered: true })).rejects.toMatchObject({ code: 'offer_over' })
  await Promise.all([waitingList.sweep(), waitingList.sweep()])
  expect(await Promise.all([ann, ben, cat].map(sale.mine))).toMatchObject([
    null,
    { status: 'offered' },
    { ahead: 0 },
  ])
  await expect.poll(() => sale.heard(ann)).toEqual(['offered', 'lapsed'])
  expect(await sale.leave(ben)).toBe(true)
  expect(await sale.leave(ben)).toBe(false)
  expect(await sale.mine(cat)).toMatchObject({ status: 'offered' })
  expect(await sale.leave(cat)).toBe(true)
  expect(await sale.facts()).toMatchObject({ row: { available: 6, reserved: 0 }, taken: 0 })
  await expect.poll(() => sale.agreed()).toBe(true)
  await sale.order(ann)
})

test('the sale ends: every place is over, and what was set aside is stock again', async () => {
  const { held, others, ...sale } = await soldOut(2)
  await orders.cancel(sale.first, held.id)
  await shop.promotions.stop(sale, sale.ownerId)
  await expect(sale.order(others[0], { offered: true })).rejects.toMatchObject({ code: 'sale_not_running' })
  expect(await waitingList.sweep()).toBe(2)
  expect(await sale.facts()).toMatchObject({
    row: { available: 6, reserved: 0 },
    taken: 0,
    open: 0,
    waiting: 0,
  })
  await expect.poll(() => others.map(sale.heard)).toEqual([['offered', 'over'], ['over']])
})

test('who deletes their account leaves every line, and what was set aside goes to the next', async () => {
  const { held, others, ...sale } = await soldOut(3)
  const [ann, ben, cat] = others as [string, string, string]
  await orders.cancel(sale.first, held.id)
  for (const personId of [ann, ben]) {
    const [row] = await db.sql<{ refusal: unknown }[]>`select delete_account(${personId}, false) as refusal`
    expect(row!.refusal).toBeNull()
  }
  expect(await waitingList.sweep()).toBe(1)
  expect(await sale.mine(cat)).toMatchObject({ status: 'offered' })
  expect(await sale.facts()).toMatchObject({ row: { reserved: 1 }, taken: 1, open: 1, waiting: 0 })
})

test('who may join: one place each, while nothing is left and the list has room', async () => {
  const sale = await saleOf(1)
  const [buyer, ...people] = (await makePeople(db, 7)) as [string, ...string[]]
  await expect(sale.join(buyer)).rejects.toMatchObject({ code: 'waiting_list_closed' })
  await sale.order(buyer)
  await expect(sale.join(buyer)).rejects.toMatchObject({ code: 'buyer_limit' })
  const first = people[0]!
  expect(await Promise.all([sale.join(first), sale.join(first)])).toMatchObject([{ ahead: 0 }, { ahead: 0 }])
  for (const personId of people.slice(1, shop.limits.sales.waitersPerSaleMax)) await sale.join(personId)
  await expect(sale.join(people.at(-1)!)).rejects.toMatchObject({
    code: 'waiting_list_full',
    more: { extra: { max: 5 } },
  })
  expect(await sale.facts()).toMatchObject({ waiting: 5 })
  await shop.promotions.stop(sale, sale.ownerId)
  await expect(sale.join(people.at(-1)!)).rejects.toMatchObject({ code: 'sale_not_running' })
  await expect(waitingList.join('shw_other', sale.saleId, first)).rejects.toMatchObject({ code: 'not_found' })
})

test('who asks without end to wait is told to wait', async () => {
  const hasty = commerce(db, redis, { sales: { waitsPerPersonPer10SMax: 2 } })
  const sale = await saleOf(1)
  const [personId] = (await makePeople(db, 1)) as [string]
  const ask = () => hasty.promotions.waitingList.join(sale.showId, sale.saleId, personId)
  for (const _ of [1, 2]) await expect(ask()).rejects.toMatchObject({ code: 'waiting_list_closed' })
  await expect(ask()).rejects.toMatchObject({ code: 'too_many_requests' })
})

test('units that the merchant adds go to who waits; who has theirs another way gives up the place', async () => {
  const sale = await saleOf(4, { units: 1, perBuyerLimit: 2 })
  const [first, ann, ben] = (await makePeople(db, 3)) as [string, string, string]
  await sale.order(first)
  await sale.join(ann)
  await sale.join(ben)
  await db.sql`
    insert into buyer_counts (tenant_id, sku_id, scope, person_id, quantity)
    values (${sale.tenantId}, ${sale.skuId}, ${sale.saleId}, ${ann}, 2)`
  const by = { tenantId: sale.tenantId, skuId: sale.skuId, note: 'found', personId: sale.ownerId }
  await stock.adjust({ ...by, delta: 2 })
  expect(await sale.mine(ann)).toBeNull()
  expect(await sale.mine(ben)).toMatchObject({ status: 'offered' })
  expect(await sale.facts()).toMatchObject({ row: { available: 1, reserved: 2 }, taken: 2, waiting: 0 })
  await expect.poll(() => sale.heard(ann)).toEqual(['left'])
})

test('whatever people do: units add up, nobody is offered a place twice, and offers go in the order of joining', async () => {
  const step = fc.record({
    who: fc.nat(5),
    does: fc.constantFrom('order', 'take', 'join', 'leave', 'cancel', 'lapse', 'restock'),
  })
  let tookUp = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const sale = await saleOf(2)
      const people = await makePeople(db, 6)
      const open = new Map<string, string>()
      for (const personId of people.slice(0, 2)) open.set(personId, (await sale.order(personId)).id)
      const offered = async (): Promise<string> => {
        const [row] = await db.sql<{ personId: string }[]>`
          select person_id as "personId" from sale_waiters where sale_id = ${sale.saleId} and status = 'offered' limit 1`
        return row!.personId // refused where nobody is
      }
      const act = async ({ who, does }: (typeof steps)[number]): Promise<void> => {
        const personId = people[who]!
        const orderId = open.get(personId)
        if (does === 'order') open.set(personId, (await sale.order(personId)).id)
        if (does === 'take') {
          const taker = await offered()
          open.set(taker, (await sale.order(taker, { offered: true })).id)
          tookUp++
        }
        if (does === 'join') await sale.join(personId)
        if (does === 'leave') await sale.leave(personId)
        if (does === 'cancel' && orderId) await orders.cancel(personId, orderId)
        if (does === 'restock') await stock.adjust({ ...sale, delta: 1, note: '', personId: sale.ownerId })
        if (does === 'lapse') {
          await db.sql`update sale_waiters set offer_until = now() - interval '1 s' where sale_id = ${sale.saleId} and status = 'offered'`
          await waitingList.sweep()
        }
      }
      // Three at a time, as people are: what is refused is refused.
      for (let at = 0; at < steps.length; at += 3) {
        await Promise.allSettled(steps.slice(at, at + 3).map(act))
        const { row, ordered, taken, open: offers, waiting } = await sale.facts()
        expect(row.onHand).toBe(row.available + row.reserved + row.sold)
        expect(row.reserved).toBe(ordered.reserved + offers)
        expect(taken).toBe(ordered.reserved + offers)
        expect(taken).toBeLessThanOrEqual(2)
        // Never undersold: while somebody waits, nothing is free.
        if (waiting > 0) expect(taken).toBe(2)
      }
      const places = await db.sql<{ place: number; offeredAt: Date | null }[]>`
        select place, offered_at as "offeredAt" from sale_waiters where sale_id = ${sale.saleId} and offered_at is not null order by offered_at, place`
      expect(places.map(({ place }) => place)).toEqual(
        places.map(({ place }) => place).toSorted((a, b) => a - b),
      )
      for (const personId of people) {
        const offers =
          await db.sql`select from sale_waiters where sale_id = ${sale.saleId} and person_id = ${personId} and offered_at is not null`
        await expect
          .poll(() => sale.heard(personId).filter((status) => status === 'offered').length)
          .toBe(offers.length)
      }
      await expect.poll(() => sale.agreed()).toBe(true)
    }),
    { numRuns: 25 },
  )
  expect(tookUp).toBeGreaterThan(0)
}, 120_000)
