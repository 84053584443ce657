/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { createDomains, type Domains } from '../src/domains.ts'
import { merchant } from './app.ts'
import { framesAdvance, testBrowser, windowOf } from './browser.ts'
import { FFMPEG } from './plain-host.ts'
import { freePort } from './ports.ts'
import { type ServerProcess, startServer } from './processes.ts'
import { until } from './stage.ts'
import { testDatabaseUrl, testRedis, testRedisUrl } from './world.ts'

/**
 * Two real server processes on one Postgres and one Redis, a studio and players in Chromium: who watches on one sees
 * whom the other has on stage, and each is killed in its turn.
 */

const offer = readFileSync(new URL('../src/stage/fixtures/chromium-offer.sdp', import.meta.url), 'utf8')
/** A quiet machine is held to a second without a frame. */
const GAP_MS = 3 * 1000

let environment: Record<string, string>
let domains: Domains
let shop: Awaited<ReturnType<typeof merchant>>
const browser = await testBrowser()

beforeAll(async () => {
  await testRedis()
  const dataDir = mkdtempSync(join(tmpdir(), 'shelfcast-stage-nodes-'))
  environment = {
    DATABASE_URL: await testDatabaseUrl(),
    REDIS_URL: testRedisUrl(),
    DATA_DIR: dataDir,
    SECRET: 'a secret that two processes share, for a test',
    FFMPEG_BIN: FFMPEG,
  }
  domains = createDomains(loadConfig({ ...environment, LOG_LEVEL: 'silent' }))
  shop = await merchant({ domains, url: '' })
  afterAll(async () => {
    await domains.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
})

const serverOn = async (port: number, more: Record<string, string> = {}): Promise<ServerProcess> =>
  startServer({ ...environment, ...more, PORT: String(port), MEDIA_PORT: String(await freePort()) })

/** A figure of one process's own metrics. */
async function figure(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^shelfcast_stage_${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

async function newShow(): Promise<string> {
  const { tenant, owner } = shop
  const show = await domains.shows.create(tenant.id, {
    title: 'Two nodes',
    scheduledAt: null,
    hostIds: [owner.id],
  })
  return show.id
}

/** A studio that is on air: of itself, where the show waits for its host. */
async function studio(url: string, showId: string, comesBack = false): Promise<Page> {
  const { page } = await windowOf(browser, url, shop.owner.token)
  await page.goto(`${url}/studio/${shop.tenant.id}/${showId}`)
  if (!comesBack) await page.getByTestId('go-live').click({ timeout: 30_000 })
  await page.getByTestId('on-air').waitFor({ timeout: 30_000 })
  return page
}

async function watch(url: string, showId: string): Promise<Page> {
  const { page } = await windowOf(browser, url)
  await page.goto(`${url}/s/${showId}`)
  return page
}

/** As `watch`, by low-latency HLS and nothing else. */
async function watchByHls(url: string, showId: string): Promise<Page> {
  const page = await watch(url, showId)
  await page.getByRole('button', { name: 'Only necessary' }).click()
  await page.getByTestId('menu-button').click()
  await page.getByTestId('compatible').setChecked(true)
  await page.keyboard.press('Escape')
  await page.getByTestId('hls-video').waitFor({ timeout: 20_000 })
  return page
}

/** For three seconds: what is buffered may run on for a while after a death. */
async function advances(page: Page): Promise<boolean> {
  const seconds = () => page.getByTestId('hls-video').evaluate((video: HTMLVideoElement) => video.currentTime)
  const before = await seconds()
  await page.waitForTimeout(3000)
  return (await seconds()) > before + 1.5
}

const widthOf = (page: Page): Promise<number> =>
  page.getByTestId('video').evaluate((video: HTMLVideoElement) => video.videoWidth)

/** The picture moves, without a break for two seconds: it may take a moment to stand still after a death. */
async function comesBack(page: Page): Promise<void> {
  const steady = async () => {
    await timeFrames(page)
    await page.waitForTimeout(2000)
    return longestGapMs(page)
  }
  await expect.poll(steady, { timeout: 60_000 }).toBeLessThan(1500)
}

/** From now on the longest time between two frames of a page's picture, in milliseconds. */
const timeFrames = (page: Page) =>
  page.getByTestId('video').evaluate((video: HTMLVideoElement) => {
    let last = performance.now()
    let longest = 0
    const frame = (): void => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
      video.requestVideoFrameCallback(frame)
    }
    video.requestVideoFrameCallback(frame)
    Object.assign(window, { longestGapMs: () => Math.max(longest, performance.now() - last) })
  })
const longestGapMs = (page: Page): Promise<number> => page.evaluate('longestGapMs()')

test('a viewer on B watches a host on A; B is killed and nobody on A sees it; A is killed and B goes on', async () => {
  const [portA, portB] = [await freePort(), await freePort()]
  const [a, b] = [`http://localhost:${portA}`, `http://localhost:${portB}`]
  const [nodeA, nodeB] = await Promise.all([serverOn(portA), serverOn(portB)])
  await until(async () => (await figure(a, 'nodes')) === 2 && (await figure(b, 'nodes')) === 2, 30_000)
  const showId = await newShow()

  const host = await studio(a, showId)
  const [onA, onB] = [await watch(a, showId), await watch(b, showId)]
  await framesAdvance(onA)
  await framesAdvance(onB)
  // A viewer begins on the lowest layer: all of them come by the pipe, and key frames are asked for through it.
  await until(async () => (await widthOf(onB)) >= 640, 20_000)
  expect(await figure(a, 'pipes_out')).toBe(2)
  expect(await figure(b, 'pipes_in')).toBe(2)
  expect(await figure(b, 'hosts')).toBe(0)

  // What one process gave out the other takes back.
  const ticket = await domains.tickets.issue({
    ...{ right: 'media', tenantId: shop.tenant.id, showId, personId: 'per_raw', name: 'Raw' },
    ...{ guest: true, role: 'viewer' },
  })
  const posted = await fetch(`${b}/whep/${showId}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ticket}`, 'content-type': 'application/sdp' },
    body: offer,
  })
  expect(posted.status).toBe(201)
  const place = a + posted.headers.get('location')
  expect((await fetch(place, { method: 'DELETE' })).status).toBe(200)
  expect((await fetch(place, { method: 'DELETE' })).status).toBe(404)

  await timeFrames(onA)
  await nodeB.kill()
  await until(async () => (await figure(a, 'pipes_out')) === 0, 30_000)
  await onA.waitForTimeout(1000)
  const gapMs = await longestGapMs(onA)
  console.info(`B killed: the longest gap on A is ${Math.round(gapMs)} ms`)
  expect(gapMs).toBeLessThan(GAP_MS)

  const nodeB2 = await serverOn(portB)
  await onB.reload()
  await framesAdvance(onB)
  await nodeA.kill()
  const diedAt = performance.now()
  await host.context().close()
  await until(async () => (await domains.shows.find(showId))?.hostAwaySince !== null, 30_000)
  console.info(`A killed: B has the show after ${Math.round(performance.now() - diedAt)} ms`)
  const back = await studio(b, showId, true)
  await framesAdvance(onB)
  expect((await domains.shows.find(showId))?.status).toBe('live')
  expect([await figure(b, 'hosts'), await figure(b, 'pipes_in'), await figure(b, 'nodes')]).toEqual([1, 0, 1])
  for (const page of [back, onA, onB]) await page.context().close()
  await nodeB2.stop()
}, 180_000)

test('two processes share a port: whichever is killed, host and viewers come again by themselves', async () => {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const shared = { SHARE_PORT: '1' }
  const nodes = [await serverOn(port, shared), await serverOn(port, shared)]
  await until(async () => (await figure(url, 'nodes')) === 2, 30_000)
  const showId = await newShow()
  const pages = [await studio(url, showId), await watch(url, showId), await watch(url, showId)]
  const viewers = pages.slice(1)
  for (const page of viewers) await framesAdvance(page)

  for (const index of [0, 1]) {
    await nodes[index]!.kill() // one of the two is the home
    const killedAt = performance.now()
    for (const page of viewers) await comesBack(page)
    console.info(
      `node ${index} killed: all see the show ${Math.round(performance.now() - killedAt)} ms later`,
    )
    nodes[index] = await serverOn(port, shared)
    await until(async () => (await figure(url, 'nodes')) === 2, 30_000)
  }
  expect((await domains.shows.find(showId))?.status).toBe('live')
  for (const page of pages) await page.context().close()
  await Promise.all(nodes.map((node) => node.stop()))
}, 240_000)

test('a home that sleeps is replaced, and what it does when it wakes up changes nothing', async () => {
  const [portA, portB] = [await freePort(), await freePort()]
  const [a, b] = [`http://localhost:${portA}`, `http://localhost:${portB}`]
  const [nodeA, nodeB] = await Promise.all([serverOn(portA), serverOn(portB)])
  await until(async () => (await figure(b, 'nodes')) === 2, 30_000)
  const showId = await newShow()
  const asleep = await studio(a, showId)
  const viewer = await watch(b, showId)
  await framesAdvance(viewer)
  const byHls = FFMPEG === '' ? null : await watchByHls(b, showId)
  if (byHls) await framesAdvance(byHls, 'hls-video')

  nodeA.freeze()
  await until(async () => (await domains.shows.find(showId))?.hostAwaySince !== null, 30_000)
  const awake = await studio(b, showId, true)
  await framesAdvance(viewer)
  await asleep.context().close() // A will find that its host is gone, for which it would have the show wait
  nodeA.thaw()
  await until(async () => (await figure(a, 'hosts')) === 0, 30_000)
  await timeFrames(viewer)
  await viewer.waitForTimeout(4000) // longer than a host's reload may take
  const gapMs = await longestGapMs(viewer)
  console.info(`the former home woke up: the longest gap is ${Math.round(gapMs)} ms`)
  expect(gapMs).toBeLessThan(GAP_MS)
  expect(await domains.shows.find(showId)).toMatchObject({ status: 'live', hostAwaySince: null })
  // By HLS it is the new home's film that goes on, and nobody has to reload the page for it.
  if (byHls) await expect.poll(() => advances(byHls), { timeout: 30_000 }).toBe(true)
  for (const page of [awake, viewer, byHls]) await page?.context().close()
  await Promise.all([nodeA.stop(), nodeB.stop()])
}, 180_000)

test.skipIf(FFMPEG === '')(
  'a viewer by HLS on B watches a host on A; A is killed, and the picture comes again from B',
  async () => {
    const [portA, portB] = [await freePort(), await freePort()]
    const [a, b] = [`http://localhost:${portA}`, `http://localhost:${portB}`]
    const encoding = { FFMPEG_BIN: FFMPEG }
    const [nodeA, nodeB] = await Promise.all([serverOn(portA, encoding), serverOn(portB, encoding)])
    await until(async () => (await figure(a, 'nodes')) === 2 && (await figure(b, 'nodes')) === 2, 30_000)
    const showId = await newShow()
    const host = await studio(a, showId)

    const { page, context } = await windowOf(browser, b)
    await context.addInitScript(() => Object.assign(window, { RTCPeerConnection: undefined }))
    await page.goto(`${b}/s/${showId}`)
    await page.getByTestId('hls-note').waitFor({ timeout: 30_000 })
    await framesAdvance(page, 'hls-video')
    expect(await figure(b, 'hosts')).toBe(0)
    expect(await figure(b, 'pipes_in')).toBe(0) // parts come by questions, not by pipes

    await nodeA.kill()
    const diedAt = performance.now()
    await host.context().close()
    await until(async () => (await domains.shows.find(showId))?.hostAwaySince !== null, 30_000)
    const back = await studio(b, showId, true)
    const onAirAt = performance.now()
    await page.waitForTimeout(3000) // what was buffered of A is over
    await framesAdvance(page, 'hls-video')
    await page.getByTestId('hls-note').waitFor({ timeout: 60_000 })
    await page.waitForTimeout(3000)
    await framesAdvance(page, 'hls-video')
    const ms = (from: number) => Math.round(performance.now() - from)
    console.info(
      `by HLS: B shows its own picture ${ms(onAirAt)} ms after its host is on air, ${ms(diedAt)} ms after A died`,
    )
    expect(await figure(b, 'hosts')).toBe(1)
    for (const one of [back, page]) await one.context().close()
    await nodeB.stop()
  },
  180_000,
)
