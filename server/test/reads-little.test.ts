import { expect, test } from 'vitest'
import { sweepAnswers } from '../src/kernel/idempotency.ts'
import { newId } from '../src/kernel/ids.ts'
import { createReminders } from '../src/notices/reminders.ts'
import { createViews } from '../src/orders/views.ts'
import { createStatements } from '../src/payouts/statements.ts'
import { createStore } from '../src/recordings/store.ts'
import { createWalletEntries } from '../src/tips/wallet.ts'
import { makeMerchant, makePeople, makePerson, testLimits } from './fixtures.ts'
import { rowsRead } from './rows-read.ts'
import { testDb } from './world.ts'

/** Work whose cost must not follow from how much there is. */

const db = await testDb()
const { sql } = db
const COUNT = 2000

/** Tips of as many people, as the ledger has them. */
async function tipped({ tenantId, showId }: { tenantId: string; showId: string }, count: number) {
  const people = await makePeople(db, count)
  await sql`
    with tip as (
      select person_id, new_id('tip') as id, ledger_account('person', person_id, 'wallet', 'COIN') as wallet
      from unnest(${people}::text[]) person_id
    ), booked as materialized (
      select *, ledger_transfer('tip', id, jsonb_build_array(ledger_entry(wallet, -1, 'COIN'),
        ledger_entry(ledger_account('tenant', ${tenantId}, 'sales', 'COIN'), 1, 'COIN'))) as transfer_id from tip
    )
    insert into tips (tenant_id, id, show_id, person_id, name, gift_id, count, coins, transfer_id)
    select ${tenantId}, id, ${showId}, person_id, 'Buyer', 'rose', 1, 1, transfer_id from booked`
  await sql`analyze tips, ledger_accounts, ledger_transfers, ledger_entries`
  return people
}

test('a page of a statement or a wallet reads its own entries', async () => {
  const merchant = await makeMerchant(db)
  const [person] = await tipped(merchant, COUNT)
  const limits = { ...testLimits.payouts }
  const entries = ['ledger_entries', 'tips']
  const pageRead = (after?: string) =>
    rowsRead(db, entries, async (one) => {
      const { items } = await createStatements({ db: one, limits }).statement(merchant.tenantId, {
        after,
        limit: 10,
      })
      expect(items).toHaveLength(10)
    })
  expect(await pageRead()).toBeLessThan(100)
  const { items } = await createStatements({ db, limits }).statement(merchant.tenantId, { limit: COUNT })
  expect(items).toHaveLength(COUNT)
  expect(await pageRead(items[COUNT / 2]!.id)).toBeLessThan(100)

  const walletRead = rowsRead(db, entries, async (one) => {
    const wallet = await createWalletEntries(one)(person!, { limit: 10 })
    expect(wallet.items).toMatchObject([{ kind: 'tip', coins: -1, tip: { giftId: 'rose' } }])
  })
  expect(await walletRead).toBeLessThan(100)
})

test("a merchant's orders of one status are found without reading the rest", async () => {
  const { tenantId, ownerId } = await makeMerchant(db)
  await sql`
    insert into orders (tenant_id, id, person_id, status, currency, total_minor, address)
    select ${tenantId}, new_id('ord'), ${ownerId}, case n when 3 then 'packed' else 'completed' end, 'CNY', 1,
      '{"name": "Li Na", "phone": "13800138000", "country": "CN", "city": "Hangzhou", "street": "1 West Lake"}'::jsonb
    from generate_series(1, ${COUNT}::int) n`
  await sql`analyze orders`
  const read = await rowsRead(db, ['orders'], async (one) => {
    const { items } = await createViews({ db: one }).listForMerchant(tenantId, {
      status: 'packed',
      limit: 50,
    })
    expect(items).toMatchObject([{ status: 'packed' }])
  })
  expect(read).toBeLessThan(10)
})

test('who was told that a show is live is looked up one by one, not in all notices of the show', async () => {
  const { tenantId, showId } = await makeMerchant(db)
  const people = await makePeople(db, COUNT)
  await sql`
    insert into show_reminders (tenant_id, show_id, person_id)
    select ${tenantId}, ${showId}, id from unnest(${people}::text[]) id`
  await sql`
    insert into notices (key, person_id)
    select 'order_paid:' || n, ${people[0]!} from generate_series(1, ${COUNT * 10}::int) n
    union all select ${`show_live:${showId}`}, id from unnest(${people.slice(1)}::text[]) id`
  await sql`analyze notices, show_reminders`
  const reminders = { clock: { now: Date.now }, outbox: { nudge() {} }, limits: testLimits.notices }
  const shows = { find: async () => null }
  const read = await rowsRead(db, ['notices', 'show_reminders'], (one) =>
    createReminders({ ...reminders, db: one, shows, mailbox: async () => null }).tick(),
  )
  expect(await sql`select 1 from notices where key = ${`show_live:${showId}`}`).toHaveLength(COUNT)
  expect(read).toBeLessThan(COUNT * 4)
})

test('a sweep of kept answers passes over those that are kept for days', async () => {
  await sql`
    insert into idempotency_keys (person_id, route, key, request_hash, status, response, created_at)
    select 'per_x', 'POST /orders', n::text, 'hash', 201, '{}'::jsonb, now() - interval '1 hour'
    from generate_series(1, ${COUNT}::int) n
    union all select 'per_x', 'POST /orders', 'refused', 'hash', 409, '{}', now() - interval '1 hour'`
  await sql`vacuum analyze idempotency_keys`
  expect(
    await rowsRead(db, ['idempotency_keys'], (one) => sweepAnswers(one, testLimits.orders)),
  ).toBeLessThan(100)
  expect(await sql`select count(*)::int as kept from idempotency_keys`).toEqual([{ kept: COUNT }])
})

test('whether a take or a clip is shown is asked of its own replay', async () => {
  const [shown, hidden] = [await makeMerchant(db), await makeMerchant(db)]
  const host = await makePerson(db)
  const takeIds = Array.from({ length: COUNT }, () => newId('tak'))
  for (const { tenantId, showId } of [shown, hidden]) {
    await sql`insert into replays (tenant_id, show_id, hidden) values (${tenantId}, ${showId}, ${showId === hidden.showId})`
  }
  await sql`
    insert into takes (tenant_id, id, show_id, person_id, source, started_at)
    select ${shown.tenantId}, id, ${shown.showId}, ${host}, 'camera', now() from unnest(${takeIds}::text[]) id`
  await sql`
    with others as (
      insert into shows (tenant_id, id, title) select ${hidden.tenantId}, new_id('shw'), 'Show' from generate_series(1, 300)
      returning tenant_id, id)
    insert into replays (tenant_id, show_id) select tenant_id, id from others`
  const secret = newId('tak')
  await sql`
    insert into takes (tenant_id, id, show_id, person_id, source, started_at)
    values (${hidden.tenantId}, ${secret}, ${hidden.showId}, ${host}, 'camera', now())`
  await sql`analyze takes, clips, replays`
  const read = await rowsRead(db, ['takes', 'clips', 'replays'], async (one) => {
    const { isShown } = createStore(one)
    expect([await isShown(takeIds[7]!), await isShown(secret), await isShown('tak_none')]).toEqual([
      true,
      false,
      false,
    ])
  })
  expect(read).toBeLessThan(1000)
})
