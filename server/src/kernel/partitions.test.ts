import { expect, test } from 'vitest'
import { silentLog, testDb } from '../../test/world.ts'
import { keepPartitions, MONTHS_AHEAD } from './partitions.ts'

test('a server that runs for months makes the partitions of the months to come', async () => {
  const db = await testDb()
  const names = async () =>
    (
      await db.sql<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits
      where inhparent in ('facts'::regclass, 'room_log'::regclass) order by 1`
    ).map(({ name }) => name)
  const all = await names()
  const last = all.filter((name) => !name.endsWith('_rest'))
  expect(last).toHaveLength(2 * (1 + MONTHS_AHEAD))
  for (const name of last) await db.sql`drop table ${db.sql(name)}`
  const two = [keepPartitions(db, silentLog, 10), keepPartitions(db, silentLog, 10)]
  await expect.poll(names).toEqual(all)
  await Promise.all(two.map((one) => one.close()))
})
