/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'

/** Going live, pinning, chatting, buying, paying and tipping with nothing but a keyboard. */

const app = await testApp()
const shop = await merchant(app, { stock: 5, priceMinor: 7900 })
const buyer = await signedUp(app, 'Ann')
const browser = await testBrowser()
const TABS_MAX = 80

const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.testid ?? '')

/** Presses Tab until the control has the focus. */
async function reach(page: Page, testId: string | RegExp): Promise<void> {
  const passed: string[] = []
  for (let i = 0; i < TABS_MAX; i++) {
    const now = await focused(page)
    if (typeof testId === 'string' ? now === testId : testId.test(now)) return
    passed.push(now)
    await page.keyboard.press('Tab')
  }
  throw new Error(`no way by Tab to ${testId}; passed ${[...new Set(passed)].join(', ')}`)
}

async function press(page: Page, testId: string | RegExp): Promise<void> {
  await reach(page, testId)
  await page.keyboard.press('Enter')
}

async function type(page: Page, testId: string, text: string): Promise<void> {
  await reach(page, testId)
  await page.keyboard.type(text)
}

describe.sequential('by keyboard alone', { timeout: 120_000 }, async () => {
  const host = await windowOf(browser, app.url, shop.owner.token)
  const desk = await windowOf(browser, app.url, shop.owner.token)
  const viewer = await windowOf(browser, app.url, buyer.token)
  const by = (page: Page, id: string) => page.getByTestId(id).first()

  test('a host goes live', async () => {
    await host.page.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await host.page.locator('[data-testid=go-live]:enabled').waitFor({ timeout: 20_000 })
    await press(host.page, 'go-live')
    await by(host.page, 'on-air').waitFor({ timeout: 20_000 })
  })

  test('a merchant pins a product, prepares a flash sale and starts it', async () => {
    const { page } = desk
    await page.goto(`${app.url}/console/${shop.tenant.id}/shows/${shop.show.id}`)
    await by(page, `pin-${shop.item.id}`).waitFor()
    await press(page, `pin-${shop.item.id}`)
    await by(page, 'unpin').waitFor()
    await reach(page, 'sale-sku')
    await page.keyboard.press('ArrowDown')
    await type(page, 'sale-price', '49')
    await type(page, 'sale-quantity', '2')
    await press(page, 'sale-create')
    await by(page, 'sale-row').waitFor()
    await press(page, /^sale-start-/)
    await page.locator('[data-testid=sale-row][data-status=countdown]').waitFor()
  })

  test('a viewer chats, buys what is on sale and pays', async () => {
    const { page, context } = viewer
    await page.goto(`${app.url}/s/${shop.show.id}`)
    await page.locator('[data-testid=sale-card][data-status=running]').waitFor({ timeout: 30_000 })
    await type(page, 'chat-input', 'Does it come in blue?')
    await page.keyboard.press('Enter')
    await by(page, 'chat-line').filter({ hasText: 'blue' }).waitFor()
    await press(page, 'sale-buy-button')
    await by(page, 'checkout-name').waitFor()
    await type(page, 'checkout-name', 'Ann Lee')
    await type(page, 'checkout-phone', '+8613800138000')
    await type(page, 'checkout-city', 'Hangzhou')
    await type(page, 'checkout-street', '1 West Lake Road')
    await press(page, 'place-order')
    await by(page, 'order-status').waitFor({ timeout: 15_000 })
    const popup = context.waitForEvent('page')
    await press(page, 'pay-sandbox')
    const provider = await popup
    await by(provider, 'sandbox-success').waitFor()
    await press(provider, 'sandbox-success')
    await page.locator('[data-testid=order-status][data-status=paid]').waitFor({ timeout: 15_000 })
    await page.keyboard.press('Escape')
    await by(page, 'order-status').waitFor({ state: 'detached' })
  })

  test('a viewer tops up coins and sends a gift', async () => {
    const { page, context } = viewer
    await press(page, 'tip-button')
    await by(page, 'top-up').waitFor()
    await press(page, 'top-up')
    await by(page, 'pay-sandbox').waitFor() // the first pack is chosen
    const popup = context.waitForEvent('page')
    await press(page, 'pay-sandbox')
    const provider = await popup
    await by(provider, 'sandbox-success').waitFor()
    await press(provider, 'sandbox-success')
    const coins = () => by(page, 'wallet-coins').textContent()
    await expect.poll(coins, { timeout: 15_000 }).not.toMatch(/^\D*0\D*$/)
    const bought = await coins()
    await press(page, 'tips-back')
    await press(page, 'tip-send')
    await expect.poll(coins).not.toBe(bought)
  })

  test('a host ends the show', async () => {
    const { page } = host
    await press(page, 'end-show')
    await by(page, 'end-confirm').waitFor()
    await press(page, 'end-confirm')
    await viewer.page.locator('[data-testid=show-status][data-status=ended]').waitFor({ timeout: 15_000 })
    expect([...host.errors, ...desk.errors, ...viewer.errors]).toEqual([])
  })
})
