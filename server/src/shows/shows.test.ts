import { putScript, SCRIPT_LENGTH_MAX } from '@shelfcast/shared/api/shows.ts'
import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import { CHAT_LINES_PER_S_MAX } from '@shelfcast/shared/protocol/limits.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { noMails } from '../../test/fixtures.ts'
import { silentLog, testDb, testRedis } from '../../test/world.ts'
import { createAccounts } from '../accounts/index.ts'
import { createProducts } from '../catalog/index.ts'
import { loadConfig } from '../config.ts'
import { systemClock } from '../kernel/clock.ts'
import { createShows } from './index.ts'

const db = await testDb()
const redis = await testRedis()
const { limits } = loadConfig({ DATABASE_URL: 'postgres://x', REDIS_URL: 'redis://x' })
const { people, tenants } = createAccounts({
  ...noMails,
  db,
  redis,
  clock: systemClock,
  limits: limits.accounts,
})

const published: DownOf<'state' | 'latest' | 'gift' | 'chat'>[] = []
const rooms = { publish: (_showId: string, event: (typeof published)[number]) => published.push(event) }
const shows = createShows({ db, rooms, log: silentLog })
const products = createProducts({ db, rooms, stock: { levels: async () => new Map() } })

let count = 0
async function merchant() {
  const n = ++count
  const owner = await people.signUp({ login: `o${n}@example.com`, password: 'correct horse', name: 'Owner' })
  const tenant = await tenants.create({ name: 'T', slug: `tenant-${n}`, currency: 'CNY', ownerId: owner.id })
  const product = (title: string) =>
    products.create(tenant.id, {
      title,
      description: '',
      status: 'active',
      skus: [{ code: 'A', options: { size: 'M' }, priceMinor: 1000, perBuyerLimit: null, stock: 0 }],
    })
  const show = await shows.create(tenant.id, { title: 'Show', scheduledAt: null, hostIds: [owner.id] })
  return { tenantId: tenant.id, ownerId: owner.id, showId: show.id, product }
}
const item = (productId: string) => ({ productId, sellingPoint: '', livePriceMinor: null })

beforeEach(() => {
  published.length = 0
})

describe('how much chat its room shows', () => {
  test('is set, changed and left to the server again, within its bounds', async () => {
    const { tenantId, showId, ownerId } = await merchant()
    const rate = async (id = showId) => (await shows.view(await shows.get(tenantId, id))).chatLinesPerS
    expect(await rate()).toBeNull()
    await shows.change(tenantId, showId, { chatLinesPerS: 50 })
    await shows.change(tenantId, showId, { title: 'Another' })
    expect(await rate()).toBe(50)
    await shows.change(tenantId, showId, { chatLinesPerS: null })
    expect(await rate()).toBeNull()
    const other = await shows.create(tenantId, {
      title: 'Loud',
      scheduledAt: null,
      chatLinesPerS: CHAT_LINES_PER_S_MAX,
      hostIds: [ownerId],
    })
    expect(await rate(other.id)).toBe(CHAT_LINES_PER_S_MAX)
    await expect(shows.change(tenantId, showId, { chatLinesPerS: CHAT_LINES_PER_S_MAX + 1 })).rejects.toThrow(
      'shows_chat_rate',
    )
  })
})

