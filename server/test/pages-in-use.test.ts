/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, runningSale, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, dialogIsForEveryone, isForEveryone, PHONE, TABLET } from './faults.ts'

/** Pages while a show runs: their dialogs, sheets and faces are for everyone too. See pages.test.ts for first looks. */

const app = await testApp()
const browser = await testBrowser()

const by = (page: Page, id: string) => page.getByTestId(id).first()
const face = (page: Page, kind: string) => page.locator(`[data-face=${kind}]`).waitFor({ timeout: 15_000 })

/** A window whose camera and microphone fail to open, as the browser would put it. */
async function withoutDevices(context: BrowserContext, name: string): Promise<void> {
  await context.addInitScript((error) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', error))
  }, name)
}

/** Instead of a screen, which a server has none of: a picture with a tone. */
function shareTone(): void {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const picture = document.createElement('canvas')
    picture.getContext('2d')?.fillRect(0, 0, 10, 10)
    const context = new AudioContext()
    const tone = context.createOscillator()
    const out = context.createMediaStreamDestination()
    tone.connect(out)
    tone.start()
    return new MediaStream([...picture.captureStream(5).getTracks(), ...out.stream.getTracks()])
  }
}

describe.sequential.each(['en-US', 'zh-CN'])('in %s', { timeout: 120_000 }, async (locale) => {
  const shop = await merchant(app, { stock: 5 })
  const buyer = await signedUp(app, 'Ann')
  const studioPath = `${app.url}/studio/${shop.tenant.id}/${shop.show.id}`
  const openFor = (token?: string) => windowOf(browser, app.url, token, locale)
  const host = await openFor(shop.owner.token)
  const viewer = await openFor(buyer.token)

  test.each([
    ['denied', 'NotAllowedError'],
    ['none', 'NotFoundError'],
    ['busy', 'NotReadableError'],
  ])('the studio says what is wrong with the devices: %s', async (kind, error) => {
    const { context, page, errors } = await openFor(shop.owner.token)
    await withoutDevices(context, error)
    await page.goto(studioPath)
    await face(page, kind)
    await isForEveryone(page)
    expect(errors).toEqual([])
    await context.close()
  })

  test('the studio of a show that is not there, or not for this person to host', async () => {
    const { context, page, errors } = await openFor(shop.owner.token)
    await page.goto(`${app.url}/studio/${shop.tenant.id}/shw_none`)
    await face(page, 'unknown')
    await isForEveryone(page)
    expect(errors).toEqual([])
    await context.close()
  })

  test('the studio before and on air, and its dialogs', async () => {
    const { page } = host
    await page.goto(studioPath)
    await by(page, 'go-live').click()
    await by(page, 'on-air').waitFor({ timeout: 15_000 })
    await isForEveryone(page, [PHONE, TABLET, DESK])
    for (const button of ['devices', 'open-shelf', 'end-show']) {
      await page.setViewportSize(DESK)
      await dialogIsForEveryone(page, () => by(page, button).click())
    }
  })

  test('a shared screen is heard too, and the microphone is silenced apart from it', async () => {
    const { page } = host
    const level = () =>
      page.locator('.level-meter').evaluate((bar) => Number(bar.style.getPropertyValue('--level')))
    await page.evaluate(shareTone)
    await expect.poll(level).toBeGreaterThan(0) // Chromium's microphone beeps
    await by(page, 'toggle-mic').click()
    await expect.poll(level).toBe(0)
    await by(page, 'toggle-screen').click()
    await expect.poll(level).toBeGreaterThan(0.3)
    await by(page, 'toggle-screen').click()
    await expect.poll(level).toBe(0)
    await by(page, 'toggle-mic').click()
    await expect.poll(level).toBeGreaterThan(0)
  })

  test('the player with a pinned product, a flash sale and chat, and its sheets', async () => {
    const { page } = viewer
    const place = `/tenants/${shop.tenant.id}/shows/${shop.show.id}`
    await shop.owner.call('PUT', `${place}/pin`, { itemId: shop.item.id })
    await runningSale(app, shop, { quantity: 2, durationS: 600 })

    await page.setViewportSize(PHONE)
    await page.goto(`${app.url}/s/${shop.show.id}`)
    await by(page, 'pinned-card').waitFor()
    await page.locator('[data-testid=sale-card][data-status=running]').waitFor()
    await by(page, 'chat-input').fill('How hot does it get?')
    await page.keyboard.press('Enter')
    await by(page, 'chat-line').waitFor()
    await isForEveryone(page, [PHONE, TABLET, DESK])

    for (const button of ['bag-button', 'buy-button', 'tip-button', 'menu-button']) {
      await page.setViewportSize(PHONE)
      await dialogIsForEveryone(page, () => by(page, button).click())
    }
    await dialogIsForEveryone(page, async () => {
      await by(page, 'menu-button').click()
      // A sheet that rises slowly can leave a click behind.
      const shown = async () => {
        if (await by(page, 'qr-code').isVisible()) return true
        await by(page, 'qr-button').click({ timeout: 2000 })
        return by(page, 'qr-code').isVisible()
      }
      await expect.poll(shown, { timeout: 20_000, interval: 500 }).toBe(true)
    })
  })

  test('full screen, and comments that fly as this viewer wants them, also after a reload', async () => {
    const { page } = viewer
    await page.setViewportSize(DESK)
    const fills = () => page.evaluate(() => document.fullscreenElement !== null)
    const floats = () => page.evaluate(() => document.pictureInPictureElement !== null)
    await by(page, 'full-screen').click()
    await expect.poll(fills).toBe(true)
    await by(page, 'full-screen').press('Enter')
    await expect.poll(fills).toBe(false)
    await by(page, 'pip').waitFor()
    await page.keyboard.press('f')
    await expect.poll(fills).toBe(true)
    await page.keyboard.press('F')
    await expect.poll(fills).toBe(false)
    await page.keyboard.press('p')
    await expect.poll(floats).toBe(true)
    await page.keyboard.press('p')
    await expect.poll(floats).toBe(false)
    await by(page, 'chat-input').press('f') // writing is writing
    expect(await by(page, 'chat-input').inputValue()).toBe('f')
    expect(await fills()).toBe(false)
    await by(page, 'chat-input').fill('')
    await by(page, 'menu-button').click()
    await by(page, 'shortcuts').uncheck()
    await by(page, 'danmaku-opacity').fill('40')
    await by(page, 'danmaku-amount').selectOption('few')
    await expect.poll(() => by(page, 'danmaku').evaluate((layer) => layer.style.opacity)).toBe('0.4')
    await page.reload()
    await expect.poll(() => by(page, 'danmaku').evaluate((layer) => layer.style.opacity)).toBe('0.4')
    await by(page, 'menu-button').click()
    expect(await by(page, 'danmaku-amount').inputValue()).toBe('few')
    expect(await by(page, 'shortcuts').isChecked()).toBe(false)
    await by(page, 'danmaku-amount').selectOption('off')
    await by(page, 'danmaku').waitFor({ state: 'detached' })
  })

  test('a reload of the window on air goes on by itself', async () => {
    host.page.once('dialog', (dialog) => dialog.accept()) // leaving while on air is asked about
    await host.page.reload()
    await by(host.page, 'on-air').waitFor({ timeout: 15_000 })
  })

  test('a second window asks before it takes the seat, and the first says so', async () => {
    const second = await openFor(shop.owner.token)
    await second.page.goto(studioPath)
    await face(second.page, 'elsewhere')
    await by(host.page, 'on-air').waitFor() // nothing has happened to the first
    await isForEveryone(second.page)
    await by(second.page, 'take-over').click()
    await by(second.page, 'on-air').waitFor({ timeout: 15_000 })
    await face(host.page, 'replaced')
    await isForEveryone(host.page)
    expect(second.errors).toEqual([])

    await second.page.setViewportSize(DESK)
    await by(second.page, 'end-show').click()
    await by(second.page, 'end-confirm').click()
    await face(second.page, 'ended')
    await isForEveryone(second.page)
    await second.context.close()
  })

  test('the player says that the show has ended', async () => {
    await viewer.page.locator('[data-testid=show-status][data-status=ended]').waitFor()
    await isForEveryone(viewer.page)
  })

  test('nothing went wrong in either window', async () => {
    expect([...host.errors, ...viewer.errors]).toEqual([])
    await Promise.all([host.context.close(), viewer.context.close()])
  })
})
