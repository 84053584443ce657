import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import { beforeAll, expect, test } from 'vitest'
import { chatWorld, limits, seedShow } from '../../test/chat.ts'
import { testDb } from '../../test/world.ts'
import type { Db } from '../kernel/db.ts'

let db: Db
beforeAll(async () => {
  db = await testDb()
})

/** A fresh show for each test, on the file's database. */
let shows = 0
async function world(
  more: Parameters<typeof chatWorld>[1] = {},
  written: Parameters<typeof chatWorld>[2] = () => {},
) {
  const showId = `shw${++shows}`
  await seedShow(db, 'ten', showId, ['ann', 'ben', 'mod'])
  await seedShow(db, 'other', `other${shows}`, [])
  const made = chatWorld(db, more, written)
  const [ann, ben] = [made.ann, made.ben].map((speaker) => ({ ...speaker, showId }))
  const stored = () =>
    db.sql<{ text: string; deleted: boolean }[]>`
      select text, deleted_at is not null as deleted from chat_lines where show_id = ${showId} order by id`
  /** Lines by Ann, each a millisecond after the one before: ids sort by time. */
  async function sayAll(texts: readonly string[]): Promise<ChatLine[]> {
    const lines: ChatLine[] = []
    for (const text of texts) {
      made.clock.ms++
      lines.push(await made.chat.say(ann!, text))
    }
    return lines
  }
  return { ...made, sayAll, showId, ann: ann!, ben: ben!, stored }
}

test('C6: a line is told to the room at once and written afterwards, in order', async () => {
  const { sayAll, published, stored, showId } = await world()
  const lines = await sayAll(['one', 'two', 'three'])
  expect(published).toEqual(lines.map((line) => ({ showId, event: { t: 'chat', line } })))
  await expect.poll(stored).toHaveLength(3)
  expect((await stored()).map(({ text }) => text)).toEqual(['one', 'two', 'three'])
})

test('C7: what has no text is refused and costs nothing', async () => {
  const { chat, ann, published } = await world()
  await expect(chat.say(ann, ' \u202e ')).rejects.toMatchObject({ code: 'invalid_input' })
  expect(published).toEqual([])
})

test('C7: who is too fast waits for as long as is said', async () => {
  const { chat, ann, ben, clock } = await world()
  for (let i = 0; i < limits.chat.linesPer10SMax; i++) await chat.say(ann, `line ${i}`)
  const refusal = await chat.say(ann, 'more').catch((error) => error)
  expect(refusal).toMatchObject({ code: 'chat_too_fast' })
  await chat.say(ben, 'others are not held back')
  clock.ms += refusal.more.retryAfterMs
  await chat.say(ann, 'now')
})

test('the last lines come from memory, from the record after a restart, without what was deleted', async () => {
  const { chat, sayAll, showId } = await world()
  expect(await chat.recent(showId)).toEqual([])
  const lines = await sayAll([0, 1, 2, 3, 4, 5, 6].map((i) => `line ${i}`))
  await chat.deleteLine({ tenantId: 'ten', showId, lineId: lines[5]!.id })
  const kept = [lines[2], lines[3], lines[4], lines[6]]
  expect(await chat.recent(showId)).toEqual(kept)
  await chat.close()
  const again = await world()
  expect(await again.chat.recent(showId)).toEqual([lines[1], ...kept])
})

test('C7: a mute holds at once, is told, survives a restart, and is lifted', async () => {
  const { chat, ann, ben, clock, told, showId } = await world()
  const { mutedUntil } = await chat.mute({ tenantId: 'ten', showId, personId: 'ann', minutes: 5, by: 'mod' })
  expect(mutedUntil).toBe(clock.ms + 300_000)
  expect(told).toEqual([{ personId: 'ann', event: { t: 'you', me: { mutedUntil } } }])
  await expect(chat.say(ann, 'hi')).rejects.toMatchObject({ code: 'muted', more: { retryAfterMs: 300_000 } })
  await chat.say(ben, 'hi')

  const again = await world()
  expect(await again.chat.mutedUntil(showId, 'ann')).toBe(mutedUntil)

  clock.ms += 300_001
  await chat.say(ann, 'over')
  await chat.mute({ tenantId: 'ten', showId, personId: 'ann', minutes: 5, by: 'mod' })
  const lifted = await chat.mute({ tenantId: 'ten', showId, personId: 'ann', minutes: 0, by: 'mod' })
  expect(lifted.mutedUntil).toBeNull()
  expect(told.at(-1)).toEqual({ personId: 'ann', event: { t: 'you', me: { mutedUntil: null } } })
  await chat.say(ann, 'lifted')
})

