import { beforeAll, expect, test } from 'vitest'
import { seedShow } from '../../test/chat.ts'
import { testDb } from '../../test/world.ts'
import type { Db } from '../kernel/db.ts'
import { createRoomLog } from './log.ts'

let db: Db
beforeAll(async () => {
  db = await testDb()
  await seedShow(db, 'ten', 'shw', [])
  await seedShow(db, 'ten', 'quiet', [])
})

test('a room stands where it stands, with what its show says of chat', async () => {
  const log = createRoomLog({ db })
  expect(await log.head('ten', 'shw')).toEqual({ pos: [1, 0], likes: 0, displayPerS: null })
  await db.sql`update shows set chat_lines_per_s = 7 where id = 'shw'`
  expect(await log.head('ten', 'shw')).toMatchObject({ displayPerS: 7 })
  expect((await log.heads(['shw', 'quiet'])).get('shw')).toMatchObject({ displayPerS: 7 })
  expect(await log.head('other', 'shw')).toBeNull()
})

test('what rooms did not deliver adds up over nodes and time, by show, class and reason', async () => {
  const [a, b] = [createRoomLog({ db }), createRoomLog({ db })]
  const lines = { showId: 'shw', class: 'chat', reason: 'display_rate', events: 3 } as const
  const gifts = { ...lines, class: 'gift', reason: 'queue_full', events: 1 } as const
  await Promise.all([a.addDrops([lines, gifts]), b.addDrops([lines])])
  await a.addDrops([lines, { ...lines, showId: 'gone' }])
  expect(await b.drops('ten', 'shw')).toEqual([
    { class: 'chat', reason: 'display_rate', events: 9 },
    { class: 'gift', reason: 'queue_full', events: 1 },
  ])
  expect(await b.drops('ten', 'quiet')).toEqual([])
  expect(await b.drops('other', 'shw')).toEqual([])
})
