import { execFileSync, execSync } from 'node:child_process'
import { Registry } from 'prom-client'
import { afterAll, describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'
import { FFMPEG, plainHost } from '../../test/plain-host.ts'
import { until } from '../../test/stage.ts'
import { tonesOf } from '../../test/tones.ts'
import { silentLog } from '../../test/world.ts'
import { systemClock } from '../kernel/clock.ts'
import { Fault } from '../kernel/errors.ts'
import { deriveKey } from '../kernel/secrets.ts'
import { createHls, type Hls, type HlsDeps } from './hls.ts'

/** A host that is ffmpeg, seen by low-latency HLS. */

describe.skipIf(FFMPEG === '')('low-latency HLS', { timeout: 60_000 }, async () => {
  const app = await testApp({ FFMPEG_BIN: FFMPEG })
  const shop = await merchant(app)
  const { domains, config } = app
  const showId = shop.show.id
  const who = { tenantId: shop.tenant.id, showId, personId: shop.owner.id }
  const ticketOf = (personId: string) =>
    domains.tickets.issue({
      ...{ right: 'media', tenantId: shop.tenant.id, showId, personId },
      ...{ name: 'Viewer', guest: true, role: 'viewer' },
    })
  const host = await plainHost(domains.stage, who)
  afterAll(() => host.leave())

  const made: Hls[] = []
  function hls(
    limits: Partial<typeof config.limits.hls> = {},
    ask: HlsDeps['ask'] = { ...domains.ask, answer: () => {} },
    stage: HlsDeps['stage'] = domains.stage,
    clock = systemClock,
  ): Hls {
    const one = createHls({
      ...{ ...domains, ffmpeg: FFMPEG, key: deriveKey('root', 'hls'), clock, log: silentLog },
      ...{ metrics: new Registry(), ask, stage },
      limits: { ...config.limits.hls, ...limits },
    })
    made.push(one)
    return one
  }
  afterAll(() => Promise.all(made.map((one) => one.close())))

  const enter = async (personId = 'per_1') => {
    const headers = { authorization: `Bearer ${await ticketOf(personId)}` }
    const entered = await fetch(`${app.url}/hls/${showId}`, { method: 'POST', headers })
    return { status: entered.status, url: app.url + entered.headers.get('location') }
  }
  const code = async (response: Response): Promise<unknown> => [
    response.status,
    ((await response.json()) as { code: string }).code,
  ]

  test('a viewer enters, waits for parts, and gets a picture with sound that plays', async () => {
    const { status, url } = await enter()
    expect(status).toBe(201)
    const playlist = await fetch(url)
    expect(playlist.headers.get('content-type')).toBe('application/vnd.apple.mpegurl')
    const text = await playlist.text()
    const msn = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)![1])
    const map = /#EXT-X-MAP:URI="(.*)"/.exec(text)![1]!
    const hinted = /#EXT-X-PRELOAD-HINT:TYPE=PART,URI="(.*)"/.exec(text)![1]!

    const part = await fetch(new URL(hinted, url)) // waits
    expect(part.status).toBe(200)
    expect(part.headers.get('cache-control')).toMatch(/public/)
    const later = await (await fetch(`${url}?_HLS_msn=${msn + 1}&_HLS_part=1`)).text()
    expect(later).toContain(`seg-${msn + 1}-1.m4s`)
    expect(Date.parse(/PROGRAM-DATE-TIME:(.*)/.exec(later)![1]!)).toBeGreaterThan(Date.now() - 20_000)
    expect(Date.parse(/PROGRAM-DATE-TIME:(.*)/.exec(later)![1]!)).toBeLessThan(Date.now())

    const segment = await fetch(new URL(`${map.replace(/init-1\.mp4/, `seg-${msn}.m4s`)}`, url))
    const bytes = Buffer.concat([
      Buffer.from(await (await fetch(new URL(map, url))).arrayBuffer()),
      Buffer.from(await segment.arrayBuffer()),
    ])
    const told = execSync(`${FFMPEG} -hide_banner -i pipe:0 -f null - 2>&1`, { input: bytes }).toString()
    expect(told).toMatch(/Video: h264.*320x180/)
    expect(told).toMatch(/Audio: aac/)
    expect(told).toMatch(/frame= *([2-9]\d|\d{3})/)
  })

  test('parts come as promised: none longer than the target, a segment no longer than its own', async () => {
    const { url } = await enter()
    const text = await until(async () => {
      const told = await (await fetch(url)).text()
      return (told.match(/#EXTINF/g)?.length ?? 0) >= 3 && told
    }, 20_000)
    const target = Number(/PART-TARGET=([\d.]+)/.exec(text)![1])
    const parts = [...text.matchAll(/#EXT-X-PART:DURATION=([\d.]+)/g)].map(([, of]) => Number(of))
    expect(parts.length).toBeGreaterThan(6)
    expect(Math.max(...parts)).toBeLessThanOrEqual(target)
    const segments = [...text.matchAll(/#EXTINF:([\d.]+)/g)].map(([, of]) => Number(of))
    expect(Math.max(...segments)).toBeLessThanOrEqual(4)
    expect(Math.min(...segments)).toBeGreaterThanOrEqual(1.5)
  })

  test('what is asked for is checked', async () => {
    const { url } = await enter()
    const forged = url.replace(/\/[^/]+\/live/, `/${'x'.repeat(80)}/live`)
    expect(await code(await fetch(forged))).toEqual([401, 'ticket_invalid'])
    const elsewhere = url.replace(showId, 'shw_another')
    expect(await code(await fetch(elsewhere))).toEqual([401, 'ticket_invalid'])
    expect(await code(await fetch(`${url}?_HLS_part=1`))).toEqual([400, 'reload_refused'])
    expect(await code(await fetch(`${url}?_HLS_msn=-1`))).toEqual([400, 'reload_refused'])
    expect(await code(await fetch(`${url}?_HLS_msn=99999999999`))).toEqual([400, 'reload_refused'])
    const text = await (await fetch(url)).text()
    const file = new URL(/URI="(.*init.*)"/.exec(text)![1]!, url)
    expect((await fetch(file)).status).toBe(200)
    expect((await fetch(String(file).replace('init-1', 'init-9'))).status).toBe(404)
    expect((await fetch(String(file).replace(/\/\d+-/, '/1-'))).status).toBe(404)
    const nobody = await fetch(`${app.url}/hls/${showId}`, { method: 'POST' })
    expect(await code(nobody)).toEqual([401, 'ticket_invalid'])
  })

  test('who is banned is out at once', async () => {
    const ben = await signedUp(app, 'Ben')
    const { url } = await enter(ben.id)
    expect((await fetch(url)).status).toBe(200)
    await domains.chat.ban({ tenantId: shop.tenant.id, personId: ben.id, by: shop.owner.id })
    await until(async () => (await fetch(url)).status === 403, 5000)
  })

  test('a show without a picture says when to ask again', async () => {
    const other = await domains.shows.create(shop.tenant.id, { title: 'x', scheduledAt: null, hostIds: [] })
    const ticket = await domains.tickets.issue({
      ...{ right: 'media', tenantId: shop.tenant.id, showId: other.id, personId: 'per_1' },
      ...{ name: 'Viewer', guest: true, role: 'viewer' },
    })
    const refused = await fetch(`${app.url}/hls/${other.id}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ticket}` },
    })
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await code(refused)).toEqual([409, 'media_not_ready'])
  })

  test('limits of viewers and of channels are refusals', async () => {
    const secondTicket = await ticketOf('per_2')
    const small = hls({ viewersMax: 1 })
    const pass = await small.enter(showId, await ticketOf('per_1'))
    await small.playlist(showId, pass, null, null)
    await expect(small.enter(showId, await ticketOf('per_2'))).rejects.toMatchObject({ code: 'stage_full' })
    const passing = hls({ viewersMax: 1, seenMs: 200 })
    await passing.playlist(showId, await passing.enter(showId, await ticketOf('per_1')), null, null)
    await until(() => passing.enter(showId, secondTicket).catch(() => null), 5000) // who has left makes room
    const none = hls({ channelsMax: 0 })
    await expect(none.enter(showId, await ticketOf('per_1'))).rejects.toMatchObject({ code: 'stage_full' })
  })

  test('a playlist that does not go on is 503 after its time', async () => {
    const short = hls({ blockMsMax: 300 })
    const pass = await short.enter(showId, await ticketOf('per_1'))
    const waited = await until(
      () => short.playlist(showId, pass, null, null).catch(() => null), // ffmpeg takes its time to begin
      15_000,
    )
    const msn = Number(/MEDIA-SEQUENCE:(\d+)/.exec(waited)![1])
    await expect(short.playlist(showId, pass, msn + 2, 0)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('a fragment that is larger than `fragmentBytesMax` ends its encoder, and nothing is shown of it', async () => {
    const small = hls({ fragmentBytesMax: 300, blockMsMax: 4000 })
    const pass = await small.enter(showId, await ticketOf('per_1'))
    await expect(small.playlist(showId, pass, null, null)).rejects.toMatchObject({ code: 'media_not_ready' })
    await small.close()
  })

  test('another node that asks for what is not there yet hears so after `stepsWaitMs`', async () => {
    const answers: ((input: { showId: string; after: number }) => Promise<unknown>)[] = []
    const one = hls(
      { stepsWaitMs: 40 },
      { ...domains.ask, answer: (_, handler) => answers.push(handler as never) },
    )
    const askedAt = performance.now()
    expect(await answers[0]!({ showId, after: 0 })).toMatchObject({ next: 0, steps: [] }) // ffmpeg takes its time
    expect(performance.now() - askedAt).toBeLessThan(1000)
    await one.close()
  })

  test('all hosts on stage are heard, as they come and go, in parts that come as steadily', async () => {
    const other = await merchant(app)
    const of = { tenantId: other.tenant.id, showId: other.show.id }
    const bo = await signedUp(app, 'Bo')
    await domains.accounts.tenants.putMember(other.tenant.id, bo.id, 'manager')
    const first = await plainHost(domains.stage, { ...of, personId: other.owner.id }, { hz: 440 })
    const own = hls()
    const ticket = await domains.tickets.issue({
      ...{ right: 'media', ...of, personId: 'per_1', name: 'Viewer', guest: true, role: 'viewer' },
    })
    const pass = await own.enter(of.showId, ticket)
    const playlist = () => own.playlist(of.showId, pass, null, null)
    /** What the last whole segment sounds like, of those that begin after now. */
    const heard = async () => {
      const last = (text: string) => [...text.matchAll(/^\.\.\/(.*)\/(seg-(\d+)\.m4s)$/gm)].at(-1)
      const before = Number(last(await playlist())?.[3] ?? 0)
      const text = await until(async () => {
        const now = await playlist()
        return Number(last(now)?.[3] ?? 0) >= before + 1 && now
      }, 30_000)
      const [, key, name] = last(text)!
      const init = /(init-\d+\.mp4)/.exec(text.slice(text.lastIndexOf('init-')))![1]!
      const bytes = [await own.file(of.showId, key!, init), await own.file(of.showId, key!, name!)]
      const parts = [...text.matchAll(/#EXT-X-PART:DURATION=([\d.]+)/g)].map(([, seconds]) => Number(seconds))
      expect(Math.max(...parts)).toBeLessThanOrEqual(0.5)
      const windows = await tonesOf(Buffer.concat(bytes), [440, 1000])
      expect(windows.length).toBeGreaterThan(4)
      return windows
        .slice(1)
        .map((tones) => tones.map((one) => (one > 0.05 ? 'on' : one < 0.01 ? 'off' : one)))
    }
    /** ffmpeg takes its time to begin, and a picture that has left may have been the last segment's. */
    const become = (tones: string[]) =>
      until(async () => (await heard()).every((window) => String(window) === String(tones)), 30_000)

    await become(['on', 'off'])
    const second = await plainHost(domains.stage, { ...of, personId: bo.id }, { hz: 1000 })
    await become(['on', 'on'])
    second.leave()
    await become(['on', 'off'])
    first.leave()
    await own.close()
  })

  const encoders = (): string[] =>
    execFileSync('ps', ['-eo', 'pid,ppid,args'])
      .toString()
      .split('\n')
      .filter((line) => / ffmpeg .*-frag_duration|ffmpeg .*-frag_duration/.test(line))
      .filter((line) => Number(line.trim().split(/\s+/)[1]) === process.pid)
      .map((line) => line.trim().split(/\s+/)[0]!)

  test('an encoder that dies is replaced: the playlist goes on behind a discontinuity', async () => {
    const own = hls()
    const before = new Set(encoders())
    const pass = await own.enter(showId, await ticketOf('per_1'))
    await own.playlist(showId, pass, null, null)
    const [encoder] = encoders().filter((pid) => !before.has(pid))
    process.kill(Number(encoder), 'SIGKILL')
    const text = await until(async () => {
      const told = await own.playlist(showId, pass, null, null)
      return told.includes('#EXT-X-DISCONTINUITY\n') && told
    }, 15_000)
    expect(text).toMatch(/#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=".*init-2\.mp4"/)
  })

  test('another node shows the same encoding: it asks the home for each part', async () => {
    const answers: ((input: { showId: string; after: number }) => Promise<unknown>)[] = []
    const home = hls({}, { ...domains.ask, answer: (_, handler) => answers.push(handler as never) })
    const far = hls(
      {},
      { ...domains.ask, answer: () => {}, ask: (_node, _one, input) => answers[0]!(input as never) as never },
      { ...domains.stage, main: () => null, findHome: async () => 'nod_home', isThere: () => true },
    )
    const before = new Set(encoders())
    const pass = await far.enter(showId, await ticketOf('per_1'))
    const early = await far.playlist(showId, pass, null, null)
    const msn = Number(/MEDIA-SEQUENCE:(\d+)/.exec(early)![1])
    const [there, here] = await Promise.all(
      [far, home].map((one) =>
        one.playlist(showId, pass, msn + 2, 1).then((text) => text.split('PRELOAD')[0]!),
      ),
    )
    const tail = (text: string) => text.slice(text.indexOf(`seg-${msn + 1}-0`))
    expect(tail(there!)).toContain(`seg-${msn + 2}-1.m4s`)
    expect(tail(there!)).toBe(tail(here!))
    const key = /\.\.\/([\w-]+)\/init/.exec(there!)![1]!
    expect(await far.file(showId, key, `seg-${msn + 1}.m4s`)).toEqual(
      await home.file(showId, key, `seg-${msn + 1}.m4s`),
    )
    expect(encoders().filter((pid) => !before.has(pid))).toHaveLength(1)
  })

  test('a home that dies, or is replaced, is left: who watches here gets what the new one films', async () => {
    const steps = new Map<string, (input: never) => Promise<unknown>>()
    let home = 'nod_a'
    let isDead = false
    const findHome = async () => home
    const filming = (node: string, aheadMs = 0): Hls =>
      hls(
        {},
        { ...domains.ask, node, answer: (_, handler) => void steps.set(node, handler as never) },
        { ...domains.stage, findHome, isThere: () => true },
        { now: () => Date.now() + aheadMs },
      )
    const a = filming('nod_a')
    const ask: HlsDeps['ask'] = {
      ...domains.ask,
      answer: () => {},
      async ask(node, _one, input) {
        if (node === 'nod_a' && isDead) throw new Fault('unavailable')
        return steps.get(node)!(input as never) as never
      },
    }
    const there = { ...domains.stage, main: () => null, findHome, isThere: () => true }
    const far = hls({ homeLostMs: 300 }, ask, there)
    const before = new Set(encoders())
    const pass = await far.enter(showId, await ticketOf('per_1'))
    const told = () => far.playlist(showId, pass, null, null)
    const keyIn = (text: string) => /\.\.\/([\w-]+)\/init/.exec(text)![1]!
    const number = (text: string, name: string) => Number(new RegExp(`#EXT-X-${name}:(\\d+)`).exec(text)![1])
    const first = await told()

    // Its lease has not run out yet, but it answers no more.
    isDead = true
    filming('nod_b', 5000) // as a death takes
    await until(
      () =>
        told().then(
          () => false,
          () => true,
        ),
      5000,
    ) // not the last picture for ever
    home = 'nod_b'
    const second = await until(
      () =>
        told().then(
          (text) => keyIn(text) !== keyIn(first) && text,
          () => null,
        ),
      10_000,
    )
    for (const name of ['MEDIA-SEQUENCE', 'DISCONTINUITY-SEQUENCE']) {
      expect(number(second, name), name).toBeGreaterThan(number(first, name))
    }
    await until(() => encoders().filter((pid) => !before.has(pid)).length === 1, 10_000) // the former home's is gone

    // Replaced while it lives: it is asked no more either.
    isDead = false
    home = 'nod_a'
    await until(
      () =>
        told().then(
          (text) => keyIn(text) !== keyIn(second) && text,
          () => null,
        ),
      10_000,
    )
    await a.close()
  })

  test('when nobody asks any more no encoder is left, and who comes later gets higher numbers', async () => {
    await Promise.all(made.map((one) => one.close()))
    await until(() => encoders().length === 0, 25_000) // the server's own, by itself
    const idle = hls({ idleMs: 300 })
    const pass = await idle.enter(showId, await ticketOf('per_1'))
    const first = await idle.playlist(showId, pass, null, null)
    expect(encoders().length).toBe(1)
    await until(() => encoders().length === 0, 10_000)
    const again = await idle.playlist(showId, pass, null, null)
    const msn = (text: string) => Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)![1])
    expect(msn(again)).toBeGreaterThan(msn(first))
    await idle.close()
    expect(encoders().length).toBe(0)
  })
})