test('a mute by another process holds within mutesFreshMs', async () => {
  const one = await world()
  const other = await world({ mutesFreshMs: 50 })
  expect(await other.chat.mutedUntil(one.showId, 'ann')).toBeNull()
  await one.chat.mute({ tenantId: 'ten', showId: one.showId, personId: 'ann', minutes: 5, by: 'mod' })
  await expect.poll(() => other.chat.mutedUntil(one.showId, 'ann')).not.toBeNull()
  await other.chat.close()
})

test('another tenant cannot mute here, nor can anyone mute a stranger', async () => {
  const { chat, showId, told } = await world()
  const order = { showId, personId: 'ann', minutes: 5, by: 'mod' }
  await expect(chat.mute({ ...order, tenantId: 'other' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(chat.mute({ ...order, tenantId: 'ten', personId: 'nobody' })).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(told).toEqual([])
})

test('a line is deleted with a numbered event, once, even before it was written', async () => {
  const { chat, ann, published, stored, showId } = await world({ writeEveryMs: 60_000 })
  const line = await chat.say(ann, 'rude')
  await chat.deleteLine({ tenantId: 'ten', showId, lineId: line.id })
  await chat.deleteLine({ tenantId: 'ten', showId, lineId: line.id })
  expect(published.slice(1)).toEqual([{ showId, event: { t: 'deleted', lineIds: [line.id], pos: [1, 1] } }])
  expect(await stored()).toEqual([{ text: 'rude', deleted: true }])
  const [logged] = await db.sql`select event from room_log where show_id = ${showId}`
  expect(logged).toEqual({ event: published[1]?.event })
})

test('another tenant, another show and an unknown line are not found', async () => {
  const { chat, ann, showId } = await world()
  const { id: lineId } = await chat.say(ann, 'mine')
  for (const wrong of [{ tenantId: 'other' }, { showId: `other${shows}` }, { lineId: 'lin_x' }]) {
    const order = { tenantId: 'ten', showId, lineId, ...wrong }
    await expect(chat.deleteLine(order)).rejects.toMatchObject({ code: 'not_found' })
  }
})

test('lines wait while Postgres is away, bounded, and are written when it is back', async () => {
  const { chat, ann, sayAll, stored } = await world({
    writeQueueMax: 3,
    writeEveryMs: 20,
    linesPer10SMax: 100,
  })
  await chat.recent(ann.showId)
  await db.sql`alter table chat_lines rename to chat_lines_away`
  await sayAll([0, 1, 2, 3, 4].map((i) => `line ${i}`))
  await new Promise((resolve) => setTimeout(resolve, 100))
  await db.sql`alter table chat_lines_away rename to chat_lines`
  await expect
    .poll(async () => (await stored()).map(({ text }) => text))
    .toEqual(['line 2', 'line 3', 'line 4'])
})

test('a line that the record refuses does not hold up the others', async () => {
  const { chat, ann, stored } = await world({ writeEveryMs: 10 })
  await chat.say({ ...ann, personId: 'gone' }, 'by nobody')
  await chat.say(ann, 'by Ann')
  await expect.poll(async () => (await stored()).map(({ text }) => text)).toEqual(['by Ann'])
})

test('a ban holds here at once, elsewhere when it is read again, and after a restart', async () => {
  const [here, there] = [await world(), await world({ mutesFreshMs: 50 })]
  const { showId } = here
  const banned = () => Promise.all([here.chat, there.chat].map((chat) => chat.isBannedFrom(showId, 'ben')))
  expect(await banned()).toEqual([false, false])
  await here.chat.ban({ tenantId: 'ten', personId: 'ben', by: 'mod' })
  expect(await here.chat.isBannedFrom(showId, 'ben')).toBe(true)
  await expect.poll(banned).toEqual([true, true])
  await here.chat.liftBan('ten', 'ben')
  expect(await here.chat.isBannedFrom(showId, 'ben')).toBe(false)
  await there.chat.close()
})

test('a ban of which another node tells holds at once', async () => {
  const { chat, heard, showId } = await world()
  expect(await chat.isBannedFrom(showId, 'ben')).toBe(false)
  heard(showId, { is: 'evicted', personId: 'ben' })
  await expect.poll(() => chat.isBannedFrom(showId, 'ben')).toBe(true)
})

test('lines are written writeBatchMax at a time', async () => {
  const batches: number[] = []
  const { chat, sayAll, stored } = await world({ writeBatchMax: 3, writeEveryMs: 60_000 }, (lines) =>
    batches.push(lines.length),
  )
  await sayAll([0, 1, 2, 3, 4, 5, 6].map((i) => `line ${i}`))
  await chat.close()
  expect(batches).toEqual([3, 3, 1])
  expect(await stored()).toHaveLength(7)
})

test('what nobody asked for in showIdleMs is forgotten, and read again', async () => {
  const { chat, clock, showId } = await world({ mutesFreshMs: 20, showIdleMs: 1000 })
  expect(await chat.mutedUntil(showId, 'ann')).toBeNull()
  clock.ms += 1001
  await new Promise((resolve) => setTimeout(resolve, 100)) // the next beat
  await db.sql`insert into mutes (tenant_id, show_id, person_id, muted_by, until)
    values ('ten', ${showId}, 'ann', 'mod', now() + interval '1 hour')`
  // What is kept is told as it was; what was forgotten is read.
  expect(await chat.mutedUntil(showId, 'ann')).not.toBeNull()
  await chat.close()
})

test('close writes what waits', async () => {
  const { chat, ann, stored } = await world({ writeEveryMs: 60_000 })
  await chat.say(ann, 'last words')
  await chat.close()
  expect(await stored()).toHaveLength(1)
})

test('N3: a mute, a line and a deletion of another node hold here; after a miss the record is read again', async () => {
  const { chat, heard, sayAll, showId, ann, clock } = await world()
  expect([await chat.recent(showId), await chat.mutedUntil(showId, 'ann')]).toEqual([[], null])
  const [line] = await sayAll(['here'])
  heard(showId, { is: 'personal', personId: 'ann', event: { t: 'you', me: { mutedUntil: clock.ms + 5000 } } })
  await expect(chat.say(ann, 'still')).rejects.toMatchObject({ code: 'muted' })
  const there: ChatLine = { ...line!, id: 'lin_there', text: 'there' }
  heard(showId, { is: 'event', event: { t: 'chat', line: there } })
  heard(showId, { is: 'event', event: { t: 'chat', line: there } })
  await expect
    .poll(async () => (await chat.recent(showId)).map(({ text }) => text))
    .toEqual(['here', 'there'])
  heard(showId, { is: 'event', event: { t: 'deleted', pos: [1, 1], lineIds: [line!.id] } })
  await expect.poll(async () => (await chat.recent(showId)).map(({ text }) => text)).toEqual(['there'])
  await db.sql`insert into mutes (tenant_id, show_id, person_id, muted_by, until)
    values ('ten', ${showId}, 'ben', 'mod', now() + interval '1 hour')`
  expect(await chat.mutedUntil(showId, 'ben')).toBeNull()
  heard(showId, { is: 'missed' })
  await expect.poll(() => chat.mutedUntil(showId, 'ben')).not.toBeNull()
})

test('a line that waits to be written is not forgotten when the record is read again', async () => {
  const { chat, heard, sayAll, showId } = await world({ writeEveryMs: 60_000 })
  const lines = await sayAll(['not yet written'])
  heard(showId, { is: 'missed' }) // a room opens here, or other nodes are heard again
  expect(await chat.recent(showId)).toEqual(lines)
})
