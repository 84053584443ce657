/// <reference lib="dom" />
import { observer } from 'mediasoup'
import type { Worker } from 'mediasoup/types'
import { expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { framesAdvance, testBrowser, windowOf } from './browser.ts'
import { FFMPEG } from './plain-host.ts'
import { until } from './stage.ts'

/** kill -9 of a media worker during a show, with a studio and a player as people have them. */

/** A quiet machine is held to 3 s from the death to moving pictures. */
const BACK_MS = 3 * 3000

const workers: Worker[] = []
observer.on('newworker', (worker) => workers.push(worker))

test('a media worker dies: the show goes on by itself', { timeout: 180_000 }, async () => {
  const app = await testApp({ FFMPEG_BIN: FFMPEG })
  const shop = await merchant(app, { stock: 1 })
  const ann = await signedUp(app, 'Ann')
  const browser = await testBrowser()
  const { page: host } = await windowOf(browser, app.url, shop.owner.token)
  const { page: viewer } = await windowOf(browser, app.url, ann.token)
  await host.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
  await host.getByTestId('go-live').click({ timeout: 15_000 })
  await host.getByTestId('on-air').waitFor({ timeout: 15_000 })
  await viewer.goto(`${app.url}/s/${shop.show.id}`)
  await framesAdvance(viewer)
  const segments = async () => (await app.domains.db.sql`select from take_segments`).length
  if (FFMPEG) await until(async () => (await segments()) >= 1, 30_000)

  // The player gives the element another stream when pictures come again, and its frames count from zero.
  const former = await viewer.evaluateHandle(() => document.querySelector('video')?.srcObject)
  process.kill(workers.at(-1)!.pid, 'SIGKILL')
  const diedAt = performance.now()
  await viewer.waitForFunction(
    (stream) => {
      const video = document.querySelector('video')
      return video && video.srcObject !== stream && video.getVideoPlaybackQuality().totalVideoFrames > 0
    },
    former,
    { timeout: 30_000 },
  )
  const backMs = Math.round(performance.now() - diedAt)
  console.info(`moving pictures ${backMs} ms after the worker's death`)
  expect(backMs).toBeLessThan(BACK_MS)
  await framesAdvance(viewer)
  await host.getByTestId('on-air').waitFor({ timeout: 15_000 })
  expect(await app.domains.shows.find(shop.show.id)).toMatchObject({ id: shop.show.id, status: 'live' })
  if (!FFMPEG) return

  // The recording goes on as well, and both parts are one replay.
  const before = await segments()
  await until(async () => (await segments()) >= before + 2, 30_000)
  await app.domains.shows.end(shop.tenant.id, shop.show.id)
  const { replays } = app.domains.recordings
  const replay = await until(async () => {
    const view = await replays.view(shop.show.id)
    return view.status === 'ready' && view
  }, 30_000)
  const playlist = await (await fetch(app.url + replay.playlistUrl)).text()
  expect(playlist.match(/#EXT-X-MAP/g)).toHaveLength(2)
  expect(replay.durationMs).toBeGreaterThan(4000)
})
