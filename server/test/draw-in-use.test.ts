import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { merchant, runningSale, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { isForEveryone, PHONE } from './faults.ts'

/** A rush: the buyer is told that the order is in the draw and for how long at most, and the desk how many wait. */

const app = await testApp({ FLASH_ADMITTED_PER_S: '1' })
const browser = await testBrowser()
const by = (page: Page, id: string) => page.getByTestId(id)
const shoot = (page: Page, name: string) =>
  process.env.SHOTS ? page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }) : undefined

test.each(['en-US', 'zh-CN'])('in %s', { timeout: 120_000 }, async (locale) => {
  const shop = await merchant(app, { stock: 5 })
  await app.domains.shows.goLive(shop.tenant.id, shop.show.id)
  await runningSale(app, shop, { quantity: 3 })
  const ann = await signedUp(app, 'Ann')
  const { page, context, errors } = await windowOf(browser, app.url, ann.token, locale)
  const desk = await windowOf(browser, app.url, shop.owner.token, locale)
  await desk.page.goto(`${app.url}/console/${shop.tenant.id}/shows/${shop.show.id}`)
  await desk.page.locator('[data-testid=sale-row][data-status=running]').waitFor({ timeout: 20_000 })
  await page.setViewportSize(PHONE)
  await page.goto(`${app.url}/s/${shop.show.id}`)
  await by(page, 'sale-buy-button').click({ timeout: 20_000 })
  await by(page, 'checkout-country').selectOption('US')
  const fields = { name: 'Ann', phone: '13800000000', city: 'Shanghai', street: 'Road 1' }
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name=${name}]`).fill(value)

  // Eight others are at the door, all of them before Ann.
  const { redis } = app.domains
  const key = `draw:{${shop.sku.id}}`
  await redis.hset(key, { free: 0, at: Date.now(), drawAt: Date.now() + 1500, n: 8 })
  for (let n = 0; n < 8; n++) await redis.zadd(`${key}:lots`, -1, `per_other_${n}`)
  await by(page, 'place-order').click()
  await by(page, 'order-turn').waitFor({ timeout: 10_000 })
  expect(await by(page, 'order-turn').textContent()).toMatch(/[1-9] (s|秒)/)
  await shoot(page, `draw-${locale}`)
  await isForEveryone(page, [PHONE])
  app.domains.stock.touched(shop.tenant.id, [shop.sku.id])
  await by(desk.page, 'sale-waiting').waitFor()
  await shoot(desk.page, `draw-desk-${locale}`)
  await page.locator('[data-testid=order-status][data-status=pending_payment]').waitFor({ timeout: 20_000 })
  await expect.poll(() => by(desk.page, 'sale-waiting').count(), { timeout: 10_000 }).toBe(0)
  expect(errors).toEqual([])
  await context.close()
  await desk.context.close()
})