describe('the life of a show', () => {
  test('scheduled, live, away, live again, ended: each step is told to the room, in order', async () => {
    const { tenantId, showId } = await merchant()
    await shows.goLive(tenantId, showId)
    await shows.hostAway(tenantId, showId)
    await shows.goLive(tenantId, showId)
    await shows.end(tenantId, showId)
    const told = published.map(
      (event) => event.t === 'show' && [event.pos[1], event.show.status, event.show.hostAway],
    )
    expect(told).toEqual([
      [1, 'live', false],
      [2, 'paused', true],
      [3, 'live', false],
      [4, 'ended', false],
    ])
  })

  test('what the room was told is what the log keeps', async () => {
    const { tenantId, showId } = await merchant()
    await shows.goLive(tenantId, showId)
    const [row] = await db.sql`select event from room_log where show_id = ${showId}`
    expect(row?.event).toEqual(published[0])
  })

  test('a new title is told to the room and kept in its log', async () => {
    const { tenantId, showId } = await merchant()
    await shows.change(tenantId, showId, { title: 'Later', scheduledAt: 1_800_000_000_000 })
    await shows.change(tenantId, showId, { scheduledAt: null })
    const rows = await db.sql`select event from room_log where show_id = ${showId} order by "offset"`
    expect(rows.map(({ event }) => event)).toEqual(published)
    expect(
      published.map((event) => event.t === 'show' && [event.show.title, event.show.scheduledAt]),
    ).toEqual([
      ['Later', 1_800_000_000_000],
      ['Later', null],
    ])
  })

  test('coming back keeps the time it began', async () => {
    const { tenantId, showId } = await merchant()
    const first = await shows.goLive(tenantId, showId)
    await shows.hostAway(tenantId, showId)
    const second = await shows.goLive(tenantId, showId)
    expect(second.startedAt).toEqual(first.startedAt)
  })

  test('an ended show stays ended', async () => {
    const { tenantId, showId } = await merchant()
    await shows.end(tenantId, showId)
    await expect(shows.goLive(tenantId, showId)).rejects.toMatchObject({ code: 'show_transition_refused' })
    await shows.hostAway(tenantId, showId)
    await shows.end(tenantId, showId)
    expect(published).toHaveLength(1)
  })

  test('going live twice tells the room once', async () => {
    const { tenantId, showId } = await merchant()
    await Promise.all([shows.goLive(tenantId, showId), shows.goLive(tenantId, showId)])
    expect(published).toHaveLength(1)
  })

  test('what an older home still does has no effect; who runs the shop needs no fence', async () => {
    const { tenantId, showId } = await merchant()
    expect(await shows.settle(tenantId, showId, 7)).toEqual({ fence: 7, status: 'scheduled' })
    await shows.goLive(tenantId, showId, 7)
    expect(await shows.settle(tenantId, showId, 8)).toEqual({ fence: 8, status: 'live' })
    expect(await shows.settle(tenantId, showId, 7)).toMatchObject({ fence: 8 })
    await shows.hostAway(tenantId, showId, 7)
    expect((await shows.end(tenantId, showId, 7)).status).toBe('live')
    const layout = { kind: 'side' as const, main: null, lead: null, seats: [] }
    await shows.layout.tell(tenantId, showId, layout, [], 7)
    expect([published.length, await shows.layout.read(tenantId, showId)]).toEqual([1, null])

    await shows.layout.tell(tenantId, showId, layout, ['per_1'], 8)
    await shows.hostAway(tenantId, showId, 8)
    await expect(shows.goLive(tenantId, showId, 7)).rejects.toMatchObject({ code: 'show_transition_refused' })
    expect((await shows.end(tenantId, showId)).status).toBe('ended')
    expect(published.map(({ t }) => t)).toEqual(['show', 'layout', 'show', 'show'])
    await expect(shows.settle((await merchant()).tenantId, showId, 9)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test("another tenant's show is not there", async () => {
    const [mine, theirs] = [await merchant(), await merchant()]
    await expect(shows.goLive(mine.tenantId, theirs.showId)).rejects.toMatchObject({ code: 'not_found' })
    await expect(shows.shelf.pin(mine.tenantId, theirs.showId, null)).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(shows.get(mine.tenantId, theirs.showId)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('hosts', () => {
  test('hosts are members of the tenant', async () => {
    const [mine, theirs] = [await merchant(), await merchant()]
    const attempt = shows.create(mine.tenantId, { title: 'S', scheduledAt: null, hostIds: [theirs.ownerId] })
    await expect(attempt).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('a host of one show does not host another', async () => {
    const { tenantId, showId } = await merchant()
    const host = await people.signUp({
      login: `h${++count}@example.com`,
      password: 'correct horse',
      name: 'H',
    })
    await tenants.putMember(tenantId, host.id, 'host')
    const own = await shows.create(tenantId, { title: 'S', scheduledAt: null, hostIds: [host.id] })
    expect(await shows.mayHost(tenantId, own.id, host.id)).toBe(true)
    expect(await shows.mayHost(tenantId, showId, host.id)).toBe(false)
  })
})

describe('the shelf', () => {
  test('keeps its order, and its items their ids', async () => {
    const { tenantId, showId, product } = await merchant()
    const [a, b] = [await product('A'), await product('B')]
    const first = await shows.shelf.put(tenantId, showId, [item(a.id), item(b.id)])
    const second = await shows.shelf.put(tenantId, showId, [
      item(b.id),
      { ...item(a.id), livePriceMinor: 900 },
    ])
    expect(second.map(({ id }) => id)).toEqual([first[1]!.id, first[0]!.id])
    const last = published.at(-1)
    expect(
      last?.t === 'shelf' && last.items.map(({ title, livePriceMinor }) => [title, livePriceMinor]),
    ).toEqual([
      ['B', null],
      ['A', 900],
    ])
  })

  test('a pinned item that goes is unpinned', async () => {
    const { tenantId, showId, product } = await merchant()
    const [a, b] = [await product('A'), await product('B')]
    const [first] = await shows.shelf.put(tenantId, showId, [item(a.id), item(b.id)])
    await shows.shelf.pin(tenantId, showId, first!.id)
    await shows.shelf.put(tenantId, showId, [item(b.id)])
    const pins = published.flatMap((event) => (event.t === 'pinned' ? [event.itemId] : []))
    expect(pins).toEqual([first!.id, null])
    expect((await shows.roomView(showId)).pinnedItemId).toBeNull()
  })

  test("nobody shelves or pins another tenant's product", async () => {
    const [mine, theirs] = [await merchant(), await merchant()]
    const foreign = await theirs.product('A')
    await expect(shows.shelf.put(mine.tenantId, mine.showId, [item(foreign.id)])).rejects.toMatchObject({
      code: 'product_unavailable',
    })
    const [shelved] = await shows.shelf.put(theirs.tenantId, theirs.showId, [item(foreign.id)])
    await expect(shows.shelf.pin(mine.tenantId, mine.showId, shelved!.id)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('what the room was told of the shelf is what its log keeps', async () => {
    const { tenantId, showId, product } = await merchant()
    const [first] = await shows.shelf.put(tenantId, showId, [item((await product('A')).id)])
    await shows.shelf.pin(tenantId, showId, first!.id)
    await Promise.all([shows.shelf.put(tenantId, showId, []), shows.shelf.put(tenantId, showId, [])])
    const rows = await db.sql`select event from room_log where show_id = ${showId} order by "offset"`
    const told = published.toSorted((a, b) => ('pos' in a && 'pos' in b ? a.pos[1] - b.pos[1] : 0))
    expect(rows.map(({ event }) => event)).toEqual(told)
    expect(told.map(({ t }) => t)).toEqual(['shelf', 'pinned', 'pinned', 'shelf', 'shelf'])
  })

  test('an item keeps its script when the shelf changes; the room never hears it', async () => {
    const { tenantId, showId, product } = await merchant()
    const [a, b] = [await product('A'), await product('B')]
    const [first] = await shows.shelf.put(tenantId, showId, [item(a.id)])
    expect(await shows.shelf.script(tenantId, showId, first!.id)).toBe('')
    await shows.shelf.setScript(tenantId, showId, first!.id, 'Say hello\nShow the box')
    await shows.shelf.put(tenantId, showId, [item(b.id), { ...item(a.id), livePriceMinor: 900 }])
    expect(await shows.shelf.script(tenantId, showId, first!.id)).toBe('Say hello\nShow the box')
    expect(JSON.stringify([published, await shows.roomView(showId)])).not.toContain('Say hello')
  })

  test("a script is its tenant's and its show's alone, and has an end", async () => {
    const [mine, theirs] = [await merchant(), await merchant()]
    const [shelved] = await shows.shelf.put(theirs.tenantId, theirs.showId, [
      item((await theirs.product('A')).id),
    ])
    const itemId = shelved!.id
    const absent = { code: 'not_found' }
    const { script, setScript } = shows.shelf
    await expect(script(mine.tenantId, theirs.showId, itemId)).rejects.toMatchObject(absent)
    await expect(setScript(mine.tenantId, theirs.showId, itemId, 'x')).rejects.toMatchObject(absent)
    await expect(setScript(theirs.tenantId, mine.showId, itemId, 'x')).rejects.toMatchObject(absent)
    const long = 'x'.repeat(SCRIPT_LENGTH_MAX)
    expect(putScript.body?.safeParse({ script: long }).success).toBe(true)
    expect(putScript.body?.safeParse({ script: `${long}x` }).success).toBe(false)
    await setScript(theirs.tenantId, theirs.showId, itemId, long)
    await expect(setScript(theirs.tenantId, theirs.showId, itemId, `${long}x`)).rejects.toThrow(
      'shelf_items_script',
    )
  })

  test('a product twice is refused', async () => {
    const { tenantId, showId, product } = await merchant()
    const a = await product('A')
    await expect(shows.shelf.put(tenantId, showId, [item(a.id), item(a.id)])).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  test('a draft is not shown to the room and cannot be sold', async () => {
    const { tenantId, showId, product } = await merchant()
    const a = await product('A')
    await shows.shelf.put(tenantId, showId, [item(a.id)])
    await products.update(tenantId, a.id, { status: 'draft' })
    expect((await shows.roomView(showId)).shelf).toEqual([])
    const prices = await shows.livePrices(tenantId, showId, [a.skus[0]!.id], Date.now())
    expect(prices.get(a.skus[0]!.id)?.active).toBe(false)
  })
})

describe('products', () => {
  test('what changes of a product reaches the rooms that show it, and their logs', async () => {
    const { tenantId, showId, product } = await merchant()
    const a = await product('A')
    await shows.shelf.put(tenantId, showId, [item(a.id)])
    await products.update(tenantId, a.id, { title: 'B' })
    await products.updateSku(tenantId, a.skus[0]!.id, { priceMinor: 700 })
    await products.addSku(tenantId, a.id, {
      code: 'L',
      options: {},
      priceMinor: 800,
      perBuyerLimit: 1,
      stock: 3,
    })
    await products.update(tenantId, a.id, { status: 'archived' })
    const seen = published.map((event) =>
      event.t === 'shelf'
        ? event.items.map(({ title, skus }) => [title, skus.map((sku) => [sku.priceMinor, sku.left])])
        : event.t,
    )
    expect(seen).toEqual([
      [['A', [[1000, 0]]]],
      [['B', [[1000, 0]]]],
      [['B', [[700, 0]]]],
      [
        [
          'B',
          [
            [700, 0],
            [800, 3],
          ],
        ],
      ],
      [],
    ])
    const rows = await db.sql`select event from room_log where show_id = ${showId} order by "offset"`
    expect(rows.map(({ event }) => event)).toEqual(published)
  })

  test('an ended show hears no more of its products', async () => {
    const { tenantId, showId, product } = await merchant()
    const a = await product('A')
    await shows.shelf.put(tenantId, showId, [item(a.id)])
    await shows.end(tenantId, showId)
    published.length = 0
    await products.update(tenantId, a.id, { title: 'B' })
    expect(published).toEqual([])
  })

  test('a product is made whole, with the stock of its SKUs, or not at all', async () => {
    const { tenantId } = await merchant()
    const sku = (code: string) => ({ code, options: {}, priceMinor: 100, perBuyerLimit: null, stock: 5 })
    const made = await products.create(tenantId, {
      title: 'A',
      description: '',
      status: 'active',
      skus: [sku('A'), sku('B')],
    })
    const stocked = await db.sql`select available from stock where tenant_id = ${tenantId}`
    expect(stocked.map(({ available }) => available)).toEqual([5, 5])
    expect(made.skus.map(({ code }) => code)).toEqual(['A', 'B'])
    const broken = {
      title: 'C',
      description: '',
      status: 'active' as const,
      skus: [{ ...sku('C'), priceMinor: -1 }],
    }
    await expect(products.create(tenantId, broken)).rejects.toThrow()
    expect((await products.list(tenantId, { limit: 10 })).items).toHaveLength(1)
  })

  test('pages go through all of them once, newest first', async () => {
    const { tenantId, product } = await merchant()
    for (const title of ['A', 'B', 'C', 'D', 'E']) {
      await product(title)
      await new Promise((resolve) => setTimeout(resolve, 2)) // ids sort by their millisecond
    }
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await products.list(tenantId, { limit: 2, after })
      seen.push(...page.items.map(({ title }) => title))
      after = page.next ?? undefined
    } while (after)
    expect(seen).toEqual(['E', 'D', 'C', 'B', 'A'])
  })

  test('search takes % and _ as letters', async () => {
    const { tenantId, product } = await merchant()
    await product('100% wool')
    await product('100 g wool')
    const { items } = await products.list(tenantId, { limit: 10, q: '0%' })
    expect(items.map(({ title }) => title)).toEqual(['100% wool'])
  })

  test('two SKUs of one code are refused', async () => {
    const { tenantId, product } = await merchant()
    const a = await product('A')
    const again = products.addSku(tenantId, a.id, {
      code: 'A',
      options: {},
      priceMinor: 1,
      perBuyerLimit: null,
      stock: 0,
    })
    await expect(again).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('a limit can be taken away again', async () => {
    const { tenantId, product } = await merchant()
    const skuId = (await product('A')).skus[0]!.id
    expect((await products.updateSku(tenantId, skuId, { perBuyerLimit: 2 })).skus[0]?.perBuyerLimit).toBe(2)
    expect((await products.updateSku(tenantId, skuId, { priceMinor: 5 })).skus[0]?.perBuyerLimit).toBe(2)
    expect(
      (await products.updateSku(tenantId, skuId, { perBuyerLimit: null })).skus[0]?.perBuyerLimit,
    ).toBeNull()
  })
})
