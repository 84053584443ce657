/// <reference lib="dom" />
import { observer } from 'mediasoup'
import type { Worker } from 'mediasoup/types'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { framesAdvance, testBrowser, windowOf } from './browser.ts'

/** A session that ends and comes again is a picture that stands still for a moment, and never a black one. */

const workers: Worker[] = []
observer.on('newworker', (worker) => workers.push(worker))

interface Seen {
  /** Times at which an element was black, or words stood in its place. */
  readonly black: string[]
  readonly samples: number
}

/** Looks at every picture of a page sixty times a second, as it is seen: the held frame where there is one. */
const lookAt = (page: Page, selector: string) =>
  page.evaluate((selector) => {
    const context = Object.assign(document.createElement('canvas'), { width: 8, height: 8 }).getContext(
      '2d',
      { willReadFrequently: true },
    )!
    const seen = { black: [] as string[], samples: 0 }
    const since = performance.now()
    const isBlack = (element: HTMLVideoElement): boolean => {
      const next = element.nextElementSibling
      const held = next instanceof HTMLCanvasElement && next.dataset.held !== undefined ? next : null
      context.clearRect(0, 0, 8, 8)
      context.drawImage(held ?? element, 0, 0, 8, 8)
      const { data } = context.getImageData(0, 0, 8, 8)
      const hidden = element.closest('.tile')?.matches(':not([data-playing])') ?? false
      return hidden || data.reduce((sum, value, n) => sum + (n % 4 === 3 ? 0 : value), 0) / (8 * 8 * 3) < 25
    }
    const timer = setInterval(() => {
      const elements = [...document.querySelectorAll<HTMLVideoElement>(selector)]
      const face = document.querySelector('.stage')?.getAttribute('data-face')
      const at = `${Math.round(performance.now() - since)} ms`
      seen.samples += 1
      if (elements.length === 0) seen.black.push(`${at}: no picture`)
      if (face !== 'none') seen.black.push(`${at}: ${face}`)
      for (const [n, element] of elements.entries())
        if (isBlack(element)) seen.black.push(`${at}: picture ${n}`)
    }, 16)
    Object.assign(window, {
      stopLooking: () => {
        clearInterval(timer)
        return seen
      },
    })
  }, selector)
const stopLooking = (page: Page) => page.evaluate('stopLooking()') as Promise<Seen>

const streamOf = (page: Page) =>
  page.evaluateHandle(() => document.querySelector<HTMLVideoElement>('[data-testid=video]')?.srcObject)
const online = (page: Page) => page.evaluate(() => void window.dispatchEvent(new Event('online')))

/** Another stream is in the element, and it runs. */
async function another(page: Page, former: Awaited<ReturnType<typeof streamOf>>): Promise<void> {
  await page.waitForFunction(
    (stream) => document.querySelector<HTMLVideoElement>('[data-testid=video]')?.srcObject !== stream,
    former,
    { timeout: 30_000 },
  )
  await framesAdvance(page)
}

describe.sequential('an unbroken picture', { timeout: 120_000 }, async () => {
  const app = await testApp({ MEDIA_WORKERS: '2' })
  const shop = await merchant(app)
  const browser = await testBrowser()
  const { page: host } = await windowOf(browser, app.url, shop.owner.token)
  const viewer = await windowOf(browser, app.url)
  const { page } = viewer
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    if (pathname.startsWith('/whep/'))
      asked.push(`${request.method()} ${pathname.split('/')[4] ?? ''}${search}`)
  })

  test('a host goes live and a viewer watches', async () => {
    await host.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await host.getByTestId('go-live').click({ timeout: 15_000 })
    await host.getByTestId('on-air').waitFor({ timeout: 15_000 })
    await page.goto(`${app.url}/s/${shop.show.id}`)
    await framesAdvance(page)
  })

  test('back on a network the same session goes on: ICE is restarted in it', async () => {
    asked.length = 0
    const before = await streamOf(page)
    await lookAt(page, '[data-testid=video]')
    await online(page)
    await expect.poll(() => asked, { timeout: 10_000 }).toEqual(['POST offer?ice=restart', 'PATCH '])
    await page.waitForTimeout(1000)
    await framesAdvance(page)
    const { black, samples } = await stopLooking(page)
    expect(
      await page.evaluate((stream) => document.querySelector('video')?.srcObject === stream, before),
    ).toBe(true)
    expect(asked).toHaveLength(2)
    expect([black, samples > 30]).toEqual([[], true])
  })

  test('a session that the server knows no more is opened anew, behind its last frame', async () => {
    await page.route('**/offer?ice=restart', (route) => route.fulfill({ status: 404 }))
    const before = await streamOf(page)
    await lookAt(page, '[data-testid=video]')
    await online(page)
    await another(page, before)
    expect((await stopLooking(page)).black).toEqual([])
    expect(await page.locator('[data-held]').count()).toBe(0)
  })

  test("the viewers' media worker is killed: the last frame stands until the next session plays", async () => {
    const before = await streamOf(page)
    await lookAt(page, '[data-testid=video]')
    // Hosts and viewers are on different workers, since a show that is new comes to the idlest.
    const figure = async (name: string) =>
      (await app.domains.metrics.getSingleMetric(`shelfcast_stage_${name}`)!.get()).values[0]!.value
    process.kill(workers[1]!.pid, 'SIGKILL')
    const diedAt = performance.now()
    await another(page, before)
    console.info(
      `another session plays ${Math.round(performance.now() - diedAt)} ms after the worker's death`,
    )
    expect((await stopLooking(page)).black).toEqual([])
    expect(await figure('hosts')).toBe(1)
  })

  test('so it is with several hosts: no picture is black, and none goes', async () => {
    const second = await signedUp(app, 'Second')
    await app.domains.accounts.tenants.putMember(shop.tenant.id, second.id, 'manager')
    const { page: other } = await windowOf(browser, app.url, second.token)
    await other.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await other.getByTestId('go-live').click({ timeout: 15_000 })
    await other.getByTestId('on-air').waitFor({ timeout: 15_000 })
    await expect.poll(() => page.locator('.tile[data-playing]').count(), { timeout: 20_000 }).toBe(2)
    const before = await page.evaluateHandle(() =>
      [...document.querySelectorAll<HTMLVideoElement>('video.tile__video')].map(({ srcObject }) => srcObject),
    )
    await lookAt(page, 'video.tile__video')
    await online(page) // refused, as above
    await page.waitForFunction(
      (before) =>
        [...document.querySelectorAll<HTMLVideoElement>('video.tile__video')].every(
          ({ srcObject }, n) => srcObject !== before[n],
        ),
      before,
      { timeout: 20_000 },
    )
    await page.waitForTimeout(1500)
    expect((await stopLooking(page)).black).toEqual([])
    expect(await page.locator('[data-held]').count()).toBe(0)
  })

  test('a picture that does not come again is given up after two seconds, with words in its place', async () => {
    await page.route('**/whep/**', (route) => route.abort())
    await lookAt(page, 'video.tile__video')
    await online(page)
    await page.getByTestId('face').waitFor({ timeout: 15_000 })
    const { black } = await stopLooking(page)
    expect(Number.parseInt(black[0]!, 10)).toBeGreaterThan(1500)
    expect(viewer.errors).toEqual([])
  })
})
