import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { commerce } from '../../test/commerce.ts'
import { makeMerchant, makePerson, makeSku, productOf } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { eventIdOf, timeOf } from './event-id.ts'

const db = await testDb()
const redis = await testRedis()
const { facts, limits } = commerce(db, redis, { facts: { claimAfterMs: 0, reportsPerPersonPer10SMax: 20 } })
const shop = await makeMerchant(db)
const other = await makeMerchant(db)
const productId = await productOf(db, await makeSku(db, shop))
const foreign = await productOf(db, await makeSku(db, other))
const SHOW = { tenantId: shop.tenantId, showId: shop.showId, currency: 'CNY' as const }

let made = 0
const idAt = (atMs = Date.now()) => eventIdOf(atMs, String(++made))
const session = () => eventIdOf(Date.now(), randomBytes(8).toString('hex'))
const seen = (over: Record<string, unknown> = {}) => ({
  type: 'seen',
  id: idAt(),
  productId,
  place: 'shelf',
  position: 0,
  ...over,
})
const viewer = async (agreed: boolean | null = true) => {
  const id = await makePerson(db, 'guest')
  if (agreed !== null) await facts.consents.decide(id, agreed)
  return id
}
const report = (personId: string, told: unknown[], more: Record<string, unknown> = {}) =>
  facts.report(personId, { session: session(), showId: shop.showId, source: {}, facts: told, ...more })
const kept = async (personId: string) => {
  await facts.drain()
  return db.sql<Record<string, unknown>[]>`
    select event_id as id, type, session_id as session, impression_id as impression, position, consent, source, data,
      (extract(epoch from at) * 1000)::bigint as at
    from facts where person_id = ${personId} order by event_id`
}

afterEach(async () => {
  await redis.flushdb()
})

describe('event ids', () => {
  test('carry their time, and tell the same thing the same way', () => {
    const at = 1_795_000_000_123
    const id = eventIdOf(at, 'paid', 'ord_1')
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(timeOf(id)).toBe(at)
    expect(eventIdOf(at, 'paid', 'ord_1')).toBe(id)
    expect(eventIdOf(at, 'paid', 'ord_2')).not.toBe(id)
    expect(eventIdOf(at + 1, 'paid', 'ord_1')).not.toBe(id)
  })
})

describe('a report', () => {
  test('is kept with its visit, its impression and where it came from', async () => {
    const personId = await viewer()
    const first = seen({ position: 3 })
    const opened = { type: 'product_opened', id: idAt(), productId, impressionId: first.id }
    const visit = session()
    const source = { utm_source: 'letter', referrer: 'news.example' }
    const receipt = await report(personId, [first, opened], { session: visit, source })
    expect(receipt).toEqual({ consent: true, accepted: 2, refused: [] })
    const rows = await kept(personId)
    const both = { session: visit, impression: first.id, consent: true, source }
    expect(rows).toEqual([
      expect.objectContaining({ ...both, type: 'seen', position: 3, at: timeOf(first.id) }),
      expect.objectContaining({ ...both, type: 'product_opened', position: null, data: {} }),
    ])
    const [row] = await db.sql`select source, show_id as "showId" from visits where person_id = ${personId}`
    expect(row).toEqual({ source, showId: shop.showId })
  })

  test('keeps the right ones of many and refuses the wrong ones by their place', async () => {
    const personId = await viewer()
    const now = Date.now()
    const receipt = await report(personId, [
      { type: 'like', id: idAt(), count: 0 },
      { type: 'like', id: idAt(), count: 2 },
      { type: 'like', id: idAt(now - limits.facts.ageMsMax - 1000), count: 1 },
      { type: 'like', id: idAt(now + limits.facts.aheadMsMax + 1000), count: 1 },
      seen({ productId: foreign }),
      seen({ productId: 'prd_none' }),
      { type: 'paid', id: idAt() },
      seen(),
      { type: 'like', id: idAt(now - limits.facts.ageMsMax + 60_000), count: 1 },
      { type: 'like', id: idAt(now + limits.facts.aheadMsMax - 10_000), count: 1 },
    ])
    expect(receipt).toEqual({
      consent: true,
      accepted: 4,
      refused: [
        { index: 0, why: 'invalid' },
        { index: 2, why: 'too_old' },
        { index: 3, why: 'in_future' },
        { index: 4, why: 'unknown_product' },
        { index: 5, why: 'unknown_product' },
        { index: 6, why: 'invalid' },
      ],
    })
    expect(await kept(personId)).toHaveLength(4)
  })

  test('is kept once, however often it comes', async () => {
    const personId = await viewer()
    const told = [seen(), { type: 'dwell', id: idAt(), ms: 900 }]
    for (let i = 0; i < 3; i++) await report(personId, told)
    expect(await kept(personId)).toHaveLength(2)
  })

  test.each([
    ['nobody asked', null],
    ['refused', false],
  ])('leaves no trace without consent: %s', async (_name, agreed) => {
    const personId = await viewer(agreed)
    expect(await report(personId, [seen()])).toEqual({ consent: false, accepted: 0, refused: [] })
    expect(await kept(personId)).toEqual([])
    expect(await db.sql`select from visits where person_id = ${personId}`).toHaveLength(0)
  })

  test('that was taken before consent was withdrawn, and not written yet, is not written', async () => {
    const personId = await viewer()
    await report(personId, [seen()])
    await facts.consents.decide(personId, false)
    expect(await kept(personId)).toEqual([])
  })

  test('for a show that does not exist is refused', async () => {
    const personId = await viewer()
    await expect(report(personId, [seen()], { showId: 'shw_none' })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('comes too often: the person waits', async () => {
    const personId = await viewer()
    const answers = await Promise.allSettled(
      Array.from({ length: limits.facts.reportsPerPersonPer10SMax + 1 }, () => report(personId, [seen()])),
    )
    const refused = answers.filter(({ status }) => status === 'rejected')
    expect(refused).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ code: 'too_many_requests' }) }),
    ])
  })
})

