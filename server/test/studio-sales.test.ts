/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, isForEveryone, PHONE } from './faults.ts'

/** A host narrows and starts, from the studio, a flash sale that the merchant prepared. */

const app = await testApp()
const browser = await testBrowser()
const shoot = (page: Page, name: string) =>
  process.env.SHOTS ? page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }) : undefined

test.each(['en-US', 'zh-CN'])(
  'a host narrows and starts a prepared sale from the studio: %s',
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

    // Fewer units than the merchant allowed, and never more.
    await page.locator('[data-testid^=sale-narrow-]').click()
    const quantity = page.getByTestId('narrow-quantity')
    await quantity.fill('3')
    await page.getByTestId('narrow-save').click()
    await page.locator('[data-testid=narrow-quantity][aria-invalid=true]').waitFor()
    await shoot(page, `studio-narrow-${locale}`)
    await isForEveryone(page, [PHONE, DESK])
    await quantity.fill('1')
    await page.getByTestId('narrow-save').click()
    await quantity.waitFor({ state: 'detached' })
    await page.getByText(locale === 'zh-CN' ? '1 件' : '1 unit').waitFor()
    await shoot(page, `studio-sales-${locale}`)
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
