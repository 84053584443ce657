/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { framesAdvance, loudestOf, testBrowser, windowOf } from './browser.ts'
import { missing, testGStreamer } from './gstreamer.ts'
import { until } from './stage.ts'

/** A host whose picture comes from an encoder (GStreamer, by WHIP) runs the show from the studio in Chromium. */

describe
  .skipIf(missing !== '')
  .sequential(`a host on an encoder${missing}`, { timeout: 120_000 }, async () => {
    const app = await testApp()
    const shop = await merchant(app)
    const { sql } = app.domains.db
    const browser = await testBrowser()
    const { start } = testGStreamer()
    const studio = await windowOf(browser, app.url, shop.owner.token)
    const guest = await windowOf(browser, app.url)
    const viewer = await windowOf(browser, app.url)
    const by = (page: Page, id: string) => page.getByTestId(id)
    const face = (is: string) => studio.page.locator(`[data-testid=face][data-face=${is}]`)
    const layout = () => app.domains.shows.layout.read(shop.tenant.id, shop.show.id)
    const tile = (page: Page, personId: string) =>
      page.locator(`[data-testid=tile-camera][data-person="${personId}"]`)
    let encoder: ReturnType<typeof start>
    /** In both languages. */
    async function shoot(name: string) {
      if (!process.env.SHOTS) return
      for (const language of ['zh-CN', 'en']) {
        await studio.page.locator(`.language-switch [lang="${language}"]`).click()
        await studio.page.waitForTimeout(300)
        await studio.page.screenshot({ path: `${process.env.SHOTS}/${name}-${language}.png` })
      }
    }
    let guestId = ''
    let whip: [url: string, key: string]

    async function publish() {
      encoder = start('whip_encoder.py', ...whip)
      expect(await encoder.heard('on air')).toContain('on air')
    }

    beforeAll(async () => {
      const terms = { skuId: shop.sku.id, priceMinor: 4900, quantity: 2, countdownS: 60, durationS: 600 }
      await shop.owner.call('POST', `/tenants/${shop.tenant.id}/shows/${shop.show.id}/flash-sales`, terms)
      const made = await shop.owner.call('PUT', `/tenants/${shop.tenant.id}/stream-key`)
      const { key } = (await made.json()) as { key: string }
      whip = [`${app.url}/whip`, key]
      await studio.page.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
      await studio.page.locator('[data-testid=go-live]:enabled').waitFor({ timeout: 20_000 })
    }, 60_000)

    test('the studio that was ready stands beside the encoder that took the seat; so does one that is opened later', async () => {
      await publish()
      await face('beside').waitFor({ timeout: 15_000 })
      await face('beside').getByText('On air from OBS').waitFor({ timeout: 15_000 })
      await by(studio.page, 'on-air').waitFor({ timeout: 15_000 })
      await studio.page.reload()
      await face('beside').waitFor({ timeout: 15_000 })
      expect(await by(studio.page, 'go-live').count()).toBe(0)
      await viewer.page.goto(`${app.url}/s/${shop.show.id}`)
      await framesAdvance(viewer.page)
    })

    test('the shelf, a flash sale and the teleprompter are at hand', async () => {
      await by(studio.page, 'open-shelf').click()
      await by(studio.page, 'shelf-dialog').getByRole('button', { name: 'Pin' }).first().click()
      await by(viewer.page, 'pinned-card').waitFor()
      await by(studio.page, 'open-shelf').click()
      await by(studio.page, 'sale-start').click()
      await by(studio.page, 'sale').waitFor()
      await studio.page.keyboard.press('Escape')
      await shoot('beside-desk')
      await by(studio.page, 'toggle-prompter').click()
      await by(studio.page, 'prompter').waitFor()
      await by(studio.page, 'toggle-prompter').click()
    })

    test('a co-host is invited, seen and heard in the studio, and led from it', async () => {
      await by(studio.page, 'people').click()
      await by(studio.page, 'invite').click()
      const url = new URL(await by(studio.page, 'invite-url').inputValue())
      await studio.page.keyboard.press('Escape')
      await guest.page.goto(`${app.url}${url.pathname}${url.hash}`)
      await by(guest.page, 'stage-name').fill('Bo')
      await by(guest.page, 'accept-invite').click()
      await expect.poll(() => by(guest.page, 'go-live').isEnabled(), { timeout: 20_000 }).toBe(true)
      await by(guest.page, 'go-live').click()
      await by(guest.page, 'on-air').waitFor({ timeout: 15_000 })
      guestId = await until(async () => {
        return (await layout())?.seats.find(({ name }) => name === 'Bo')?.personId ?? null
      })
      await face('beside').waitFor({ state: 'detached' })
      await tile(studio.page, guestId).and(studio.page.locator('[data-playing]')).waitFor({ timeout: 20_000 })
      expect(await by(studio.page, 'hear').count()).toBe(0) // this page was touched
      await expect
        .poll(() => loudestOf(tile(studio.page, guestId).locator('video')), { timeout: 20_000 })
        .toBeGreaterThan(0.01)
      const untouched = await studio.context.newPage()
      // A test that looks at a page counts as somebody who touched it.
      await untouched.addInitScript(() =>
        Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: false } }),
      )
      await untouched.goto(studio.page.url())
      await by(untouched, 'hear').click({ timeout: 20_000 })
      await by(untouched, 'hear').waitFor({ state: 'detached' })
      await expect
        .poll(() => loudestOf(tile(untouched, guestId).locator('video')), { timeout: 20_000 })
        .toBeGreaterThan(0.01)
      await untouched.close()
      await tile(viewer.page, guestId).and(viewer.page.locator('[data-playing]')).waitFor({ timeout: 20_000 })

      await shoot('beside-others')
      await by(studio.page, 'people').click()
      await by(studio.page, 'layout-pip').click()
      await expect.poll(() => tile(viewer.page, guestId).getAttribute('data-place')).toBe('inset')
      await by(studio.page, 'mute-host').click()
      await guest.page.getByText('The host muted you').waitFor()
      expect(await by(studio.page, 'leave-stage').count()).toBe(0)
      await by(studio.page, 'remove-host').click()
      await guest.page.locator('[data-testid=face][data-face=removed]').waitFor()
      await studio.page.keyboard.press('Escape')
      await framesAdvance(viewer.page)
    })

    test('an encoder that stops is told; a studio that is opened then does not go on air by itself, and gives way again', async () => {
      encoder.process.kill('SIGKILL')
      await studio.page.getByText('OBS is not sending').first().waitFor({ timeout: 30_000 })
      await studio.page.setViewportSize({ width: 360, height: 740 })
      await shoot('beside-phone-away')
      await studio.page.reload()
      await studio.page.locator('[data-testid=go-live]:enabled').waitFor({ timeout: 20_000 })
      await publish()
      await face('beside').waitFor({ timeout: 15_000 })
      await shoot('beside-phone')
    })

    test('the window takes over with its own camera, and ends the show', async () => {
      await by(studio.page, 'take-over').click()
      await by(studio.page, 'toggle-camera').waitFor({ timeout: 20_000 })
      await by(studio.page, 'on-air').waitFor({ timeout: 20_000 })
      const own = await studio.page.locator('.studio-picture__video').evaluate((video) => {
        const [track] = ((video as HTMLVideoElement).srcObject as MediaStream).getVideoTracks()
        return track!.getSettings().deviceId ?? null
      })
      expect(own).not.toBeNull() // the camera that was given back was opened again
      await framesAdvance(viewer.page)
      await by(studio.page, 'end-show').click()
      await by(studio.page, 'end-confirm').click()
      await face('ended').waitFor()
      const [row] = await sql`select status from shows where id = ${shop.show.id}`
      expect(row?.status).toBe('ended')
      for (const { errors } of [studio, guest, viewer]) expect(errors).toEqual([])
    })
  })
