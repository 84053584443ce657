import { observer } from 'mediasoup'
import type { Worker } from 'mediasoup/types'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { missing, testGStreamer } from './gstreamer.ts'
import { until } from './stage.ts'

/**
 * An encoder and a player that are not ours on the whole server: GStreamer publishes H264 by WHIP, with the key that its
 * host made in the studio, the player in Chromium shows it, and another GStreamer receives it by WHEP.
 * `server/setup/steps/gstreamer.mjs` names what it needs of Debian.
 */

const workers: Worker[] = []
observer.on('newworker', (worker) => workers.push(worker))

describe.skipIf(missing !== '')(`GStreamer publishes by WHIP${missing}`, async () => {
  const app = await testApp()
  const shop = await merchant(app)
  const browser = await testBrowser()
  const { start, running } = testGStreamer()
  let url = ''
  let key = ''
  let viewer: Page

  const show = () => app.domains.shows.get(shop.tenant.id, shop.show.id)
  const frames = (page: Page) =>
    page
      .locator('[data-testid=video]')
      .evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)

  const publish = () => start('whip_encoder.py', url, key)

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
    const { heard } = publish()
    expect(await heard('on air')).toContain('on air')
    await until(async () => (await show()).status === 'live', 10_000)
    await until(async () => (await frames(viewer)) > 10, 20_000)
  }, 60_000)

  const ticketOf = (personId: string) =>
    app.domains.tickets.issue({
      ...{ right: 'media', tenantId: shop.tenant.id, showId: shop.show.id, personId },
      ...{ name: 'Viewer', guest: true, role: 'viewer' },
    })

  test.each(['udp', 'tcp'])(
    'a page that knows WHEP alone plays it in Chromium, by %s',
    async (protocol) => {
      const page = await (await browser.newContext()).newPage()
      await page.goto(`${app.url}/healthz`)
      const ticket = await ticketOf(`per_${protocol}`)
      const session = await page.evaluate(play, { url: `${app.url}/whep/${shop.show.id}`, ticket, protocol })
      const played = () =>
        page.evaluate(() => document.querySelector('video')!.getVideoPlaybackQuality().totalVideoFrames)
      await until(async () => (await played()) > 30, 20_000)
      const left = await fetch(`${app.url}${session}`, { method: 'DELETE' })
      expect(left.status).toBe(200)
      await page.close()
    },
    60_000,
  )

  test('another GStreamer receives it by WHEP, until it leaves', async () => {
    const ticket = await ticketOf('per_gst')
    const watching = async () =>
      (await app.domains.metrics.getSingleMetric('shelfcast_stage_viewers')?.get())?.values[0]?.value ?? 0
    const before = await watching()
    const player = start('whep_player.py', `${app.url}/whep/${shop.show.id}`, ticket)
    expect(await player.heard('frames 60')).toMatch(/frames 60 of 640x360, [1-9]\d* key frames/)
    expect(await watching()).toBe(before + 1)
    player.process.stdin.end()
    await until(async () => (await watching()) === before, 10_000)
  }, 60_000)

  test('killed, it is waited for; started again, the same show goes on', async () => {
    for (const one of running) one.kill('SIGKILL')
    await until(async () => (await show()).hostAwaySince !== null, 30_000)
    const encoder = publish()
    expect(await encoder.heard('on air')).toContain('on air')
    await until(async () => (await show()).hostAwaySince === null, 10_000)
    const before = await frames(viewer)
    await until(async () => (await frames(viewer)) !== before && (await frames(viewer)) > 10, 20_000)
    encoder.process.stdin.end() // leaves by DELETE
    await until(() => app.domains.whip.size === 0, 10_000)
  }, 120_000)

  test('its media worker dies: nobody tells it, the show waits, and goes on with one that is started anew', async () => {
    const first = publish()
    await first.heard('on air')
    await until(async () => (await show()).hostAwaySince === null, 10_000)
    const before = workers.length
    process.kill(workers.at(-1)!.pid, 'SIGKILL')
    await until(async () => (await show()).hostAwaySince !== null, 10_000)
    await until(() => workers.length > before, 10_000)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    expect(app.domains.whip.size).toBe(0) // it has no ICE consent to miss, and sends on
    first.process.kill('SIGKILL')
    const second = publish()
    await second.heard('on air')
    await until(async () => (await show()).hostAwaySince === null, 10_000)
    const seen = await frames(viewer)
    await until(async () => (await frames(viewer)) !== seen && (await frames(viewer)) > 10, 20_000)
    second.process.stdin.end()
    await until(() => app.domains.whip.size === 0, 10_000)
  }, 120_000)
})

/**
 * In the page: the whole of draft-ietf-wish-whep that a player needs. Only candidates of one protocol reach it.
 * @returns where its session is
 */
async function play(of: { url: string; ticket: string; protocol: string }): Promise<string> {
  const connection = new RTCPeerConnection()
  connection.addTransceiver('audio', { direction: 'recvonly' })
  connection.addTransceiver('video', { direction: 'recvonly' })
  const video = document.body.appendChild(document.createElement('video'))
  video.muted = true
  connection.ontrack = ({ streams }) => {
    video.srcObject = streams[0] ?? null
    void video.play()
  }
  await connection.setLocalDescription()
  const answered = await fetch(of.url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${of.ticket}`, 'Content-Type': 'application/sdp' },
    body: connection.localDescription!.sdp,
  })
  if (answered.status !== 201) throw new Error(`WHEP said ${answered.status}`)
  const lines = (await answered.text()).split('\r\n')
  const kept = lines.filter((line) => !line.startsWith('a=candidate') || line.includes(` ${of.protocol} `))
  await connection.setRemoteDescription({ type: 'answer', sdp: kept.join('\r\n') })
  return answered.headers.get('Location') ?? ''
}
