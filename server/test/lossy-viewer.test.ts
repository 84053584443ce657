/// <reference lib="dom" />
import { expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { lossyUdp } from './udp-proxy.ts'

/** A player that knows WHEP alone and nothing of bandwidth estimation, on a network that loses what it is sent. */

const CONSENT_S = 6

test('a lossy network is a smaller picture, and a clean one a larger picture again', {
  timeout: 240_000,
}, async () => {
  const app = await testApp({}, { iceConsentS: CONSENT_S })
  const shop = await merchant(app)
  const browser = await testBrowser()
  const { page: host } = await windowOf(browser, app.url, shop.owner.token)
  const { page } = await windowOf(browser, app.url)
  await host.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
  await host.getByTestId('go-live').click({ timeout: 15_000 })
  await host.getByTestId('on-air').waitFor({ timeout: 15_000 })
  const ticket = await app.domains.tickets.issue({
    ...{ right: 'media', tenantId: shop.tenant.id, showId: shop.show.id, personId: 'per_lossy' },
    ...{ name: 'Viewer', guest: true, role: 'viewer' },
  })
  const network = await lossyUdp(app.config.media.port)

  await page.goto(`${app.url}/healthz`)
  await page.evaluate(
    async ({ url, ticket, port }) => {
      const pc = new RTCPeerConnection()
      pc.addTransceiver('video', { direction: 'recvonly' })
      pc.addTransceiver('audio', { direction: 'recvonly' })
      const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true })
      document.body.append(video)
      pc.ontrack = ({ streams }) => {
        video.srcObject = streams[0] ?? null
      }
      await pc.setLocalDescription(await pc.createOffer())
      const estimating = /^a=(extmap:.*(transport-wide-cc|abs-send-time)|rtcp-fb:.*(transport-cc|goog-remb))/
      const offer = pc.localDescription!.sdp.split('\r\n').filter((line) => !estimating.test(line))
      const answered = await fetch(url, {
        method: 'POST',
        headers: { Authorization: `Bearer ${ticket}`, 'Content-Type': 'application/sdp' },
        body: offer.join('\r\n'),
      })
      if (answered.status !== 201) throw new Error(`${answered.status} ${await answered.text()}`)
      const answer = (await answered.text())
        .split('\r\n')
        .filter((line) => !/^a=candidate:.* tcp /.test(line))
        .map((line) => line.replace(/^(a=candidate:\S+ 1 udp \d+ \S+) \d+/, `$1 ${port}`))
      await pc.setRemoteDescription({ type: 'answer', sdp: answer.join('\r\n') })
      Object.assign(window, {
        height: () => video.videoHeight,
        frames: () => video.getVideoPlaybackQuality().totalVideoFrames,
      })
    },
    { url: `${app.url}/whep/${shop.show.id}`, ticket, port: network.port },
  )
  const height = () => page.evaluate<number>('height()')
  const frames = () => page.evaluate<number>('frames()')
  const began = performance.now()
  const second = () => Math.round((performance.now() - began) / 1000)

  await expect.poll(height, { timeout: 30_000 }).toBeGreaterThan(300)
  await page.waitForTimeout(3000)
  const best = await height()
  console.info(`${best} lines at ${second()} s, without loss`)
  network.state.lossPct = 45
  // The first key frame of the smaller picture has to come through whole.
  await expect.poll(height, { timeout: 90_000 }).toBeLessThan(best)
  console.info(`${await height()} lines at ${second()} s, 45 % lost`)
  network.state.lossPct = 0
  const small = await height()
  const before = await frames()
  await expect.poll(height, { timeout: 60_000 }).toBeGreaterThan(small)
  console.info(`${await height()} lines at ${second()} s, clean again`)
  expect(await frames()).toBeGreaterThan(before + 30)

  // Nobody says goodbye: consent is not renewed (RFC 7675), and that ends the session.
  const viewers = async () =>
    (await app.domains.metrics.getSingleMetric('shelfcast_stage_viewers')!.get()).values[0]!.value
  expect(await viewers()).toBe(1)
  network.state.cut = true
  const cutAt = performance.now()
  await expect.poll(viewers, { timeout: 15_000 }).toBe(0)
  const secondsOn = (performance.now() - cutAt) / 1000
  console.info(`given up ${secondsOn.toFixed(1)} s after the network was cut`)
  expect(secondsOn).toBeLessThan(2 * CONSENT_S)
})
