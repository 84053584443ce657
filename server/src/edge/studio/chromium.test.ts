import uWS from 'uWebSockets.js'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { Registry } from 'prom-client'
import { beforeAll, expect, test } from 'vitest'
import { testBrowser, windowOf } from '../../../test/browser.ts'
import { testStage, until } from '../../../test/stage.ts'
import { listen, silentLog } from '../../../test/world.ts'
import { whepRoutes } from '../../stage/index.ts'
import { type ApiDeps, mountFallback, mountRaw } from '../http/api.ts'
import { createHttpMetrics } from '../http/operations.ts'
import { UnderWay } from '../http/under-way.ts'
import { mountStudio } from './index.ts'

/**
 * The proof that media flows: a host page publishes Chromium's fake camera through socket.io and mediasoup-client, a
 * viewer page plays it by WHEP, over DTLS of the worker that was built for this machine.
 */

const FIRST_FRAME_MS = 1000
const ALLOWANCE = 3

/** What a studio does, in short. */
const HOST_PAGE = `
import { Device } from 'mediasoup-client'
import { io } from 'socket.io-client'

const socket = io({ transports: ['websocket'] })
const left = []
socket.on('stage.left', ({ reason }) => left.push(reason))
const call = async (name, input) => {
  const reply = await socket.emitWithAck(name, input)
  if (!reply.ok) throw new Error(name + ': ' + JSON.stringify(reply.problem))
  return reply.data
}
const encodings = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150000, scalabilityMode: 'L1T1' },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500000, scalabilityMode: 'L1T1' },
  { rid: 'f', maxBitrate: 1200000, scalabilityMode: 'L1T1' },
]

window.left = left
window.publish = async (tenantId, showId, mimeType) => {
  const joined = await call('stage.join', { tenantId, showId, windowId: 'a window' })
  const device = await Device.factory()
  await device.load({ routerRtpCapabilities: joined.routerRtpCapabilities })
  const transport = device.createSendTransport(await call('stage.createTransport', {}))
  transport.on('connect', ({ dtlsParameters }, done, failed) =>
    call('stage.connectTransport', { dtlsParameters }).then(done, failed))
  transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) =>
    call('stage.produce', { kind, source: appData.source, rtpParameters })
      .then(({ producerId }) => done({ id: producerId }), failed))
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } })
  const codec = device.sendRtpCapabilities.codecs.find((one) => one.mimeType.toLowerCase() === mimeType.toLowerCase())
  await transport.produce({ track: stream.getVideoTracks()[0], encodings, codec, appData: { source: 'camera' } })
  await transport.produce({ track: stream.getAudioTracks()[0], appData: { source: 'microphone' } })
  const show = await call('stage.goLive', {})
  return { resumed: joined.resumed, status: show.status }
}
`

/** What a player does, in short: the exchange that stage/whep.ts documents. */
const VIEWER_PAGE = `
const probe = async () => {
  const pc = new RTCPeerConnection()
  for (const kind of ['video', 'audio']) pc.addTransceiver(kind, { direction: 'recvonly' })
  const { sdp } = await pc.createOffer()
  pc.close()
  return sdp
}
window.events = []
window.watch = async (showId, ticket) => {
  const offer = await probe()
  const startedAt = performance.now()
  const posted = await fetch('/whep/' + showId + '?seats=main', {
    method: 'POST', body: offer,
    headers: { authorization: 'Bearer ' + ticket, 'content-type': 'application/sdp' },
  })
  if (posted.status !== 406) return { status: posted.status, problem: await posted.json() }
  const pc = window.pc = new RTCPeerConnection()
  const video = window.video ??= document.body.appendChild(document.createElement('video'))
  video.muted = true
  video.autoplay = true
  const stream = new MediaStream()
  pc.addEventListener('track', ({ track, streams }) => {
    events.push('track ' + track.kind + ' ' + streams[0].id.split('.')[1])
    stream.addTrack(track)
  })
  pc.addEventListener('connectionstatechange', () => events.push('connection ' + pc.connectionState))
  await pc.setRemoteDescription({ type: 'offer', sdp: await posted.text() })
  video.srcObject = stream
  await pc.setLocalDescription(await pc.createAnswer())
  const dtls = pc.getReceivers()[0].transport
  dtls.addEventListener('statechange', () => events.push('dtls ' + dtls.state))
  const firstFrame = new Promise((resolve) => video.requestVideoFrameCallback(resolve))
  const patched = await fetch(posted.headers.get('location'), {
    method: 'PATCH', body: pc.localDescription.sdp,
    headers: { 'content-type': 'application/sdp', 'if-match': posted.headers.get('etag') },
  })
  if (patched.status !== 204) return { status: patched.status, problem: await patched.json() }
  await firstFrame
  return { status: 406, firstFrameMs: Math.round(performance.now() - startedAt), location: posted.headers.get('location') }
}
window.picture = () => {
  const { width, height } = { width: video.videoWidth, height: video.videoHeight }
  return { frames: video.getVideoPlaybackQuality().totalVideoFrames, width, height }
}
window.codecs = async () => [...(await pc.getStats()).values()].filter(({ type }) => type === 'codec').map((c) => c.mimeType)
`

