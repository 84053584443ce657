/// <reference lib="dom" />
import { expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { framesAdvance, testBrowser, windowOf } from './browser.ts'
import { FFMPEG } from './plain-host.ts'
import { until } from './stage.ts'

/** A show in a studio that drops once and pins three products, and its replay and clips in a player. */

test.skipIf(FFMPEG === '')(
  'a show is seen again, with its products and comments in their moments',
  {
    timeout: 300_000,
  },
  async () => {
    const app = await testApp({ FFMPEG_BIN: FFMPEG })
    const { products, shows, db } = app.domains
    const shop = await merchant(app, { stock: 5 })
    const tenantId = shop.tenant.id
    const showId = shop.show.id
    const more = await Promise.all(
      ['Wool scarf', 'Desk lamp'].map((title, index) =>
        products.create(tenantId, {
          ...{ title, description: '', status: 'active' as const },
          skus: [{ code: `S${index}`, options: {}, priceMinor: 9900, perBuyerLimit: null, stock: 5 }],
        }),
      ),
    )
    const shelf = (livePriceMinor: number | null, products = more) =>
      shows.shelf.put(tenantId, showId, [
        { productId: shop.product.id, sellingPoint: '', livePriceMinor },
        ...products.map(({ id }) => ({ productId: id, sellingPoint: '', livePriceMinor: null })),
      ])
    const items = await shelf(5900)
    /** Starts a flash sale, and waits until it runs. */
    async function flash(skuId: string) {
      const at = `/tenants/${tenantId}/shows/${showId}/flash-sales`
      const terms = { skuId, priceMinor: 3900, quantity: 2, countdownS: 10, durationS: 600 }
      const { id } = (await (await shop.owner.call('POST', at, terms)).json()) as { id: string }
      expect((await shop.owner.call('POST', `${at}/${id}/start`)).status).toBe(200)
      await until(async () => {
        const [row] = await db.sql`select status from flash_sales where id = ${id}`
        return row?.status === 'running'
      }, 20_000)
    }
    const segments = async () => (await db.sql`select from take_segments`).length
    const pinFor = async (index: number, count: number) => {
      await shows.shelf.pin(tenantId, showId, items[index]!.id)
      const before = await segments()
      await until(async () => (await segments()) >= before + count, 60_000)
    }

    const ann = await signedUp(app, 'Ann')
    const browser = await testBrowser()
    const { page: host } = await windowOf(browser, app.url, shop.owner.token)
    const { page: viewer, errors } = await windowOf(browser, app.url, ann.token)
    await host.goto(`${app.url}/studio/${tenantId}/${showId}`)
    await host.getByTestId('go-live').click({ timeout: 15_000 })
    await host.getByTestId('on-air').waitFor({ timeout: 15_000 })
    await viewer.goto(`${app.url}/s/${showId}`)
    await framesAdvance(viewer)
    await until(async () => (await segments()) >= 1, 30_000)
    await pinFor(0, 2)
    await shelf(4900)
    await pinFor(0, 2)
    await viewer.getByTestId('chat-input').fill('what a mug')
    await viewer.keyboard.press('Enter')
    // A co-host, who is alone while the host drops.
    await host.getByTestId('people').click()
    await host.getByTestId('invite').click()
    const invited = new URL(await host.getByTestId('invite-url').inputValue())
    await host.keyboard.press('Escape')
    const { page: guest } = await windowOf(browser, app.url)
    await guest.goto(app.url + invited.pathname + invited.hash)
    await guest.getByTestId('stage-name').fill('Bo')
    await guest.getByTestId('accept-invite').click()
    await guest.locator('[data-testid=go-live]:enabled').click({ timeout: 30_000 })
    await guest.getByTestId('on-air').waitFor({ timeout: 30_000 })
    await pinFor(1, 4)
    await host.goto('about:blank')
    await pinFor(1, 3)
    await host.goto(`${app.url}/studio/${tenantId}/${showId}`) // the studio is on air again by itself
    await host.getByTestId('on-air').waitFor({ timeout: 30_000 })
    await guest.close() // and the picture is the host's again
    await pinFor(2, 2)
    await flash(more[1]!.skus[0]!.id)
    await pinFor(2, 3)
    await shows.end(tenantId, showId)
    await host.close()

    // The page that watched the show goes over to its replay.
    await viewer.getByTestId('replay-video').waitFor({ timeout: 60_000 })
    await framesAdvance(viewer, 'replay-video')
    const takes = await db.sql<
      { id: string; personId: string }[]
    >`select id, person_id as "personId" from takes`
    const playlist = await (await fetch(`${app.url}/recordings/shows/${showId}.m3u8`)).text()
    const shownTakes = takes.filter(({ id }) => playlist.includes(id))
    expect(new Set(shownTakes.map(({ personId }) => personId)).size).toBe(2)
    expect(shownTakes.length).toBeGreaterThanOrEqual(3)
    const chapters = viewer.getByTestId('replay-chapter')
    expect(await chapters.count()).toBe(3)
    for (const [index, title] of ['Cloud mug', 'Wool scarf', 'Desk lamp'].entries()) {
      await chapters.nth(index).click()
      await viewer.getByTestId('pinned-card').getByText(title).waitFor({ timeout: 10_000 })
      await framesAdvance(viewer, 'replay-video')
    }
    await viewer.getByTestId('replay-seek').press('Home')
    await viewer.getByText('what a mug').first().waitFor({ timeout: 30_000 })
    const toEnd = async () => {
      const left = await viewer
        .getByTestId('replay-video')
        .evaluate((video) => (video as HTMLVideoElement).duration - (video as HTMLVideoElement).currentTime)
      if (left > 6) await viewer.getByTestId('replay-seek').press('End')
      return viewer.getByTestId('replay-toggle').getAttribute('aria-label')
    }
    await expect.poll(toEnd, { timeout: 60_000, interval: 1000 }).toBe('Play again')
    // The product's sheet has the clip of its moment.
    await chapters.nth(0).click()
    await viewer.getByTestId('buy-button').click()
    const shown = viewer.getByTestId('clips').locator('video')
    await shown.evaluate((video) => (video as HTMLVideoElement).play())
    await expect
      .poll(() => shown.evaluate((video) => (video as HTMLVideoElement).currentTime), { timeout: 10_000 })
      .toBeGreaterThan(0.5)
    expect(errors).toEqual([])

    const clips = await viewer.evaluate(async (id) => {
      const replay = await (await fetch(`/api/v1/shows/${id}/replay`)).json()
      return Promise.all(
        replay.clips.map(async (clip: { title: string; url: string; durationMs: number }) => {
          const video = Object.assign(document.createElement('video'), { src: clip.url, muted: true })
          await video.play()
          const frames = () => video.getVideoPlaybackQuality().totalVideoFrames
          for (let i = 0; i < 100 && frames() <= 5; i++) {
            await new Promise((resolve) => setTimeout(resolve, 100))
          }
          return {
            title: clip.title,
            plays: frames() > 5,
            off: Math.abs(video.duration * 1000 - clip.durationMs),
          }
        }),
      )
    }, showId)
    expect(clips.map((clip) => [clip.title, clip.plays, clip.off < 1500])).toEqual([
      ['Cloud mug', true, true],
      ['Wool scarf', true, true],
      ['Desk lamp', true, true],
    ])

    // Who did not watch it sees the price of each moment, and today's where the product is still sold.
    await shelf(4900, more.slice(1))
    const late = await windowOf(browser, app.url)
    await late.page.goto(`${app.url}/s/${showId}`)
    await late.page.getByTestId('replay-chapter').first().waitFor({ timeout: 30_000 })
    const card = late.page.getByTestId('pinned-card')
    const priced = (id: string) => card.getByTestId(id).textContent()
    const at = async (index: number, title: string) => {
      await late.page.getByTestId('replay-chapter').nth(index).click()
      await card.getByText(title).waitFor({ timeout: 10_000 })
    }
    const shoot = async (name: string, chapter: number) => {
      if (!process.env.SHOTS) return
      await late.page.screenshot({ path: `${process.env.SHOTS}/${name}-en.png` })
      const { page, context } = await windowOf(browser, app.url, undefined, 'zh-CN')
      await page.setViewportSize(late.page.viewportSize()!)
      await page.goto(`${app.url}/s/${showId}`)
      await page.getByTestId('replay-chapter').nth(chapter).click()
      await page.getByTestId('pinned-card').waitFor()
      await page.waitForTimeout(1000)
      await page.screenshot({ path: `${process.env.SHOTS}/${name}-zh-CN.png` })
      await context.close()
    }
    await at(0, 'Cloud mug')
    expect([await priced('price-then'), await priced('price-now')]).toEqual([
      expect.stringContaining('¥59'),
      expect.stringContaining('¥79'),
    ])
    await shoot('replay-then-now', 0)
    await expect.poll(() => priced('price-then'), { timeout: 30_000 }).toContain('¥49')
    await at(1, 'Wool scarf')
    expect(await priced('price-then')).toContain('¥99')
    expect([
      await card.getByTestId('price-now').count(),
      await card.getByTestId('buy-button').count(),
    ]).toEqual([0, 0])
    await shoot('replay-gone', 1)
    await late.page.setViewportSize({ width: 360, height: 740 })
    await at(2, 'Desk lamp')
    await card.getByText('Flash price then').waitFor({ timeout: 30_000 })
    expect([await priced('price-then'), await priced('price-now')]).toEqual([
      expect.stringContaining('¥39'),
      expect.stringContaining('¥99'),
    ])
    await shoot('replay-flash-phone', 2)
    await card.getByTestId('buy-button').click()
    await late.page.getByTestId('checkout-sheet').getByText('¥99').first().waitFor()
    expect(late.errors).toEqual([])
    await late.context.close()

    // Its merchant finds clips and replay in the console, hides it, and deletes it.
    const { page: desk, errors: deskErrors } = await windowOf(browser, app.url, shop.owner.token)
    const status = async () =>
      (await (await fetch(`${app.url}/api/v1/shows/${showId}/replay`)).json()).status as string
    await desk.goto(`${app.url}/console/${tenantId}/shows`)
    await desk.getByTestId('open-recording').click()
    await expect.poll(() => desk.getByTestId('recording-clip').count()).toBe(3)
    await desk.getByTestId('recording-shown').click()
    await expect.poll(status).toBe('none')
    await desk.getByTestId('recording-shown').click()
    await expect.poll(status).toBe('ready')
    await desk.getByTestId('recording-remove').click()
    await desk.getByTestId('confirm-action').click()
    await desk.getByText('The replay was deleted').first().waitFor()
    expect(await status()).toBe('none')
    expect(deskErrors).toEqual([])
  },
)
