/// <reference lib="dom" />
import { expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, isForEveryone, PHONE } from './faults.ts'

/** A host starts, from the studio, a flash sale that the merchant prepared. */

const app = await testApp()
const browser = await testBrowser()

test.each(['en-US', 'zh-CN'])(
  'a host starts a prepared sale from the studio: %s',
  {
    timeout: 120_000,
  },
  async (locale) => {
    const shop = await merchant(app, { stock: 5 })
    const place = `/tenants/${shop.tenant.id}/shows/${shop.show.id}`
    const terms = { skuId: shop.sku.id, priceMinor: 4900, quantity: 2, countdownS: 60, durationS: 600 }
    await shop.owner.call('POST', `${place}/flash-sales`, terms)

    const { context, page, errors } = await windowOf(browser, app.url, shop.owner.token, locale)
    await page.setViewportSize(DESK)
    await page.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await page.getByTestId('open-shelf').click()
    const start = page.getByTestId('sale-start')
    await start.waitFor()
    expect(await start.isDisabled()).toBe(true) // the show is not on air
    await isForEveryone(page, [PHONE, DESK])
    await page.keyboard.press('Escape')

    await page.locator('[data-testid=go-live]:enabled').waitFor({ timeout: 20_000 })
    await page.getByTestId('go-live').click()
    await page.getByTestId('on-air').first().waitFor({ timeout: 30_000 })
    await page.getByTestId('open-shelf').click()
    await start.click({ timeout: 30_000 })
    await page.locator('[data-testid=sale][data-status=countdown]').waitFor({ timeout: 30_000 })
    await start.waitFor({ state: 'detached' })
    expect(errors).toEqual([])
    await context.close()
  },
)