describe('the stream', () => {
  test('entries that a killed process had read are written by another', async () => {
    const personId = await viewer()
    await facts.drain() // makes the group
    await report(personId, [seen(), seen()])
    // A process that died between reading and writing.
    await redis.xreadgroup('GROUP', 'postgres', 'dead', 'COUNT', 10, 'STREAMS', 'facts', '>')
    expect(await db.sql`select from facts where person_id = ${personId}`).toHaveLength(0)
    expect(await kept(personId)).toHaveLength(2)
    expect(await redis.xpending('facts', 'postgres')).toEqual([0, null, null, null])
  })

  test('entries that were written and not acknowledged are written once', async () => {
    const personId = await viewer()
    const told = [seen()]
    await report(personId, told)
    await facts.drain()
    await redis.xgroup('SETID', 'facts', 'postgres', '0') // all of it again
    expect(await kept(personId)).toHaveLength(1)
  })

  test('a Redis that lost everything goes on', async () => {
    const personId = await viewer()
    await report(personId, [seen()])
    await facts.drain()
    await redis.flushdb()
    await facts.drain()
    await report(personId, [seen()])
    await facts.drain()
    expect(await kept(personId)).toHaveLength(2)
  })

  test('with Redis away facts go straight to Postgres, and back to the stream afterwards', async () => {
    const away = redis.duplicate({ enableOfflineQueue: false, retryStrategy: () => null })
    away.disconnect()
    await expect.poll(() => away.status).toBe('end')
    const alone = commerce(db, away).facts
    const personId = await viewer()
    await alone.report(personId, { session: session(), showId: shop.showId, source: {}, facts: [seen()] })
    expect(await db.sql`select from facts where person_id = ${personId}`).toHaveLength(1)
    await away.connect()
    await alone.report(personId, { session: session(), showId: shop.showId, source: {}, facts: [seen()] })
    expect(await db.sql`select from facts where person_id = ${personId}`).toHaveLength(1)
    expect(await redis.xlen('facts')).toBe(1)
    expect(await kept(personId)).toHaveLength(2)
    away.disconnect()
  })

  test('while too many wait, none is accepted', async () => {
    const full = commerce(db, redis, { facts: { waitingMax: -1 } }).facts
    const personId = await viewer()
    await expect(
      full.report(personId, { session: session(), showId: shop.showId, source: {}, facts: [seen()] }),
    ).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('a person who deletes their account', () => {
  test('is in no fact, and the facts are still there', async () => {
    const personId = await viewer()
    const [told, late] = [seen(), seen()]
    await report(personId, [told], { source: { referrer: 'news.example' } })
    await facts.drain()
    await report(personId, [late])
    await db.sql`select delete_account(${personId}, false)`
    await facts.drain()
    const rows = await db.sql`select person_id, session_id, source from facts where event_id = ${told.id}`
    expect(rows).toEqual([{ person_id: null, session_id: null, source: {} }])
    expect(await db.sql`select from facts where event_id = ${late.id}`).toHaveLength(0)
    expect(await db.sql`select from visits where person_id = ${personId}`).toHaveLength(0)
    expect(await facts.consents.of(personId)).toEqual({ facts: null, decidedAt: null })
  })
})

describe('figures', () => {
  test('are exactly what the facts say, of this show and this time', async () => {
    const fresh = await makeMerchant(db)
    const product = await productOf(db, await makeSku(db, fresh))
    const from = Date.now() - 3600_000
    const [ann, bob, eve] = [await viewer(), await viewer(), await viewer()]
    const at = (minutes: number) => idAt(from + minutes * 60_000)
    const of = (personId: string, told: unknown[], source: Record<string, string>) =>
      facts.report(personId, { session: session(), showId: fresh.showId, source, facts: told })
    const card = { productId: product, place: 'pinned', position: 0 }
    await of(
      ann,
      [
        { type: 'seen', id: at(1), ...card },
        { type: 'seen', id: at(2), ...card },
        { type: 'dwell', id: at(1), ms: 10_000 },
        { type: 'dwell', id: at(2), ms: 20_000 },
        { type: 'like', id: at(2), count: 7 },
        { type: 'product_opened', id: at(3), productId: product },
      ],
      { utm_source: 'letter' },
    )
    await of(
      bob,
      [
        { type: 'seen', id: at(4), ...card },
        { type: 'dwell', id: at(4), ms: 40_000 },
        { type: 'product_opened', id: at(5), productId: product },
        {
          type: 'bagged',
          id: at(6),
          productId: product,
          skuId: 'sku_1',
          quantity: 2,
          valueMinor: 10_000,
          currency: 'CNY',
        },
      ],
      {},
    )
    await of(eve, [{ type: 'dwell', id: at(-10), ms: 60_000 }], {}) // before
    await facts.said([{ id: 'lin_1', ...fresh, personId: ann, at: from + 60_000 }])
    await facts.drain()
    const figures = await facts.figures(
      { tenantId: fresh.tenantId, showId: fresh.showId, currency: 'CNY' },
      { from, to: from + 3600_000, withMoney: true },
    )
    expect(figures).toEqual({
      ...{ from, to: from + 3600_000, currency: 'CNY', viewers: 2, dwellMsMedian: 35_000, likes: 7 },
      ...{ opened: 2, bagged: 1, comments: 1, orders: 0, paidOrders: 0 },
      money: { gmvMinor: 0, paidMinor: 0, refundedMinor: 0, tips: 0, tipCoins: 0 },
      products: [{ productId: product, title: 'Lamp', seen: 2, opened: 2, bagged: 1, ordered: 0, paid: 0 }],
      sources: [
        { name: 'letter', viewers: 1, orders: 0 },
        { name: null, viewers: 1, orders: 0 },
      ],
    })
  })

  test.each([
    ['the wrong way round', { from: 2000, to: 1000 }],
    ['too far apart', { from: 1, to: 40 * 24 * 3600_000 }],
    ['far ahead', { from: Date.now() + 30 * 24 * 3600_000, to: Date.now() + 31 * 24 * 3600_000 }],
  ])('times %s are refused', async (_name, range) => {
    await expect(facts.figures(SHOW, { ...range, withMoney: true })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
})

describe('comments', () => {
  test('are facts once each, and of nobody without consent', async () => {
    const [open, shy] = [await viewer(true), await viewer(null)]
    const line = (id: string, personId: string) => ({ id, ...SHOW, personId, at: Date.now() })
    const lines = [line('lin_open', open), line('lin_shy', shy)]
    await facts.said(lines)
    await facts.said(lines)
    const rows = await db.sql`
      select person_id as "personId", consent, data from facts
      where type = 'comment' and show_id = ${shop.showId} order by data->>'lineId'`
    expect(rows).toEqual([
      { personId: open, consent: true, data: { lineId: 'lin_open' } },
      { personId: null, consent: false, data: { lineId: 'lin_shy' } },
    ])
  })
})
