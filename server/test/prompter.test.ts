/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, dialogIsForEveryone, isForEveryone, PHONE } from './faults.ts'
import { until } from './stage.ts'

/** The teleprompter in the studio: written at the desk and by the host, scrolled beside the lens, steered by keys. */

const app = await testApp()
const browser = await testBrowser()

const by = (page: Page, id: string) => page.getByTestId(id)
const SMALL_PHONE = { width: 360, height: 640 }
const scriptOf = (line: string) => Array.from({ length: 60 }, (_, n) => `${n + 1}. ${line}`).join('\n')
const scrolled = (page: Page) => by(page, 'prompter-box').evaluate((box) => box.scrollTop)
const text = (page: Page) => by(page, 'prompter-text').textContent()

async function shopOfTwo() {
  const shop = await merchant(app, { stock: 5 })
  const { tenant, show } = shop
  const other = await app.domains.products.create(tenant.id, {
    title: 'Tea pot',
    description: '',
    status: 'active',
    skus: [{ code: 'P', options: {}, priceMinor: 9900, perBuyerLimit: null, stock: 5 }],
  })
  const items = await app.domains.shows.shelf.put(
    tenant.id,
    show.id,
    [shop.product.id, other.id].map((productId) => ({ productId, sellingPoint: '', livePriceMinor: null })),
  )
  return { ...shop, mug: items[0]!.id, pot: items[1]!.id }
}

describe.each([
  ['en-US', 'Hold the mug up to the light and turn it slowly.'],
  ['zh-CN', '把杯子举到灯光下，慢慢转一圈，让大家看清釉面。'],
])('in %s', { timeout: 120_000 }, async (locale, line) => {
  const shop = await shopOfTwo()
  const { shelf } = app.domains.shows
  const pin = (itemId: string | null) => shelf.pin(shop.tenant.id, shop.show.id, itemId)
  const script = (itemId: string) => shelf.script(shop.tenant.id, shop.show.id, itemId)
  const host = await windowOf(browser, app.url, shop.owner.token, locale)
  const { page } = host

  test('the merchant writes a script at the desk', async () => {
    const desk = await windowOf(browser, app.url, shop.owner.token, locale)
    await desk.page.goto(`${app.url}/console/${shop.tenant.id}/shows/${shop.show.id}`)
    const row = desk.page.locator(`[data-testid=shelf-row][data-item-id="${shop.mug}"]`)
    await dialogIsForEveryone(desk.page, () => row.getByRole('button').nth(2).click())
    await desk.page.setViewportSize(DESK)
    await row.getByRole('button').nth(2).click()
    await by(desk.page, 'shelf-script').fill(scriptOf(line))
    await desk.page.locator('dialog button[type=submit]').click()
    await desk.page.locator('dialog').waitFor({ state: 'detached' })
    expect(await script(shop.mug)).toBe(scriptOf(line))
    expect(desk.errors).toEqual([])
    await desk.context.close()
  })

  test('it opens by key, says that nothing is pinned, and shows the script of what is pinned', async () => {
    await page.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await by(page, 'go-live').waitFor()
    await page.keyboard.press('t')
    await by(page, 'prompter').waitFor()
    await isForEveryone(page)
    await pin(shop.mug)
    await by(page, 'prompter-text').waitFor()
    expect(await text(page)).toBe(scriptOf(line))
  })

  test('Space scrolls and pauses; keys and buttons change speed, size and mirror', async () => {
    await by(page, 'prompter-mirror').click()
    await by(page, 'prompter-mirror').click()
    await page.keyboard.press(' ') // a clicked button has the focus, and is not meant
    await until(async () => (await scrolled(page)) > 5, 20_000)
    await page.keyboard.press(' ')
    const stood = await scrolled(page)
    await page.keyboard.press('PageDown')
    expect(await scrolled(page)).toBeGreaterThan(stood)
    await page.keyboard.press('Home')
    expect(await scrolled(page)).toBe(0)

    await page.keyboard.press('ArrowUp')
    await by(page, 'prompter-faster').click()
    await by(page, 'prompter-slower').click()
    expect(await by(page, 'prompter-speed').textContent()).toBe('4')
    await page.keyboard.press('+')
    await by(page, 'prompter-larger').click()
    await by(page, 'prompter-smaller').click()
    expect(await by(page, 'prompter-box').getAttribute('data-size')).toBe('4')
    await page.keyboard.press('m')
    const mirrored = () => by(page, 'prompter-text').evaluate((words) => getComputedStyle(words).transform)
    expect(await mirrored()).toBe('matrix(-1, 0, 0, 1, 0, 0)')
    await by(page, 'prompter-mirror').click()
    expect(await mirrored()).toBe('none')
    await isForEveryone(page, [SMALL_PHONE, PHONE, DESK])
    await page.setViewportSize(DESK)
  })

  test('it follows the pin from the top, and the host writes the script that is missing', async () => {
    await page.keyboard.press('PageDown')
    await pin(shop.pot)
    await by(page, 'write-script').click()
    await by(page, 'script').fill(`Tea ${line}\nm t`) // its keys write here
    await isForEveryone(page)
    await by(page, 'save-script').click()
    await by(page, 'script-dialog').waitFor({ state: 'detached' })
    expect(await text(page)).toBe(`Tea ${line}\nm t`)
    expect(await script(shop.pot)).toBe(`Tea ${line}\nm t`)
    await pin(shop.mug)
    await until(async () => (await text(page)) === scriptOf(line), 20_000)
    expect(await scrolled(page)).toBe(0)
  })

  test('the desk changes what is pinned: the new words follow', async () => {
    await shelf.setScript(shop.tenant.id, shop.show.id, shop.mug, scriptOf(`New: ${line}`))
    await until(async () => (await text(page)) === scriptOf(`New: ${line}`), 40_000)
  })

  test('the device keeps the choice; keys can be turned off; nobody is moved who asked for no motion', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.reload()
    await by(page, 'prompter-text').waitFor()
    expect(await by(page, 'prompter-speed').textContent()).toBe('4')
    expect(await by(page, 'prompter-box').getAttribute('data-size')).toBe('4')
    for (let n = 0; n < 8; n++) await page.keyboard.press('ArrowUp')
    await page.keyboard.press(' ')
    await until(async () => (await scrolled(page)) > 0, 20_000)
    const lines = await by(page, 'prompter-box').evaluate(
      (box) => box.scrollTop / Number.parseFloat(getComputedStyle(box).lineHeight),
    )
    expect(Math.abs(lines - Math.round(lines))).toBeLessThan(0.05) // it stands at a line

    await by(page, 'edit-script').click()
    await page.locator('.prompter-keys input').uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('t')
    expect(await by(page, 'prompter').count()).toBe(1)
    await by(page, 'toggle-prompter').click()
    await by(page, 'prompter').waitFor({ state: 'detached' })
    expect(host.errors).toEqual([])
  })

  test('on air on a small phone, all buttons stand in one row under it', async () => {
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    await page.setViewportSize(SMALL_PHONE)
    await by(page, 'go-live').click()
    await by(page, 'end-show').waitFor({ timeout: 20_000 })
    await by(page, 'toggle-prompter').click()
    await by(page, 'prompter-text').waitFor()
    await isForEveryone(page, [SMALL_PHONE])
    const [end, mic] = await Promise.all(
      ['end-show', 'toggle-mic'].map((id) => by(page, id).evaluate((el) => el.getBoundingClientRect().top)),
    )

    expect(Math.abs(end! - mic!)).toBeLessThan(12)
    expect(host.errors).toEqual([])
    await host.context.close()
  })
})
