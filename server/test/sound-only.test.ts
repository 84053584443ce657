/// <reference lib="dom" />
import { expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { framesAdvance, loudestOf, testBrowser, windowOf } from './browser.ts'

/** A viewer who only listens, in Chromium: no picture is sent, the sound goes on, and the picture comes back. */

test('sound only: chosen in the menu, kept over a new session, and given back', {
  timeout: 90_000,
}, async () => {
  const app = await testApp()
  const shop = await merchant(app)
  const browser = await testBrowser()
  const { page: host } = await windowOf(browser, app.url, shop.owner.token)
  await host.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
  await host.getByTestId('go-live').click({ timeout: 15_000 })
  await host.getByTestId('on-air').waitFor({ timeout: 15_000 })

  const { page, context, errors } = await windowOf(browser, app.url)
  await context.addInitScript(() => {
    const connections: RTCPeerConnection[] = []
    const Counted = class extends RTCPeerConnection {
      constructor(given?: RTCConfiguration) {
        super(given)
        connections.push(this)
      }
    }
    Object.assign(window, { RTCPeerConnection: Counted, connections })
  })
  /** Bytes of media that came in half a second. */
  const received = async () => {
    const bytes = () =>
      page.evaluate(async () => {
        const { connections } = window as unknown as { connections: RTCPeerConnection[] }
        const sum = { audio: 0, video: 0 }
        for (const connection of connections) {
          const stats = (await connection.getStats()) as unknown as Map<string, RTCInboundRtpStreamStats>
          for (const one of stats.values()) {
            if (one.type === 'inbound-rtp') sum[one.kind as 'audio' | 'video'] += one.bytesReceived ?? 0
          }
        }
        return sum
      })
    const before = await bytes()
    await page.waitForTimeout(500)
    const after = await bytes()
    return { audio: after.audio - before.audio, video: after.video - before.video }
  }
  const onlySound = async () => {
    const { audio, video } = await received()
    return audio > 0 && video === 0
  }
  const loudest = async () => {
    const audio = page.locator('audio')
    expect(await audio.evaluate((element) => (element as HTMLAudioElement).muted)).toBe(false)
    return loudestOf(audio)
  }

  await page.goto(`${app.url}/s/${shop.show.id}`)
  await framesAdvance(page)
  await page.getByRole('button', { name: 'Only necessary' }).click()
  expect((await received()).video).toBeGreaterThan(0)

  await page.getByTestId('menu-button').click()
  await page.getByTestId('quality').selectOption('sound')
  await page.keyboard.press('Escape')
  await page.getByTestId('sound-only').waitFor()
  await expect.poll(onlySound, { timeout: 10_000 }).toBe(true)
  expect(await loudest()).toBeGreaterThan(0.01)
  expect(await page.getByTestId('video').evaluate((video) => (video as HTMLVideoElement).muted)).toBe(true)

  // A new session, since the server knows the old one no more: it has no first frame to wait for.
  await page.route('**/offer?ice=restart', (route) => route.fulfill({ status: 404 }))
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  await expect.poll(onlySound, { timeout: 10_000 }).toBe(true)
  await page.getByTestId('sound-only').waitFor()
  await expect.poll(loudest, { timeout: 15_000 }).toBeGreaterThan(0.01) // the old session goes on until the new one plays

  await page.getByTestId('show-picture').click()
  await framesAdvance(page)
  expect(await page.getByTestId('sound-only').count()).toBe(0)
  expect(await page.getByTestId('video').evaluate((video) => (video as HTMLVideoElement).muted)).toBe(false)
  expect(errors).toEqual([])
})
