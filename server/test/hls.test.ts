/// <reference lib="dom" />
import { execFileSync } from 'node:child_process'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { framesAdvance, testBrowser, windowOf } from './browser.ts'
import { FFMPEG } from './plain-host.ts'

/** A studio, and players for whom WebRTC does not get through: they go over to low-latency HLS by themselves. */

/** What a quiet machine is held to; this one may be three times as slow. */
const BEHIND_MS = 3 * 4000
/** A studio, an encoder and several decoders share the machine here. */
const MOVES_MS_MAX = 60_000

/** A camera of so small a picture that they can: what is tried here is who sees it, and how late. */
function smallCamera(): void {
  const devices = navigator.mediaDevices
  const open = devices.getUserMedia.bind(devices)
  const small = { width: 320, height: 180, frameRate: 15 }
  devices.getUserMedia = (of = {}) => open(of.video ? { ...of, video: small } : of)
}

describe.skipIf(FFMPEG === '').sequential('players by low-latency HLS', { timeout: 180_000 }, async () => {
  const app = await testApp({ FFMPEG_BIN: FFMPEG }, { viewersPerWorkerMax: 1 })
  const shop = await merchant(app)
  const browser = await testBrowser()
  const host = await windowOf(browser, app.url, shop.owner.token)
  const seen = await windowOf(browser, app.url)
  const show = `${app.url}/s/${shop.show.id}`

  const hls = (page: Page) => page.getByTestId('hls-video')
  const behind = async (page: Page) => Number(await hls(page).getAttribute('data-behind-ms'))
  const moves = async (page: Page) => {
    await page.getByTestId('hls-note').waitFor({ timeout: MOVES_MS_MAX })
    await framesAdvance(page, 'hls-video', MOVES_MS_MAX)
  }
  const necessary = (page: Page) => page.getByRole('button', { name: 'Only necessary' }).click()
  const choose = async (page: Page, compatible: boolean) => {
    await page.getByTestId('menu-button').click()
    await page.getByTestId('compatible').setChecked(compatible)
    await page.keyboard.press('Escape')
  }
  const viewers = async () =>
    (await app.domains.metrics.getSingleMetric('shelfcast_stage_viewers')?.get())?.values[0]?.value ?? 0
  let late: Page

  test('the host goes live, and one viewer watches by WebRTC', async () => {
    await host.context.addInitScript(smallCamera)
    await host.page.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await host.page.getByTestId('go-live').click({ timeout: 15_000 })
    await host.page.getByTestId('on-air').waitFor({ timeout: 15_000 })
    await seen.page.goto(show)
    await framesAdvance(seen.page)
    await necessary(seen.page)
    expect(await seen.page.getByTestId('hls').count()).toBe(0)
  })

  test('past the limit of WebRTC viewers the next one sees the picture all the same, and is told', async () => {
    const window = await windowOf(browser, app.url, (await signedUp(app)).token)
    late = window.page
    await late.goto(show)
    await moves(late)
    await necessary(late)
    expect(await late.getByTestId('hls-note').textContent()).toBe('Compatible mode, a few seconds behind')
    await expect.poll(() => behind(late), { timeout: 15_000 }).toBeLessThan(BEHIND_MS)
    console.info(`by HLS ${await behind(late)} ms behind`)
    await late.getByTestId('unmute').click()
    const muted = () => hls(late).evaluate((video) => (video as HTMLVideoElement).muted)
    await expect.poll(muted, { timeout: 5000 }).toBe(false)
    expect(window.errors).toEqual([])
    await choose(late, true) // else it would go back to WebRTC as soon as there is room
    await seen.page.goto('about:blank')
  })

  test('a browser without WebRTC sees it too, in its own language', async () => {
    const window = await windowOf(browser, app.url, undefined, 'zh-CN')
    await window.context.addInitScript(() => {
      Object.assign(window, { RTCPeerConnection: undefined })
    })
    await window.page.goto(show)
    await moves(window.page)
    expect(await window.page.getByTestId('hls-note').textContent()).toBe('兼容模式，画面约有几秒延迟')
    await window.context.close()
  })

  test('a network that lets no packet through is noticed', async () => {
    const window = await windowOf(browser, app.url)
    await window.context.addInitScript(() => {
      const Real = RTCPeerConnection
      const Deaf = class extends Real {
        override setRemoteDescription(of: RTCSessionDescriptionInit) {
          const lines = of.sdp?.split('\r\n').filter((line) => !line.startsWith('a=candidate'))
          return super.setRemoteDescription({ ...of, sdp: lines?.join('\r\n') ?? '' })
        }
      }
      Object.assign(window, { RTCPeerConnection: Deaf })
    })
    await expect.poll(viewers, { timeout: 15_000 }).toBe(0) // there is room: what is tried is the network
    await window.page.goto(show)
    await expect.poll(viewers).toBe(1)
    await moves(window.page)
    await window.page.goto('about:blank')
    await expect.poll(viewers, { timeout: 15_000 }).toBe(0)
    await window.context.close()
  })

  test('a pin comes with its picture, and not before', async () => {
    await seen.page.goto(show)
    await framesAdvance(seen.page)
    const behindMs = await behind(late)
    const pinnedAt = Date.now()
    await app.domains.shows.shelf.pin(shop.tenant.id, shop.show.id, shop.item.id)
    await seen.page.getByTestId('pinned-card').waitFor()
    const atOnceMs = Date.now() - pinnedAt
    await late.getByTestId('pinned-card').waitFor({ timeout: 20_000 })
    const heldMs = Date.now() - pinnedAt
    console.info(`a pin: ${atOnceMs} ms by WebRTC, ${heldMs} ms by HLS, which is ${behindMs} ms behind`)
    expect(heldMs).toBeGreaterThan(behindMs / 2)
    expect(heldMs).toBeGreaterThan(atOnceMs)
    expect(heldMs).toBeLessThan(behindMs + 3000)
  })

  test('an encoder that dies is replaced while they watch', async () => {
    const own = () =>
      execFileSync('pgrep', ['-P', String(process.pid), '-f', 'frag_duration'], { encoding: 'utf8' }).trim()
    const before = own()
    process.kill(Number(before), 'SIGKILL')
    await expect.poll(own, { timeout: 15_000 }).not.toBe(before)
    await framesAdvance(late, 'hls-video')
    await late.waitForTimeout(3000)
    await framesAdvance(late, 'hls-video')
  })

  test('a picture that stands because nothing is answered any more is opened anew', async () => {
    let answered = false
    await late.route('**/hls/**', (route) => {
      answered ||= route.request().method() === 'POST' // another playlist is asked for
      return answered ? route.continue() : undefined
    })
    await expect.poll(() => answered, { timeout: 60_000 }).toBe(true)
    await late.unroute('**/hls/**')
    await moves(late)
  })

  test('chosen by hand it stays; given back, WebRTC plays again', async () => {
    await late.context().close()
    await choose(seen.page, true)
    await moves(seen.page)
    await choose(seen.page, false)
    await expect.poll(() => seen.page.getByTestId('hls').count(), { timeout: 15_000 }).toBe(0)
    await framesAdvance(seen.page)
    expect(seen.errors).toEqual([])
  })
})
