import { SHOW_EVENT_TYPES } from '@shelfcast/shared/api/show-record.ts'
import { DOWN } from '@shelfcast/shared/protocol/down.ts'
import { beforeAll, expect, test } from 'vitest'
import { seedShow } from '../../test/chat.ts'
import { testDb } from '../../test/world.ts'
import type { Db } from '../kernel/db.ts'
import { createShowRecord } from './record.ts'

let db: Db
beforeAll(async () => {
  db = await testDb()
  for (const showId of ['shw', 'quiet']) await seedShow(db, 'ten', showId, [])
  await seedShow(db, 'other', 'theirs', [])
})

const append = (
  event: { t: string; [field: string]: string | string[] | null },
  showId = 'shw',
  tenantId = 'ten',
) => db.sql`select room_append(${tenantId}, ${showId}, ${db.sql.json(event)})`

test('the record has a name for every state event of the protocol', () => {
  const states = DOWN.filter(({ delivery }) => delivery === 'state').map(({ type }) => type)
  expect([...SHOW_EVENT_TYPES].sort()).toEqual([...states].sort())
})

test('tells what happened, newest first, by pages and by type, over epochs; of its tenant alone', async () => {
  const record = createShowRecord({ db })
  for (let i = 1; i <= 12; i++)
    await append(i % 3 === 0 ? { t: 'deleted', lineIds: [`lin${i}`] } : { t: 'pinned', itemId: `itm${i}` })
  await db.sql`update room_heads set epoch = 2, "offset" = 0 where show_id = 'shw'`
  await append({ t: 'pinned', itemId: null })
  await append({ t: 'pinned', itemId: 'theirs' }, 'theirs', 'other')

  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await record.page('ten', 'shw', { after, limit: 5 })
    seen.push(...page.items.map(({ id }) => id))
    after = page.next ?? undefined
  } while (after)
  expect(seen).toEqual(['2.1', ...Array.from({ length: 12 }, (_, i) => `1.${12 - i}`)])

  const { items } = await record.page('ten', 'shw', { type: 'deleted', limit: 2 })
  expect(items).toMatchObject([
    { id: '1.12', type: 'deleted', event: { t: 'deleted', lineIds: ['lin12'], pos: [1, 12] } },
    { id: '1.9', type: 'deleted' },
  ])
  expect(Math.abs(items[0]!.at - Date.now())).toBeLessThan(60_000)
  expect(await record.page('ten', 'quiet', { limit: 5 })).toEqual({ items: [], next: null })
  expect((await record.page('other', 'shw', { limit: 5 })).items).toEqual([])
})
