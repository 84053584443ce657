/// <reference lib="dom" />
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/app.ts'
import { testBrowser, windowOf } from '../../test/browser.ts'
import { loadConfig } from '../config.ts'
import { type Demo, startDemo } from './demo.ts'
import { filmFolder, makeFilm } from './film/film.ts'
import { seedDemo } from './seed.ts'
import { demoSignIns } from './sign-ins.ts'

/** Set-up finds or installs it (server/setup/steps/ffmpeg.mjs); a machine where it cannot has nothing to play with. */
const FFMPEG = process.env.FFMPEG_BIN ?? (existsSync('/usr/bin/ffmpeg') ? '/usr/bin/ffmpeg' : '')
const FIRST_FRAME_MS = 3 * 2000

test('there is no demo in production', () => {
  const given = { DATABASE_URL: 'postgres://x/y', REDIS_URL: 'redis://x', SECRET: 'x'.repeat(32) }
  expect(() => loadConfig({ ...given, NODE_ENV: 'production', DEMO: '1' })).toThrow(/DEMO: there is no demo/)
  expect(loadConfig({ ...given, NODE_ENV: 'production' }).demo).toBe(false)
})

/** Processes that play a film to the ports of this machine, by pid. */
const players = (): string[] => {
  try {
    return execFileSync('pgrep', ['-f', '^[^ ]*ffmpeg .*-stream_loop.*demo-film'], { encoding: 'utf8' })
      .trim()
      .split('\n')
  } catch {
    return []
  }
}

describe.skipIf(FFMPEG === '')(
  'a demo with ffmpeg (skipped where there is none)',
  { timeout: 300_000 },
  async () => {
    const app = await testApp({ DEMO: '1', FFMPEG_BIN: FFMPEG })
    const { config } = app
    await makeFilm(FFMPEG, filmFolder())
    const seeded = await seedDemo(app.domains, config.dataDir)
    const demo = (await startDemo(app, config)) as Demo
    const browser = await testBrowser()
    const viewer = await windowOf(browser, app.url)
    const page = viewer.page
    const frames = () =>
      page
        .getByTestId('video')
        .evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)

    test('the host has something to say about every product', async () => {
      const shelf = await app.domains.shows.shelf.items(seeded.tenantId, seeded.showId)
      const scripts = shelf.map(({ id }) =>
        app.domains.shows.shelf.script(seeded.tenantId, seeded.showId, id),
      )
      for (const script of await Promise.all(scripts)) expect(script).toMatch(/\p{Script=Han}.*\n\n\w/su)
    })

    test('a viewer sees moving frames', async () => {
      await expect
        .poll(async () => (await app.domains.shows.find(seeded.showId))?.status, { timeout: 10_000 })
        .toBe('live')
      await page.goto(`${app.url}/s/${seeded.showId}`, { waitUntil: 'domcontentloaded' })
      const startedAt = performance.now()
      await page.waitForFunction(() => {
        const video = document.querySelector<HTMLVideoElement>('[data-testid=video]')
        return (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 0
      })
      const firstFrameMs = Math.round(performance.now() - startedAt)
      console.log(`demo: first frame after ${firstFrameMs} ms`)
      expect(firstFrameMs).toBeLessThan(FIRST_FRAME_MS)
      const before = await frames()
      await expect.poll(frames, { timeout: 10_000 }).toBeGreaterThan(before + 10)
    })

    test('the crowd chats, a product with a picture is pinned, and the page says that it is a demo', async () => {
      await page.getByTestId('chat-line').first().waitFor({ timeout: 20_000 })
      await page.getByTestId('pinned-card').waitFor({ timeout: 20_000 })
      expect(await page.getByTestId('demo-badge').textContent()).toMatch(/^Demo/)
      const { items } = await app.domains.products.list(seeded.tenantId, { limit: 100 })
      expect(items.every(({ pictureUrl }) => pictureUrl !== null)).toBe(true)
      expect(viewer.errors).toEqual([])
    })

    test('its crowd buys and tips like anybody', async () => {
      const { enter } = await import('./viewer.ts')
      const token = await app.domains.accounts.sessions.open(demoSignIns(config.dataDir)!.crowdIds[0]!)
      const one = enter(app.url, seeded.showId, token)
      await expect.poll(() => one.room.status, { timeout: 10_000 }).toBe('live')
      const item = one.room.state!.shelf[0]!
      await one.buy(item.skus[0]!.id, null, item.livePriceMinor ?? item.skus[0]!.priceMinor)
      await one.tip('heart') // buys coins
      const paid = async () =>
        (await app.domains.orders.listForMerchant(seeded.tenantId, { limit: 10 })).items.map(
          ({ status }) => status,
        )
      await expect.poll(paid, { timeout: 10_000 }).toContain('paid')
      await expect
        .poll(async () => (await app.domains.tips.wallet(one.room.me!.personId)).coins, { timeout: 10_000 })
        .toBe(300)
      await one.tip('heart')
      expect((await app.domains.tips.wallet(one.room.me!.personId)).coins).toBe(299)
      one.leave()
    })

    test('a film whose player is killed plays on', async () => {
      const [pid] = players()
      process.kill(Number(pid), 'SIGKILL')
      await expect.poll(() => players().filter((one) => one !== pid).length, { timeout: 15_000 }).toBe(1)
      const before = await frames()
      await expect.poll(frames, { timeout: 15_000 }).not.toBe(before)
    })

    test('ffmpeg is gone with the demo', async () => {
      await demo.close()
      await expect.poll(() => players(), { timeout: 5000 }).toEqual([])
    })
  },
)
