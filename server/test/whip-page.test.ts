/// <reference lib="dom" />
import { createServer } from 'node:http'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { framesAdvance, testBrowser, windowOf } from './browser.ts'
import { freePort } from './ports.ts'

/**
 * A bare page of another origin as the encoder: it publishes simulcast by WHIP, restarts ICE, and knows of us no more than
 * RFC 9725 says.
 */

/** Lines of the largest stream. Of a smaller picture Chromium sends two streams, however many are asked for. */
const FULL = 540

interface Published {
  readonly location: string | null
  readonly etag: string | null
  readonly link: string | null
}

/** In the page: a WHIP client. */
async function publish({ url, key }: { url: string; key: string }): Promise<Published> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width: 960, height: 540 },
    audio: true,
  })
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  const [video, audio] = [stream.getVideoTracks()[0]!, stream.getAudioTracks()[0]!]
  pc.addTransceiver(video, {
    direction: 'sendonly',
    streams: [stream],
    sendEncodings: [
      { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 100_000 },
      { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 250_000 },
      { rid: 'f', maxBitrate: 1_200_000 },
    ],
  })
  pc.addTransceiver(audio, { direction: 'sendonly', streams: [stream] })
  await pc.setLocalDescription(await pc.createOffer())
  const answered = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/sdp' },
    body: pc.localDescription!.sdp,
  })
  if (answered.status !== 201) throw new Error(`${answered.status} ${await answered.text()}`)
  await pc.setRemoteDescription({ type: 'answer', sdp: await answered.text() })
  Object.assign(window, { pc })
  const { headers } = answered
  return { location: headers.get('Location'), etag: headers.get('ETag'), link: headers.get('Link') }
}

/** In the page: section 4.3.3 of RFC 9725. @returns the status, and the new ETag */
async function restartIce({
  session,
  key,
}: {
  session: string
  key: string
}): Promise<[number, string | null]> {
  const { pc } = window as unknown as { pc: RTCPeerConnection }
  pc.restartIce()
  await pc.setLocalDescription(await pc.createOffer())
  const [head, ...sections] = pc.localDescription!.sdp.split(/^(?=m=)/m)
  const lines = (of: string, names: RegExp) => of.split('\r\n').filter((line) => names.test(line))
  const fragment = [
    ...lines(head! + sections[0]!, /^a=ice-(ufrag|pwd|options):/),
    ...lines(sections[0]!, /^(m=|a=(mid|candidate):)/),
  ]
  const patched = await fetch(session, {
    method: 'PATCH',
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/trickle-ice-sdpfrag',
      'If-Match': '*',
    },
    body: `${fragment.join('\r\n')}\r\n`,
  })
  const ours = await patched.text()
  const fresh = (name: string) => new RegExp(`^a=${name}:.*$`, 'm').exec(ours)![0].trim()
  const sdp = pc
    .remoteDescription!.sdp.replace(/^a=ice-ufrag:.*$/gm, fresh('ice-ufrag'))
    .replace(/^a=ice-pwd:.*$/gm, fresh('ice-pwd'))
  await pc.setRemoteDescription({ type: 'answer', sdp })
  return [patched.status, patched.headers.get('ETag')]
}

const app = await testApp({
  ICE_SERVERS: 'stun:stun.example.com,turn:turn.example.com?transport=udp',
  TURN_SECRET: 'a-secret-shared-with-coturn',
})
const shop = await merchant(app)
const browser = await testBrowser()
const port = await freePort()
const elsewhere = createServer((_, response) =>
  response.setHeader('Content-Type', 'text/html').end('<!doctype html>'),
).listen(port, '127.0.0.1')
afterAll(() => elsewhere.close())

/** A window until the test ends, however it does. */
async function open(url: string) {
  const opened = await windowOf(browser, url)
  onTestFinished(() => opened.context.close())
  return opened
}

test('a bare page of another origin publishes three streams by WHIP, and restarts ICE', {
  timeout: 120_000,
}, async () => {
  const made = await shop.owner.call('PUT', `/tenants/${shop.tenant.id}/stream-key`)
  const { key } = (await made.json()) as { key: string }
  const { page, context } = await open(`http://localhost:${port}`)
  await context.grantPermissions(['camera', 'microphone'], { origin: `http://localhost:${port}` })
  await page.goto(`http://localhost:${port}`)
  const { location, etag, link } = await page.evaluate(publish, {
    url: `${app.url}/whip/${shop.show.id}`,
    key,
  })
  expect(location).toContain(`/whip/${shop.show.id}/`)
  expect(etag).toMatch(/^"[\w-]+"$/)
  expect(link).toContain('<stun:stun.example.com>; rel="ice-server"')

  const { page: viewer } = await open(app.url)
  await viewer.goto(`${app.url}/s/${shop.show.id}`)
  await framesAdvance(viewer)
  await viewer.getByRole('button', { name: 'Only necessary' }).click()
  const lines = () => viewer.getByTestId('video').evaluate((video: HTMLVideoElement) => video.videoHeight)
  await expect.poll(lines, { timeout: 40_000 }).toBe(FULL)
  const choose = async (quality: string) => {
    await viewer.getByTestId('menu-button').click()
    await viewer.getByTestId('quality').selectOption(quality)
    await viewer.keyboard.press('Escape')
  }
  await choose('saver')
  await expect.poll(lines, { timeout: 20_000 }).toBe(FULL / 4)
  await choose('standard')
  await expect.poll(lines, { timeout: 20_000 }).toBe(FULL / 2)

  const session = new URL(location ?? '', app.url).href
  const [status, fresh] = await page.evaluate(restartIce, { session, key })
  expect([status, fresh === etag]).toEqual([200, false])
  const stream = () =>
    viewer.getByTestId('video').evaluate((video: HTMLVideoElement) => (video.srcObject as MediaStream).id)
  const before = await stream()
  await viewer.waitForTimeout(3000)
  await framesAdvance(viewer)
  expect(await stream()).toBe(before) // the session went on, here and there
  const state = () => page.evaluate(() => (window as unknown as { pc: RTCPeerConnection }).pc.connectionState)
  await expect.poll(state).toBe('connected')
  await choose('auto')
  await expect.poll(lines, { timeout: 40_000 }).toBe(FULL)

  // What was chosen is there again after a reload.
  await choose('saver')
  await viewer.reload()
  await framesAdvance(viewer)
  await viewer.waitForTimeout(3000)
  expect(await lines()).toBe(FULL / 4)
  await viewer.getByTestId('menu-button').click()
  expect(await viewer.getByTestId('quality').inputValue()).toBe('saver')

  const gone = await page.evaluate(
    async ({ session, key }) =>
      (await fetch(session, { method: 'DELETE', headers: { Authorization: `Bearer ${key}` } })).status,
    { session, key },
  )
  expect(gone).toBe(200)
})
