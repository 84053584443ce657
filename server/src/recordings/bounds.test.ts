import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { afterAll, expect, test } from 'vitest'
import { merchant, testApp } from '../../test/app.ts'
import { until } from '../../test/stage.ts'
import { systemClock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import type { ShowSources } from '../stage/index.ts'
import { createRecordings } from './index.ts'
import { clipKey, initKey, segmentKey } from './objects.ts'
import { isFull } from './room.ts'
import { createStore } from './store.ts'

/** What is bounded in time, number and room; rows and objects are made by hand, so that no encoder is needed. */

const app = await testApp()
const { db, shows, storage } = app.domains
const { sql } = db
const store = createStore(db)
const limits = { ...app.config.limits.recordings, clipMsMin: 1000 }
const folder = mkdtempSync(join(tmpdir(), 'shelfcast-bounds-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An ffmpeg that is a shell script. */
function program(name: string, script: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
/** Writes its last argument, as a cut does. */
const cuts = program('cuts', 'cat > /dev/null; for last; do :; done; printf clip > "$last"')

const recordings = (over: Partial<typeof limits> = {}, of: Partial<ObjectStorage> = {}, ffmpeg = cuts) =>
  createRecordings({
    ...app.domains,
    tenants: app.domains.accounts.tenants,
    storage: { ...storage, ...of },
    ffmpeg,
    clock: systemClock,
    metrics: new Registry(),
    limits: { ...limits, ...over },
  })

const MINUTE_MS = 60_000

/** A show with a take that began a while ago, of ten segments of a second, and a product that was pinned all the time. */
async function recorded({ agoMs = 10 * MINUTE_MS, ended = true } = {}) {
  const shop = await merchant(app)
  const of = { tenantId: shop.tenant.id, showId: shop.show.id }
  const takeId = newId('tak')
  const at = Date.now() - agoMs
  await shows.shelf.pin(of.tenantId, of.showId, shop.item.id)
  await sql`update room_log set at = ${new Date(at - 1000)} where show_id = ${of.showId}`
  await store.openTake({ ...of, id: takeId, personId: shop.owner.id, source: 'camera', at })
  await storage.put(initKey(takeId), { bytes: Buffer.from('init'), contentType: 'video/mp4' })
  for (let seq = 0; seq < 10; seq++) {
    const segment = { seq, fromMs: seq * 1000, durationMs: 1000, bytes: 4 }
    await storage.put(segmentKey(takeId, seq), {
      bytes: Buffer.from('moof'),
      contentType: 'video/iso.segment',
    })
    await store.addSegment(of.tenantId, takeId, segment)
  }
  await sql`update take_segments set created_at = ${new Date(at)} where take_id = ${takeId}`
  if (ended) {
    await store.endTake(of.tenantId, takeId)
    await shows.end(of.tenantId, of.showId)
  }
  return { shop, of, takeId }
}
const isOpen = async (takeId: string) =>
  (await sql`select from takes where id = ${takeId} and ended_at is null`).length === 1
const recordingOf = ({ tenantId, showId }: { tenantId: string; showId: string }) =>
  app.domains.recordings.replays.recording(tenantId, showId)

test('staleMs: a take to which nothing is added for so long is ended, and only such a one', async () => {
  const { takeId } = await recorded({ agoMs: MINUTE_MS, ended: false })
  await store.endStale(2 * MINUTE_MS)
  expect(await isOpen(takeId)).toBe(true)
  const fresh = await recorded({ agoMs: 10 * MINUTE_MS, ended: false })
  await sql`update take_segments set created_at = now() where take_id = ${fresh.takeId} and seq = 9`
  await store.endStale(MINUTE_MS / 2)
  expect([await isOpen(takeId), await isOpen(fresh.takeId)]).toEqual([false, true])
  await store.endTake(fresh.of.tenantId, fresh.takeId)
})

test('claimedMs: a process that died while it cut clips is replaced, not sooner', async () => {
  const { of } = await recorded()
  expect(await store.claimEnded(MINUTE_MS, 0, 0)).toEqual(of)
  expect(await store.claimEnded(MINUTE_MS, 0, 0)).toBeNull()
  await sql`update replays set claimed_at = now() - interval '61 seconds' where show_id = ${of.showId}`
  expect(await store.claimEnded(MINUTE_MS, 0, 0)).toEqual(of)
  await store.ready(of.tenantId, of.showId, false)
  expect(await store.claimEnded(0, 0, MINUTE_MS)).toBeNull()
})

test('a clip that finds no room is told and made later; the replay is not kept waiting', async () => {
  const { of } = await recorded()
  /** A real ENOSPC: /dev/full refuses every byte. */
  const put = (_key: string, { bytes }: { bytes: Buffer }) => writeFile('/dev/full', bytes)
  await expect(put('', { bytes: Buffer.from('x') })).rejects.toSatisfy(isFull)
  expect(await recordings({}, { put }).finish()).toBe(1)
  expect(await recordingOf(of)).toMatchObject({ status: 'ready', clipsMissing: true, clips: [] })
  expect(await recordings().finish()).toBe(0) // not before `claimedMs`
  const full = recordings(
    { claimedMs: 0, clipsAgainMs: 0 },
    { freeBytes: async () => limits.freeBytesMin - 1 },
  )
  expect(await full.finish()).toBe(0) // `clipsAgainMs` is over
  expect(await recordings({ claimedMs: 1 }).finish()).toBe(1)
  expect(await recordingOf(of)).toMatchObject({ clipsMissing: false, clips: [{ title: 'Cloud mug' }] })
})

test('freeBytesMin: a clip leaves the rest of the disk alone', async () => {
  const { of } = await recorded()
  await recordings({}, { freeBytes: async () => limits.freeBytesMin - 1 }).finish()
  expect(await recordingOf(of)).toMatchObject({ status: 'ready', clipsMissing: true, clips: [] })
  await sql`update replays set clips_missing = false where show_id = ${of.showId}`
})

test('clipMadeMsMax: an ffmpeg that hangs is stopped, and the clip is missing', async () => {
  const { of } = await recorded()
  const before = performance.now()
  await recordings({ clipMadeMsMax: 300 }, {}, program('hangs', 'exec sleep 60')).finish()
  expect(performance.now() - before).toBeLessThan(5000)
  expect(await recordingOf(of)).toMatchObject({ clipsMissing: true, clips: [] })
  await sql`update replays set clips_missing = false where show_id = ${of.showId}`
})

test('a replay is kept for the days that its tenant says now, fewer or more', async () => {
  const { shop, of } = await recorded()
  await recordings().finish()
  await sql`update shows set ended_at = now() - interval '10 days' where id = ${of.showId}`
  const days = (replayDays: number) => app.domains.accounts.tenants.change(shop.tenant.id, { replayDays })
  const own = recordings()
  await days(11)
  const { expiresAt } = await recordingOf(of)
  expect(Math.abs(expiresAt! - Date.now() - 24 * 60 * MINUTE_MS)).toBeLessThan(MINUTE_MS)
  expect(await own.sweep()).toBe(0)
  await days(9)
  await days(30)
  expect(await own.sweep()).toBe(0) // more again, in time
  await days(9)
  expect(await own.sweep()).toBe(1)
  expect(await recordingOf(of)).toMatchObject({ status: 'deleted', expiresAt: null, bytes: 0 })
})

test('sweptMax: so many replays are deleted at once', async () => {
  const own = recordings({ sweptMax: 2 })
  const shown = await Promise.all([recorded(), recorded(), recorded()])
  await own.finish()
  for (const { of } of shown)
    await sql`update shows set ended_at = now() - interval '1000 days' where id = ${of.showId}`
  expect([await own.sweep(), await own.sweep(), await own.sweep()]).toEqual([2, 1, 0])
})

test('objects whose process died before it wrote their row are swept; those with a row, and young ones, stay', async () => {
  const { of, takeId } = await recorded()
  await recordings().finish()
  const old = Date.now() - limits.orphanMs - 1000
  const [orphan, young] = [newId('tak', old), newId('tak')]
  const [clip, youngClip] = [newId('clp', old), newId('clp')]
  const mp4 = { bytes: Buffer.from('x'), contentType: 'video/mp4' }
  for (const key of [initKey(orphan), initKey(young), clipKey(clip), clipKey(youngClip), 'takes/notes.mp4'])
    await storage.put(key, mp4)
  const known = (await recordingOf(of)).clips[0]!.id
  const own = recordings({ orphansAtOnce: 1 })
  expect([await own.sweepOrphans(), await own.sweepOrphans()]).toEqual([2, 0])
  const isThere = async (key: string) => (await storage.get(key)) !== null
  expect([await isThere(initKey(orphan)), await isThere(clipKey(clip))]).toEqual([false, false])
  for (const key of [initKey(young), initKey(takeId), clipKey(youngClip), clipKey(known), 'takes/notes.mp4'])
    expect(await isThere(key)).toBe(true)
})

test('soundAloneMs: a show of sound alone is told as such; a picture in time, and a film, are not', async () => {
  const [alone, late, film] = await Promise.all([merchant(app), merchant(app), merchant(app)])
  let hear: (sources: ShowSources) => void = () => {}
  const own = createRecordings({
    ...app.domains,
    tenants: app.domains.accounts.tenants,
    stage: {
      ...app.domains.stage,
      tapVideo: () => Promise.reject(new Error('nothing is sent')),
      onSources: (listener) => {
        const before = hear
        hear = (sources) => {
          before(sources)
          listener(sources)
        }
        return () => {}
      },
    },
    ffmpeg: cuts,
    clock: systemClock,
    metrics: new Registry(),
    limits: { ...limits, soundAloneMs: 200, againAfterMs: 60_000 },
  })
  own.start()
  const sources = (
    { tenant, show, owner }: typeof alone,
    videoId: string | null,
    standIn = false,
  ): ShowSources => ({
    ...{ tenantId: tenant.id, showId: show.id },
    seats: [
      {
        ...{ personId: owner.id, standIn, audioId: 'sound' },
        pictures: videoId === null ? [] : [{ source: 'camera', videoId }],
      },
    ],
    mainId: videoId,
  })
  hear(sources(alone, null))
  hear(sources(late, null))
  hear(sources(film, null, true))
  await sleep(50)
  hear(sources(alone, null)) // muted and back: the same
  hear(sources(late, 'picture'))
  const troubleOf = async ({ tenant, show }: typeof alone) =>
    (await recordingOf({ tenantId: tenant.id, showId: show.id })).trouble
  await until(async () => (await troubleOf(alone)) === 'sound_alone')
  expect([await troubleOf(late), await troubleOf(film)]).not.toContain('sound_alone')
  await shows.end(alone.tenant.id, alone.show.id)
  await own.finish()
  expect(await recordingOf({ tenantId: alone.tenant.id, showId: alone.show.id })).toMatchObject({
    ...{ status: 'ready', durationMs: 0, trouble: 'sound_alone' },
  })
  expect((await app.domains.recordings.replays.view(alone.show.id)).status).toBe('none')
  await own.close()
})
