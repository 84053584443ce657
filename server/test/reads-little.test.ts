import { expect, test } from 'vitest'
import { createReminders } from '../src/notices/reminders.ts'
import { makeMerchant, makePeople, testLimits } from './fixtures.ts'
import { rowsRead } from './rows-read.ts'
import { testDb } from './world.ts'

/** Work whose cost must not follow from how much there is. */

const db = await testDb()
const { sql } = db
const COUNT = 2000

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
