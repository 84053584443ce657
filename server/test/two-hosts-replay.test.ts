/// <reference lib="dom" />
import type { ReplayView } from '@shelfcast/shared/api/replays.ts'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { framesAdvance, testBrowser, windowOf } from './browser.ts'
import { FFMPEG } from './plain-host.ts'
import { piecesOf } from './playlist-pieces.ts'
import { until } from './stage.ts'
import { becomeSynthetic, FLASH } from './synthetic-host.ts'
import { tonesOf } from './tones.ts'

/** Two hosts in Chromium with a colour and a tone each: who watches by HLS, or later, hears and sees both of them. */

const HOST = { color: '#0a5c2a', hz: 440 }
const GUEST = { color: '#7a1020', hz: 1000 }
const ON = 0.05
const OFF = 0.01
/** A quiet machine is held to a third of it. */
const APART_MS = 3 * 100
/** So near to a change of scene nobody is held to what is heard. */
const NEAR_MS = 1000

describe
  .skipIf(FFMPEG === '')
  .sequential('two hosts, by HLS and in a replay', { timeout: 300_000 }, async () => {
    const app = await testApp({ FFMPEG_BIN: FFMPEG })
    const { db, metrics: _, ...domains } = app.domains
    const shop = await merchant(app, { stock: 5 })
    const browser = await testBrowser()
    const host = await windowOf(browser, app.url, shop.owner.token)
    const guest = await windowOf(browser, app.url)
    await becomeSynthetic(host.context, HOST)
    await becomeSynthetic(guest.context, GUEST)
    const showId = shop.show.id
    const segments = async () => (await db.sql`select from take_segments`).length
    const filmed = async (count: number) => {
      const before = await segments()
      await until(async () => (await segments()) >= before + count, 60_000)
    }
    const layout = () => domains.shows.layout.read(shop.tenant.id, showId)
    const by = (page: Page, id: string) => page.getByTestId(id)
    let guestId = ''
    let replay: ReplayView

    let playlistUrl = ''
    async function enterHls(): Promise<void> {
      const ticket = await domains.tickets.issue({
        ...{ right: 'media', tenantId: shop.tenant.id, showId, personId: 'per_hls' },
        ...{ name: 'Viewer', guest: true, role: 'viewer' },
      })
      const headers = { authorization: `Bearer ${ticket}` }
      const entered = await fetch(`${app.url}/hls/${showId}`, { method: 'POST', headers })
      playlistUrl = app.url + entered.headers.get('location')
    }
    /** What the newest part sounds like, the tones of host and guest. */
    async function heardNow(): Promise<string> {
      const text = await (await fetch(playlistUrl)).text()
      const parts = [...text.matchAll(/^#EXT-X-PART:.*URI="(.*?)"/gm)].map(([, uri]) => uri!).slice(-3)
      const init = [...text.matchAll(/^#EXT-X-MAP:URI="(.*?)"/gm)].at(-1)?.[1]
      if (!init || parts.length < 3) return ''
      const bytes = await Promise.all(
        [init, ...parts].map(async (uri) => (await fetch(new URL(uri, playlistUrl))).arrayBuffer()),
      )
      const windows = await tonesOf(Buffer.concat(bytes.map((one) => Buffer.from(one))), [HOST.hz, GUEST.hz])
      return (windows.at(-1) ?? []).map((one) => (one > ON ? 'on' : one < OFF ? 'off' : 'weak')).join()
    }
    const hears = (tones: string) => expect.poll(heardNow, { timeout: 30_000, interval: 500 }).toBe(tones)

    test('both are heard in the parts of HLS, a muted one is not, and after the host has dropped the guest still is', async () => {
      await host.page.goto(`${app.url}/studio/${shop.tenant.id}/${showId}`)
      await by(host.page, 'go-live').click({ timeout: 45_000 })
      await by(host.page, 'on-air').waitFor({ timeout: 45_000 })
      await enterHls()
      await hears('on,off')
      await by(host.page, 'people').click()
      await by(host.page, 'invite').click()
      const invited = new URL(await by(host.page, 'invite-url').inputValue())
      await host.page.keyboard.press('Escape')
      await guest.page.goto(app.url + invited.pathname + invited.hash)
      await by(guest.page, 'stage-name').fill('Bo')
      await by(guest.page, 'accept-invite').click()
      await guest.page.locator('[data-testid=go-live]:enabled').click({ timeout: 30_000 })
      await by(guest.page, 'on-air').waitFor({ timeout: 30_000 })
      await expect.poll(async () => (await layout())?.seats.length, { timeout: 10_000 }).toBe(2)
      guestId = (await layout())!.seats.find(({ name }) => name === 'Bo')!.personId
      await hears('on,on')
      await filmed(5)

      await by(host.page, 'people').click()
      const seat = host.page.locator(`[data-testid=seat][data-person="${guestId}"]`)
      await seat.getByTestId('mute-host').click()
      await hears('on,off')
      await filmed(4)
      await seat.getByTestId('mute-host').click()
      await hears('on,on')
      await by(host.page, 'layout-pip').click()
      await hears('on,on')
      await filmed(4)
      const encodings = async () =>
        (await (await fetch(playlistUrl)).text()).match(/#EXT-X-MAP/g)?.length ?? 0
      const before = await encodings()
      await seat.getByRole('button', { name: 'Make large: Bo' }).click()
      await expect.poll(encodings, { timeout: 20_000, interval: 300 }).toBeGreaterThan(before)
      await hears('on,on')
      await filmed(4)

      await host.page.goto('about:blank')
      await expect.poll(async () => (await layout())?.seats.length, { timeout: 20_000 }).toBe(1)
      await hears('off,on')
      await filmed(3)
      await domains.shows.end(shop.tenant.id, showId)
      await guest.page.goto('about:blank')
      for (const { errors } of [host, guest]) expect(errors).toEqual([])
    })

    test('the show has a replay', async () => {
      replay = await until(async () => {
        const view = (await (await fetch(`${app.url}/api/v1/shows/${showId}/replay`)).json()) as ReplayView
        return view.status === 'ready' && view
      }, 30_000)
      expect(replay.scenes.length).toBeGreaterThan(1)
    })

    test('the replay sounds as the show did in each of its scenes', async () => {
      const pieces = await piecesOf(app.url + replay.playlistUrl)
      const off = pieces.map(({ soundMs, pictureMs }) => Math.round(soundMs - pictureMs))
      console.info(`pieces of the replay have ${off} ms more sound than picture`)
      expect(Math.max(...off.map(Math.abs))).toBeLessThan(150)
      const windows: { from: number; tones: number[] }[] = []
      let atMs = 0
      for (const { file, pictureMs } of pieces) {
        const tones = await tonesOf(file, [HOST.hz, GUEST.hz])
        windows.push(...tones.map((of, index) => ({ from: Math.round(atMs + index * 250), tones: of })))
        atMs += pictureMs
      }
      const judged: string[] = []
      for (const { from, tones } of windows) {
        const until = from + 250
        const near = replay.scenes.some(({ atMs }) => atMs > from - NEAR_MS && atMs < until + NEAR_MS)
        const scene = replay.scenes.findLast(({ atMs }) => atMs <= from)
        if (near || !scene || until > replay.durationMs - 500) continue
        const isHeard = (personId: string) =>
          scene.layout.seats.some((seat) => seat.personId === personId && !seat.muted)
        const heard = [isHeard(shop.owner.id), isHeard(guestId)]
        judged.push(heard.join())
        expect([from, ...tones.map((one) => one > ON)]).toEqual([from, ...heard])
      }
      expect(judged.length).toBeGreaterThan(30)
      expect([...new Set(judged)].sort()).toEqual(['false,true', 'true,false', 'true,true'])
    })

    const tile = (page: Page, personId: string) =>
      page.locator(
        `[data-testid=replay-tiles] [data-testid=tile-camera][data-person="${personId}"][data-playing]`,
      )
    /** The colour in the middle of a tile. */
    const colorOf = (page: Page, personId: string) =>
      tile(page, personId)
        .locator('video')
        .evaluate((video) => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 })
          const brush = canvas.getContext('2d')!
          brush.drawImage(video as HTMLVideoElement, 0, 0, 8, 8)
          const [red = 0, green = 0, blue = 0] = brush.getImageData(4, 3, 1, 1).data
          if (Math.min(red, green, blue) > 180) return 'white'
          return red > green ? 'guest' : 'host'
        })
    const polled = { timeout: 20_000 }
    const seek = (page: Page, ms: number) =>
      by(page, 'replay-seek').evaluate((input, to) => {
        Object.assign(input, { value: String(to) })
        input.dispatchEvent(new Event('input', { bubbles: true }))
      }, ms)
    const playedMs = (page: Page) =>
      by(page, 'replay-video').evaluate((video) => Math.round((video as HTMLVideoElement).currentTime * 1000))
    /** Plays, or stands still, from a moment on. */
    async function at(page: Page, ms: number, plays: boolean): Promise<void> {
      const isPlaying = () =>
        by(page, 'replay-video').evaluate((video) => !(video as HTMLVideoElement).paused)
      const toggled = async () => {
        if ((await isPlaying()) !== plays) await by(page, 'replay-toggle').click()
        return isPlaying()
      }
      await expect.poll(toggled, polled).toBe(plays)
      await seek(page, ms)
      if (!plays) await expect.poll(() => playedMs(page), polled).toBe(ms)
    }
    /** While it stands still at a moment: pictures of people, a little later where one of them flashes. */
    function stills(page: Page, ms: number, ...personIds: string[]) {
      let stillMs = ms
      const colors = async () => {
        const all: string[] = []
        for (const personId of personIds) all.push(await colorOf(page, personId))
        if (all.includes('white')) {
          stillMs += FLASH.forMs + APART_MS
          await seek(page, stillMs)
        }
        return all
      }
      return expect.poll(colors, { ...polled, interval: 500 })
    }
    /** A moment in which there are both pictures in a kind of layout, and the replay's own is a person's. */
    function momentOf(kind: string, personId: string): number {
      const spans = replay.scenes.flatMap(({ atMs, layout, shown }, index) => {
        if (layout.kind !== kind || layout.seats.length !== 2 || shown.personId !== personId) return []
        const untilMs = replay.scenes[index + 1]?.atMs ?? replay.durationMs
        return replay.pictures.map((beside) => {
          const from = Math.max(atMs, beside.atMs)
          return { from, ms: Math.min(untilMs, beside.untilMs) - from }
        })
      })
      const { from, ms } = spans.reduce((a, b) => (b.ms > a.ms ? b : a))
      return Math.round(from + ms / 3)
    }

    test('its player shows both pictures as the layout had them, in step, and one alone where there was one', async () => {
      const { page, errors } = await windowOf(browser, app.url)
      await page.goto(`${app.url}/s/${showId}`)
      await framesAdvance(page, 'replay-video')
      await page.getByRole('button', { name: 'Only necessary' }).click()
      const tiles = by(page, 'replay-tiles')

      // It stands still wherever it is looked at: scenes are short, and a look may take long.
      await at(page, 0, false)
      await expect.poll(() => tiles.getAttribute('data-count'), polled).toBe('1')
      await by(page, 'replay-seek').press('ArrowRight')
      await expect.poll(() => playedMs(page), polled).toBe(5000)

      const side = momentOf('side', shop.owner.id)
      await at(page, side, false)
      await expect.poll(() => tiles.getAttribute('data-count'), polled).toBe('2')
      expect(await tiles.getAttribute('data-kind')).toBe('side')
      await stills(page, side, shop.owner.id, guestId).toEqual(['host', 'guest'])
      const offMs = async () => Math.abs(Number(await by(page, 'replay-beside').getAttribute('data-off-ms')))
      await expect.poll(offMs, { timeout: 10_000 }).toBeLessThan(100)

      // Both play, and flashed in the same moments of the clock.
      await at(page, side, true)
      await framesAdvance(page, 'replay-video')
      await framesAdvance(page, 'replay-beside')
      await at(page, side, true)
      await expect.poll(offMs, { timeout: 10_000 }).toBeLessThan(100)
      const apart = await apartMs(page)
      console.info(`in the replay two hosts' flashes are ${apart.map(Math.round)} ms apart`)
      expect(Math.min(...apart.map(Math.abs))).toBeLessThan(APART_MS)

      const pip = momentOf('pip', shop.owner.id)
      await at(page, pip, false)
      await expect.poll(() => tiles.getAttribute('data-kind'), polled).toBe('pip')
      await expect.poll(() => tile(page, guestId).getAttribute('data-place'), polled).toBe('inset')
      await stills(page, pip, shop.owner.id, guestId).toEqual(['host', 'guest'])

      // The other one became the large picture.
      const turned = momentOf('pip', guestId)
      await at(page, turned, false)
      await expect.poll(() => tile(page, shop.owner.id).getAttribute('data-place'), polled).toBe('inset')
      await stills(page, turned, shop.owner.id, guestId).toEqual(['host', 'guest'])

      // It plays on into the scene in which the host is gone: the guest is alone, and whole.
      const lastMs = replay.scenes.at(-1)!.atMs
      await at(page, lastMs - 2000, true)
      await expect.poll(() => playedMs(page), { timeout: 30_000 }).toBeGreaterThan(lastMs)
      await expect.poll(() => tiles.getAttribute('data-count'), polled).toBe('1')
      expect(await tile(page, guestId).getAttribute('data-place')).toBe('whole')
      await at(page, lastMs + 500, false)
      await stills(page, lastMs + 500, guestId).toEqual(['guest'])
      expect(errors).toEqual([])
    })

    /** How much later the guest's tile turns white than the host's, for some flashes. */
    const apartMs = (page: Page): Promise<number[]> =>
      page.evaluate(async ({ everyMs }) => {
        const turns = [0, 1].map((): number[] => [])
        const videos = [...document.querySelectorAll<HTMLVideoElement>('[data-testid=replay-tiles] video')]
        const ends = performance.now() + 5 * everyMs
        const isEnough = () => turns.every(({ length }) => length >= 3)
        await Promise.all(
          videos.slice(0, 2).map(async (video, index) => {
            const canvas = Object.assign(document.createElement('canvas'), { width: 4, height: 4 })
            const brush = canvas.getContext('2d', { willReadFrequently: true })!
            let before = true
            while (performance.now() < ends && !isEnough()) {
              await new Promise((resolve) => setTimeout(resolve, 10))
              brush.drawImage(video, 0, 0, 4, 4)
              const white = Math.min(...brush.getImageData(1, 1, 1, 1).data) > 170
              if (white && !before) turns[index]!.push(performance.now())
              before = white
            }
          }),
        )
        const [one, other] = turns as [number[], number[]]
        return one.flatMap((at) => {
          const all = other.map((later) => later - at).sort((a, b) => Math.abs(a) - Math.abs(b))
          return all.slice(0, 1)
        })
      }, FLASH)
  })
