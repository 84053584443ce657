import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { until } from './stage.ts'

/**
 * An encoder that is not ours on the whole server: GStreamer publishes H264 by WHIP, with the key that its host made in
 * the studio, and the player in Chromium shows it. `server/setup/steps/gstreamer.mjs` names what
 * it needs of Debian.
 */

const SCRIPT = fileURLToPath(new URL('./fakes/whip_encoder.py', import.meta.url))
const PYTHON = '/usr/bin/python3' // Debian's own, for which python3-gi is packaged
const NEEDS = ['webrtcbin', 'x264enc', 'opusenc', 'nicesrc']
const probe = spawnSync(PYTHON, [
  '-c',
  `import gi; gi.require_version('Gst', '1.0'); gi.require_version('GstWebRTC', '1.0')
from gi.repository import Gst, GstWebRTC
Gst.init(None); raise SystemExit(not all(Gst.ElementFactory.find(x) for x in ${JSON.stringify(NEEDS)}))`,
])
const missing = probe.status === 0 ? '' : ' (skipped: GStreamer with webrtcbin is not on this machine)'

describe.skipIf(missing !== '')(`GStreamer publishes by WHIP${missing}`, async () => {
  const app = await testApp()
  const shop = await merchant(app)
  const browser = await testBrowser()
  const running = new Set<ReturnType<typeof spawn>>()
  afterAll(() => {
    for (const encoder of running) encoder.kill('SIGKILL')
  })
  let url = ''
  let key = ''
  let viewer: Page

  const show = () => app.domains.shows.get(shop.tenant.id, shop.show.id)
  const frames = (page: Page) =>
    page
      .locator('[data-testid=video]')
      .evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)

  function publish() {
    const encoder = spawn(PYTHON, [SCRIPT, url, key], { stdio: ['pipe', 'pipe', 'inherit'] })
    running.add(encoder)
    let said = ''
    encoder.stdout.on('data', (chunk) => {
      said += String(chunk)
    })
    encoder.once('exit', () => running.delete(encoder))
    return {
      encoder,
      onAir: () => until(() => said.includes('on air') || said.includes('refused'), 20_000).then(() => said),
    }
  }

  beforeAll(async () => {
    const studio = await windowOf(browser, app.url, shop.owner.token)
    await studio.page.goto(`${app.url}/studio`)
    await studio.page.click('[data-testid=encoder]')
    await studio.page.click('[data-testid=make-key]')
    key = (await studio.page.getByTestId('stream-key').textContent()) ?? ''
    url = (await studio.page.getByTestId('whip-url').textContent()) ?? ''
    expect(studio.errors).toEqual([])
    await studio.context.close()
    viewer = (await windowOf(browser, app.url)).page
    await viewer.goto(`${app.url}/s/${shop.show.id}`)
  }, 60_000)

  test('the show goes on air and Chromium plays moving pictures', async () => {
    const { onAir } = publish()
    expect(await onAir()).toContain('on air')
    await until(async () => (await show()).status === 'live', 10_000)
    await until(async () => (await frames(viewer)) > 10, 20_000)
  }, 60_000)

  test('killed, it is waited for; started again, the same show goes on', async () => {
    for (const encoder of running) encoder.kill('SIGKILL')
    await until(async () => (await show()).hostAwaySince !== null, 30_000)
    const { encoder, onAir } = publish()
    expect(await onAir()).toContain('on air')
    await until(async () => (await show()).hostAwaySince === null, 10_000)
    const before = await frames(viewer)
    await until(async () => (await frames(viewer)) !== before && (await frames(viewer)) > 10, 20_000)
    encoder.stdin.end() // leaves by DELETE
    await until(() => app.domains.whip.size === 0, 10_000)
  }, 120_000)
})
