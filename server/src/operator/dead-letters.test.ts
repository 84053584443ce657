import { Registry } from 'prom-client'
import { afterAll, expect, test } from 'vitest'
import { silentLog, testDb } from '../../test/world.ts'
import { loadConfig } from '../config.ts'
import { createOutbox } from '../kernel/outbox.ts'
import { createDeadLetters } from './index.ts'

const db = await testDb()
const { limits } = loadConfig({ DATABASE_URL: 'postgres://unused', REDIS_URL: 'redis://unused' })
const outbox = createOutbox({
  db,
  log: silentLog,
  metrics: new Registry(),
  limits: { ...limits.outbox, attemptsMax: 2, backoffMsMin: 1, backoffMsMax: 1, pollMs: 10 },
})
const letters = createDeadLetters({ db, outbox })
let isBroken = true
const done: string[] = []
outbox.on('thing.done', (_, row) => {
  if (isBroken) throw new Error('the other side is away')
  done.push(row.key)
})
outbox.start()
afterAll(() => outbox.close())

test('what was given up is listed with its reason, tried again on request, and gone once done', async () => {
  await db.sql`
    insert into outbox (topic, key, payload)
    select 'thing.done', 'thing_' || n, '{"secret": "of a person"}' from generate_series(1, 3) n`
  await expect.poll(async () => (await letters.list({ limit: 10 })).items.length).toBe(3)
  const first = await letters.list({ limit: 2 })
  expect(first.items.map(({ key }) => key)).toEqual(['thing_3', 'thing_2'])
  expect(first.items[0]).toMatchObject({ topic: 'thing.done', attempts: 2, error: 'the other side is away' })
  expect(JSON.stringify(first)).not.toContain('secret')
  const second = await letters.list({ limit: 2, after: first.next! })
  expect(second.items.map(({ key }) => key)).toEqual(['thing_1'])

  const [letter] = second.items
  await letters.retry(letter!.id)
  await expect.poll(async () => (await letters.list({ limit: 10 })).items.length).toBe(3) // it failed again
  isBroken = false
  await letters.retry(letter!.id)
  await expect.poll(() => done).toEqual(['thing_1'])
  expect((await letters.list({ limit: 10 })).items.map(({ key }) => key)).toEqual(['thing_3', 'thing_2'])
})

test('only what was given up can be tried again', async () => {
  await expect(letters.retry('999999')).rejects.toMatchObject({ code: 'not_found' })
  const [row] = await db.sql`
    insert into outbox (topic, key, payload, due_at) values ('later', 'x', '{}', now() + interval '1 hour') returning id`
  await expect(letters.retry(String(row!.id))).rejects.toMatchObject({ code: 'not_found' })
})
