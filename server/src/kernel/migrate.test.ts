import { expect, test } from 'vitest'
import { testDatabaseUrl } from '../../test/world.ts'
import { createDb } from './db.ts'
import { migrate } from './migrate.ts'

test('migrating again, twice at once, changes nothing', async () => {
  const url = await testDatabaseUrl()
  const [first, second] = await Promise.all([migrate(url), migrate(url)])
  expect(first).toBe(second)
})

test('this month and the next two have their partitions', async () => {
  const db = createDb(await testDatabaseUrl(), { connectionsMax: 1, statementTimeoutMs: 5000 })
  const rows =
    await db.sql`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'facts'::regclass`
  await db.close()
  expect(rows).toHaveLength(4)
})
