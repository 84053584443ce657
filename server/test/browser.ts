/// <reference lib="dom" />
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'

/** Chromium with a camera that shows a moving picture, until the test file ends. */
export async function testBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
  afterAll(() => browser.close())
  return browser
}

/** A window with cookies of its own, signed in with a session token; what goes wrong in it is collected. */
export async function windowOf(browser: Browser, url: string, token?: string, locale = 'en-US') {
  const context = await browser.newContext({
    locale,
    permissions: ['camera', 'microphone'],
    viewport: { width: 1280, height: 800 },
  })
  if (token) await context.addCookies([{ name: 'sid', value: token, url, httpOnly: true, sameSite: 'Lax' }])
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    // A refused request is an answer that pages have words for, and Chromium writes it down as an error all the same.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      errors.push(message.text())
    }
  })
  return { context: context as BrowserContext, page, errors }
}

const frames = (page: Page, id: string) =>
  page
    .getByTestId(id)
    .evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)

/** The picture moves. A new stream counts its frames from zero, so only the growth tells. */
export async function framesAdvance(page: Page, id = 'video', withinMs = 15_000): Promise<void> {
  const growth = async () => {
    const before = await frames(page, id)
    await page.waitForTimeout(400)
    return (await frames(page, id)) - before
  }
  await expect.poll(growth, { timeout: withinMs }).toBeGreaterThan(3)
}

/** The loudest sample of what an element plays, within as long as the fake microphone needs to beep; 0 where it is silent. */
export const loudestOf = (element: Locator): Promise<number> =>
  element.evaluate(async (node) => {
    const media = node as HTMLMediaElement
    if (media.paused) return 0
    const context = new AudioContext()
    const meter = context.createAnalyser()
    context.createMediaStreamSource(media.srcObject as MediaStream).connect(meter)
    const samples = new Float32Array(meter.fftSize)
    let peak = 0
    for (const endsAt = performance.now() + 1500; performance.now() < endsAt; ) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      meter.getFloatTimeDomainData(samples)
      peak = Math.max(peak, ...samples.map(Math.abs))
    }
    await context.close()
    return peak
  })
