import { execFile, execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { REPLAY_LINES_MS_MAX, type ReplayView } from '@shelfcast/shared/api/replays.ts'
import { Registry } from 'prom-client'
import { afterAll, describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'
import { FFMPEG, plainHost, recordable } from '../../test/plain-host.ts'
import { until } from '../../test/stage.ts'
import { tonesOf } from '../../test/tones.ts'
import { systemClock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import { createRecordings, type RecordingsDeps } from './index.ts'

type Call = (method: string, path: string, body?: unknown) => Promise<Response>

describe.skipIf(FFMPEG === '')('recordings, by ffmpeg (skipped where there is none)', async () => {
  const app = await testApp()
  const { domains } = app
  const { shows, stage, db } = domains
  const limits = { ...app.config.limits.recordings, keyFrameMs: 1000, againAfterMs: 200, clipMsMin: 1000 }
  const made: ReturnType<typeof createRecordings>[] = []

  /** Recordings that take ffmpeg for a person; the app's own leave it out. */
  function recordings(storage: ObjectStorage = domains.storage, over: Partial<RecordingsDeps> = {}) {
    const own = createRecordings({
      ...domains,
      tenants: domains.accounts.tenants,
      stage: recordable(stage),
      storage,
      ffmpeg: FFMPEG,
      clock: systemClock,
      metrics: new Registry(),
      limits,
      ...over,
    })
    own.start()
    made.push(own)
    return own
  }
  afterAll(async () => {
    for (const one of made) await one.close()
  })

  const who = (shop: Awaited<ReturnType<typeof merchant>>) => ({
    tenantId: shop.tenant.id,
    showId: shop.show.id,
    personId: shop.owner.id,
  })
  const openTakes = async (showId: string) =>
    (await db.sql`select from takes where show_id = ${showId} and ended_at is null`).length
  const say = (shop: Awaited<ReturnType<typeof merchant>>, text: string) => db.sql`
    insert into chat_lines (tenant_id, id, show_id, person_id, name, role, text)
    values (${shop.tenant.id}, ${newId('lin')}, ${shop.show.id}, ${shop.owner.id}, 'Ann', 'viewer', ${text})`
  const segments = async (showId: string) => {
    const [row] = await db.sql<{ n: number }[]>`
      select count(*)::int as n from take_segments s join takes t on t.tenant_id = s.tenant_id and t.id = s.take_id
      where t.show_id = ${showId}`
    return row!.n
  }
  const replayOf = async (showId: string): Promise<ReplayView> =>
    (await (await fetch(`${app.url}/api/v1/shows/${showId}/replay`)).json()) as ReplayView
  const ready = (showId: string) =>
    until(async () => {
      const replay = await replayOf(showId)
      return replay.status === 'ready' && replay
    }, 20_000)
  /** Decodes all of it. @returns how many pictures there are and how many seconds they last */
  async function decoded(path: string) {
    const args = ['-hide_banner', '-nostats', '-i', app.url + path, '-f', 'null', '-']
    const { stderr } = await promisify(execFile)(FFMPEG, args, { timeout: 30_000 })
    expect(stderr).toMatch(/Video: h264.*Constrained Baseline|Video: h264/)
    expect(stderr).toMatch(/Audio: aac/)
    const [, frames, minutes, seconds] = /frame=\s*(\d+).* time=\d+:(\d+):([\d.]+)/.exec(stderr) ?? []
    return { frames: Number(frames), seconds: Number(minutes) * 60 + Number(seconds) }
  }
  const call = async (person: { call: Call }, method: string, path: string, body?: unknown) => {
    const response = await person.call(method, path, body)
    return { status: response.status, body: response.status === 204 ? null : await response.json() }
  }

  test('a show with a host that drops becomes one replay with chapters, comments and clips', async () => {
    const own = recordings()
    const shop = await merchant(app)
    const showId = shop.show.id
    let host = await plainHost(stage, who(shop))
    await until(async () => (await segments(showId)) >= 2, 20_000)
    await shows.shelf.pin(shop.tenant.id, showId, shop.item.id)
    await say(shop, 'what a mug')
    await until(async () => (await segments(showId)) >= 5, 20_000)
    host.leave()
    await until(async () => (await openTakes(showId)) === 0, 10_000)
    const before = await segments(showId)
    host = await plainHost(stage, who(shop))
    await until(async () => (await segments(showId)) >= before + 3, 20_000)
    expect((await replayOf(showId)).status).toBe('none') // it is live
    await shows.end(shop.tenant.id, showId)
    host.leave()

    const replay = await ready(showId)
    expect(replay.durationMs).toBeGreaterThan(6000)
    expect(replay.chapters).toMatchObject([
      { title: 'Cloud mug', itemId: shop.item.id, prices: [{ priceMinor: 7900, flash: false }] },
    ])
    expect(replay.chapters[0]!.atMs).toBeGreaterThan(1000)
    const playlist = await (await fetch(app.url + replay.playlistUrl)).text()
    expect(playlist.match(/#EXT-X-MAP/g)).toHaveLength(2)
    expect(playlist.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1)
    expect((await decoded(replay.playlistUrl!)).seconds).toBeCloseTo(replay.durationMs / 1000, 0)

    expect(replay.clips).toMatchObject([{ title: 'Cloud mug', productId: shop.product.id }])
    const clip = await decoded(replay.clips[0]!.url)
    expect(clip.seconds).toBeCloseTo(replay.clips[0]!.durationMs / 1000, 0)
    expect(clip.frames).toBeGreaterThan(20)
    const tooLong = await fetch(
      `${app.url}/api/v1/shows/${showId}/replay/lines?fromMs=0&untilMs=${REPLAY_LINES_MS_MAX + 1}`,
    )
    expect([tooLong.status, ((await tooLong.json()) as { code: string }).code]).toEqual([
      422,
      'invalid_input',
    ])
    const ofItem = await fetch(`${app.url}/api/v1/shows/${showId}/shelf/${shop.item.id}/clips`)
    expect(await ofItem.json()).toEqual({ items: replay.clips })

    const lines = await fetch(
      `${app.url}/api/v1/shows/${showId}/replay/lines?fromMs=0&untilMs=${replay.durationMs}`,
    )
    const { items } = (await lines.json()) as { items: { text: string; atMs: number }[] }
    expect(items.map(({ text }) => text)).toEqual(['what a mug'])
    expect(Math.abs(items[0]!.atMs - replay.chapters[0]!.atMs)).toBeLessThan(1000)

    const part = await fetch(app.url + replay.clips[0]!.url, { headers: { range: 'bytes=4-7' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      expect.stringMatching(/^bytes 4-7\/\d+$/),
      'ftyp',
    ])
    const beyond = await fetch(app.url + replay.clips[0]!.url, { headers: { range: 'bytes=999999999-' } })
    expect(beyond.status).toBe(416)
    await own.close()
  }, 90_000)

  test('all hosts are heard in a replay, whoever is seen, and after the one who was seen has left', async () => {
    const own = recordings()
    const shop = await merchant(app)
    const showId = shop.show.id
    const bo = await signedUp(app, 'Bo')
    await domains.accounts.tenants.putMember(shop.tenant.id, bo.id, 'manager')
    const first = await plainHost(stage, who(shop), { hz: 440 })
    await until(async () => (await segments(showId)) >= 3, 20_000)
    const second = await plainHost(stage, { ...who(shop), personId: bo.id }, { hz: 1000 })
    await until(async () => (await openTakes(showId)) === 2, 20_000)
    const alone = await segments(showId)
    await until(async () => (await segments(showId)) >= alone + 8, 20_000)
    first.leave()
    await until(async () => (await openTakes(showId)) === 1, 10_000)
    const before = await segments(showId)
    await until(async () => (await segments(showId)) >= before + 4, 20_000)
    await shows.end(shop.tenant.id, showId)
    second.leave()

    const replay = await ready(showId)
    const playlist = await (await fetch(app.url + replay.playlistUrl)).text()
    expect(playlist.match(/#EXT-X-MAP/g)).toHaveLength(2)
    expect(playlist).toMatch(/recordings\/shows\/\w+\/tak_\w+\/\d+\.m4s/)
    expect((await decoded(replay.playlistUrl!)).seconds).toBeCloseTo(replay.durationMs / 1000, 0)
    const windows = await tonesOf(app.url + replay.playlistUrl, [440, 1000])
    const text = windows.map((tones) => tones.map((one) => (one > 0.05 ? 1 : 0)).join('')).join(' ')
    // One alone, then both, then the other alone; a quarter of a second may be half of each, and a change is heard as one.
    expect(text).toMatch(/^(00 )?(10 ){4,}(\d\d )?(11 ){6,}(\d\d ){0,2}(01 ?){4,}(00 ?){0,2}$/)
    const segment = /recordings\/shows\/\w+\/(tak_\w+)\/(\d+)\.m4s/.exec(playlist)!
    const statusOf = async (at: string) => (await fetch(`${app.url}/${at}`)).status
    expect(await statusOf(segment[0])).toBe(200)
    expect(await statusOf(segment[0].replace(/\d+\.m4s/, '99.m4s'))).toBe(404)
    await own.close()
  }, 90_000)

  test('VP8 without a microphone becomes H264 with silence; an encoder that dies is replaced', async () => {
    const own = recordings()
    const shop = await merchant(app)
    const showId = shop.show.id
    const host = await plainHost(stage, who(shop), { codec: 'vp8', mute: true })
    await until(async () => (await segments(showId)) >= 4, 20_000)
    const [encoder] = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'frag_keyframe'], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
    process.kill(Number(encoder), 'SIGKILL')
    const before = await segments(showId)
    await until(async () => (await segments(showId)) >= before + 4, 20_000)
    await shows.end(shop.tenant.id, showId)
    host.leave()
    const replay = await ready(showId)
    const { frames, seconds } = await decoded(replay.playlistUrl!)
    expect(seconds).toBeCloseTo(replay.durationMs / 1000, 0)
    expect(frames).toBeGreaterThan(40)
    expect(
      await call(shop.owner, 'GET', `/tenants/${shop.tenant.id}/shows/${showId}/recording`),
    ).toMatchObject({
      body: { status: 'ready', trouble: 'encoder_failed', clips: [] },
    })
    await own.close()
  }, 90_000)

  test('a full disk ends the recording and not the show, and is told', async () => {
    let free = Number.POSITIVE_INFINITY
    const own = recordings({ ...domains.storage, freeBytes: async () => free })
    const shop = await merchant(app)
    const host = await plainHost(stage, who(shop))
    await until(async () => (await segments(shop.show.id)) >= 1, 20_000)
    free = limits.freeBytesMin - 1
    const recording = `/tenants/${shop.tenant.id}/shows/${shop.show.id}/recording`
    await until(
      async () => (await call(shop.owner, 'GET', recording)).body.trouble === 'storage_full',
      20_000,
    )
    expect((await shows.get(shop.tenant.id, shop.show.id)).status).toBe('live')
    const before = await segments(shop.show.id)
    free = Number.POSITIVE_INFINITY
    await until(async () => (await segments(shop.show.id)) > before, 20_000)
    await shows.end(shop.tenant.id, shop.show.id)
    host.leave()
    await ready(shop.show.id)
    await own.close()
  }, 90_000)

  test.each(['ENOSPC', 'EDQUOT'])(
    'a disk that says %s ends the take, and is told as full',
    async (code) => {
      let full = false
      const put: ObjectStorage['put'] = async (key, object) => {
        if (full && code === 'ENOSPC') await writeFile('/dev/full', object.bytes) // the real one
        if (full) throw Object.assign(new Error('over quota'), { code })
        return domains.storage.put(key, object)
      }
      const own = recordings({ ...domains.storage, put })
      const shop = await merchant(app)
      const host = await plainHost(stage, who(shop))
      await until(async () => (await segments(shop.show.id)) >= 1, 20_000)
      full = true
      const { replays } = domains.recordings
      await until(
        async () => (await replays.recording(shop.tenant.id, shop.show.id)).trouble === 'storage_full',
        20_000,
      )
      expect((await shows.get(shop.tenant.id, shop.show.id)).status).toBe('live')
      const before = await segments(shop.show.id)
      full = false
      await until(async () => (await segments(shop.show.id)) > before, 20_000)
      host.leave()
      await own.close()
    },
    90_000,
  )

  test('segmentBytesMax: an encoder that never ends a fragment is stopped, and what was whole is kept', async () => {
    const own = recordings(domains.storage, { limits: { ...limits, segmentBytesMax: 2000 } })
    const shop = await merchant(app)
    const host = await plainHost(stage, who(shop))
    const { replays } = domains.recordings
    await until(
      async () => (await replays.recording(shop.tenant.id, shop.show.id)).trouble === 'storage_failed',
      20_000,
    )
    expect(await segments(shop.show.id)).toBe(0)
    expect((await shows.get(shop.tenant.id, shop.show.id)).status).toBe('live')
    host.leave()
    await own.close()
  }, 60_000)

  test('storage that is too slow ends a take, and what it had written is kept', async () => {
    let slow = false
    const put: ObjectStorage['put'] = async (key, object) => {
      await until(async () => !slow, 20_000)
      return domains.storage.put(key, object)
    }
    const own = recordings({ ...domains.storage, put }, { limits: { ...limits, unwrittenMax: 2 } })
    const shop = await merchant(app)
    const host = await plainHost(stage, who(shop))
    await until(async () => (await segments(shop.show.id)) >= 1, 20_000)
    slow = true
    const { replays } = domains.recordings
    await sleep(4 * limits.keyFrameMs) // more than `unwrittenMax` come meanwhile
    slow = false
    await until(
      async () => (await replays.recording(shop.tenant.id, shop.show.id)).trouble === 'storage_failed',
      20_000,
    )
    const kept = await segments(shop.show.id)
    expect(kept).toBeGreaterThanOrEqual(1)
    await until(async () => (await segments(shop.show.id)) > kept, 20_000)
    host.leave()
    await own.close()
  }, 90_000)

  test('past `takesMax` a host is not recorded, and is as soon as there is room', async () => {
    const own = recordings(domains.storage, { limits: { ...limits, takesMax: 1 } })
    const [first, second] = [await merchant(app), await merchant(app)]
    const firstHost = await plainHost(stage, who(first))
    await until(async () => (await segments(first.show.id)) >= 1, 20_000)
    const secondHost = await plainHost(stage, who(second))
    const troubleOf = async (shop: typeof first) =>
      (await domains.recordings.replays.recording(shop.tenant.id, shop.show.id)).trouble
    await until(async () => (await troubleOf(second)) === 'too_many', 20_000)
    const before = await segments(first.show.id)
    await until(async () => (await segments(first.show.id)) > before, 20_000)
    expect([await troubleOf(first), await segments(second.show.id)]).toEqual([null, 0])
    firstHost.leave()
    await until(async () => (await segments(second.show.id)) >= 1, 20_000)
    secondHost.leave()
    await own.close()
  }, 90_000)

  test('a database that is away when a host comes delays the recording', async () => {
    let asked = 0
    const tenants: RecordingsDeps['tenants'] = {
      get: async (id) => {
        if (asked++ === 0) throw new Error('connection refused')
        return domains.accounts.tenants.get(id)
      },
    }
    const own = recordings(domains.storage, { tenants })
    const shop = await merchant(app)
    const host = await plainHost(stage, who(shop))
    await until(async () => (await segments(shop.show.id)) >= 1, 20_000)
    host.leave()
    await own.close()
  }, 90_000)

  test('its merchant hides and deletes a replay, and its time ends it', async () => {
    const own = recordings()
    const shop = await merchant(app)
    const path = `/tenants/${shop.tenant.id}/shows/${shop.show.id}/recording`
    expect((await call(shop.owner, 'GET', path)).body.status).toBe('none')
    expect((await call(shop.owner, 'DELETE', path)).status).toBe(404)
    const host = await plainHost(stage, who(shop))
    await until(async () => (await segments(shop.show.id)) >= 2, 20_000)
    expect((await call(shop.owner, 'DELETE', path)).body.code).toBe('show_on_air')
    await shows.end(shop.tenant.id, shop.show.id)
    host.leave()
    const { playlistUrl } = await ready(shop.show.id)
    const segment = /\/recordings\/takes\/.*\.m4s/.exec(await (await fetch(app.url + playlistUrl)).text())![0]
    const statusOf = async (at: string) => (await fetch(app.url + at)).status

    expect((await call(shop.owner, 'PATCH', path, { hidden: true })).body.hidden).toBe(true)
    expect((await replayOf(shop.show.id)).status).toBe('none')
    expect([await statusOf(playlistUrl!), await statusOf(segment)]).toEqual([404, 404])
    await call(shop.owner, 'PATCH', path, { hidden: false })
    expect(await statusOf(playlistUrl!)).toBe(200)

    await db.sql`update shows set ended_at = now() - interval '1000 days' where id = ${shop.show.id}`
    // Its process dies while it deletes: what is left is shown to nobody, and the next sweep finds it.
    const dying = recordings({
      ...domains.storage,
      deleteFolder: () => Promise.reject(new Error('the process died')),
    })
    await expect(dying.sweep()).rejects.toThrow('died')
    await dying.close()
    expect((await replayOf(shop.show.id)).status).toBe('none')
    expect(await own.sweep()).toBe(1)
    expect(await own.sweep()).toBe(0)
    expect((await call(shop.owner, 'GET', path)).body).toMatchObject({ status: 'deleted', bytes: 0 })
    expect(await domains.storage.get(segment.replace('/recordings/', ''))).toBeNull()
    await own.close()
  }, 90_000)

  test('a tenant that keeps no replays is not recorded, nor is a program that stands in', async () => {
    const own = recordings()
    const shop = await merchant(app)
    await domains.accounts.tenants.change(shop.tenant.id, { replayDays: 0 })
    const host = await plainHost(stage, who(shop))
    await sleep(2000)
    expect(await db.sql`select from replays where show_id = ${shop.show.id}`).toHaveLength(0)
    host.leave()
    await own.close()
  }, 30_000)
})