const world = await testStage({ awayAfterMs: 200, graceMs: 20_000 })
const browser = await testBrowser()
let url: string

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: HOST_PAGE,
      resolveDir: fileURLToPath(new URL('../../../../client', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'iife',
  })
  const host = `<!doctype html><script>${outputFiles[0]!.text.replaceAll('</script', '<\\/script')}</script>`
  const viewer = `<!doctype html><body><script>${VIEWER_PAGE}</script>`

  const app = uWS.App()
  const { stage, shows, accounts } = world
  const actorOf = accounts.sessions.actorOf
  const studio = mountStudio(app, {
    stage,
    view: shows.view,
    actorOf,
    coHosts: world.coHosts,
    battles: world.deps.battles,
    desk: { show: shows.get, recentOrders: async () => [], tipCoins: async () => 0 },
    publicUrl: 'http://elsewhere.example',
    limits: world.config.limits.studio,
    log: silentLog,
  })
  const routes = whepRoutes(world)
  const http: ApiDeps = {
    actorOf,
    publicUrl: 'http://elsewhere.example',
    trustProxy: false,
    sessionMs: 1000,
    deviceMs: 1000,
    limits: world.config.limits.http,
    log: silentLog,
    metrics: createHttpMetrics(new Registry()),
    underWay: new UnderWay(),
  }
  mountRaw(app, routes, http)
  for (const [path, body] of Object.entries({ '/host': host, '/viewer': viewer })) {
    app.get(path, (response) => {
      response.writeHeader('Content-Type', 'text/html').end(body)
    })
  }
  mountFallback(app, routes, http)
  url = await listen(app)
  return () => studio.close()
})

async function open(path: string, personId?: string): Promise<Page> {
  const token = personId ? await world.accounts.sessions.open(personId) : undefined
  const { page } = await windowOf(browser, url, token)
  await page.goto(url + path)
  return page
}

const publish = (page: Page, showId: string, codec: string) =>
  page.evaluate(`publish('${world.tenantId}', '${showId}', '${codec}')`)

const watch = async (page: Page, showId: string): Promise<{ status: number; firstFrameMs: number }> =>
  page.evaluate(`watch('${showId}', '${await world.ticket(showId)}')`)

const picture = (page: Page): Promise<{ frames: number; width: number; height: number }> =>
  page.evaluate('picture()')

test.each(['video/VP8', 'video/H264'])('%s: frames advance in a viewer, soon', async (codec) => {
  const showId = await world.newShow()
  const host = await open('/host', world.host.id)
  const viewer = await open('/viewer')

  expect(await watch(viewer, showId)).toMatchObject({ status: 409, problem: { code: 'media_not_ready' } })
  expect(await publish(host, showId, codec)).toEqual({ resumed: false, status: 'live' })

  const { status, firstFrameMs } = await watch(viewer, showId)
  expect(status).toBe(406)
  console.info(`${codec}: first frame after ${firstFrameMs} ms`)
  expect(firstFrameMs).toBeLessThan(FIRST_FRAME_MS * ALLOWANCE)
  const before = await picture(viewer)
  await until(async () => (await picture(viewer)).frames > before.frames + 10)
  expect(await viewer.evaluate('codecs()')).toEqual(expect.arrayContaining([codec, 'audio/opus']))
  expect(await viewer.evaluate('events')).toEqual(
    expect.arrayContaining(['track video camera', 'track audio camera', 'dtls connected']),
  )
  await until(async () => (await picture(viewer)).width > 160, 10_000) // up from the lowest simulcast layer
  await host.context().close()
  await viewer.context().close()
})

test('a host reload resumes the same show, and the viewer is sent to ask anew', async () => {
  const showId = await world.newShow()
  const [host, viewer] = [await open('/host', world.host.id), await open('/viewer')]
  await publish(host, showId, 'video/VP8')
  await watch(viewer, showId)

  await host.reload()
  await viewer.waitForFunction(`events.includes('dtls closed')`, undefined, { timeout: 3000 })
  expect(await watch(viewer, showId)).toMatchObject({ status: 409, problem: { code: 'media_not_ready' } })
  await until(() => world.told(showId).includes('paused'))

  expect(await publish(host, showId, 'video/VP8')).toEqual({ resumed: true, status: 'live' })
  expect(world.told(showId)).toEqual(['live', 'paused', 'live'])
  expect((await watch(viewer, showId)).firstFrameMs).toBeLessThan(FIRST_FRAME_MS * ALLOWANCE)
  await host.context().close()
  await viewer.context().close()
})

test('a page of another origin may ask, and read the answer; other methods and large bodies are refused', async () => {
  const showId = await world.newShow()
  const page = await open('/viewer')
  const elsewhere = url.replace('127.0.0.1', 'localhost')
  const headers = { authorization: `Bearer ${await world.ticket(showId)}`, 'content-type': 'application/sdp' }
  const asked = await page.evaluate(
    async ([target, sent]) => {
      const response = await fetch(target, { method: 'POST', body: 'v=0', headers: sent })
      return { status: response.status, code: (await response.json()).code }
    },
    [`${elsewhere}/whep/${showId}`, headers] as const,
  )
  expect(asked).toEqual({ status: 400, code: 'sdp_malformed' })
  await page.context().close()

  const put = await fetch(`${url}/whep/${showId}`, { method: 'PUT' })
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'OPTIONS, GET, POST'])
  const large = await fetch(`${url}/whep/${showId}`, { method: 'POST', headers, body: 'v'.repeat(70_000) })
  expect(large.status).toBe(413)
})
