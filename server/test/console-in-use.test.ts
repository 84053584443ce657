import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { fieldOf } from '../../client/console/ui/local-time.ts'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, dialogIsForEveryone, isForEveryone, PHONE, TABLET } from './faults.ts'

/** The console at work: its dialogs, its detail pages and what it tells those whose role does not reach. */

const app = await testApp()
const browser = await testBrowser()
const ADDRESS = {
  name: 'Ann Lee',
  phone: '+8613800138000',
  country: 'CN',
  city: 'Hangzhou',
  street: '1 Lake Rd',
}

const by = (page: Page, id: string) => page.getByTestId(id).first()

/** A shop with a colleague of each lesser role, somebody who chats, and an order. */
async function busyShop() {
  const shop = await merchant(app, { stock: 5 })
  const [buyer, moderator, support] = [
    await signedUp(app, 'Ann'),
    await signedUp(app, 'Sam'),
    await signedUp(app, 'Ana'),
  ]
  await app.domains.accounts.tenants.putMember(shop.tenant.id, moderator.id, 'moderator')
  await app.domains.accounts.tenants.putMember(shop.tenant.id, support.id, 'support')
  const body = {
    showId: shop.show.id,
    lines: [{ skuId: shop.sku.id, quantity: 2 }],
    address: ADDRESS,
    expectedTotalMinor: 15_800,
  }
  const placed = await buyer.call('POST', '/orders', body, { 'idempotency-key': randomUUID() })
  expect(placed.status).toBe(201)
  const order = (await placed.json()) as { id: string }
  return { ...shop, buyer, moderator, support, order }
}

describe.sequential.each(['en-US', 'zh-CN'])('in %s', { timeout: 120_000 }, async (locale) => {
  const shop = await busyShop()
  const root = `${app.url}/console/${shop.tenant.id}`
  const owner = await windowOf(browser, app.url, shop.owner.token, locale)

  test.each([
    ['shows', 'new-show'],
    ['products', 'new-product'],
  ])('what adds to the %s', async (section, button) => {
    const { page } = owner
    await page.setViewportSize(DESK)
    await page.goto(`${root}/${section}`)
    await dialogIsForEveryone(page, () => by(page, button).click())
  })

  test('the editor of a product', async () => {
    const { page } = owner
    await page.setViewportSize(DESK)
    await page.goto(`${root}/products`)
    await dialogIsForEveryone(page, () => by(page, 'product-row').getByRole('button').click())
  })

  test('a campaign price is set, struck against the list price in the player, and ended', async () => {
    const { page } = owner
    await page.setViewportSize(DESK)
    await page.goto(`${root}/campaigns`)
    await by(page, 'campaign-name').fill('Winter')
    await by(page, 'campaign-sku').selectOption(shop.sku.id)
    await by(page, 'campaign-price').fill('69')
    await by(page, 'campaign-starts').fill(fieldOf(Date.now() - 60_000))
    await by(page, 'campaign-ends').fill(fieldOf(Date.now() + 3600_000))
    await by(page, 'campaign-create').click()
    await page.locator('[data-testid=campaign-row][data-status=on]').waitFor()
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/campaigns-${locale}.png` })
    await isForEveryone(page, [PHONE, TABLET, DESK])
    if (process.env.SHOTS) {
      await page.setViewportSize(PHONE)
      await page.screenshot({ path: `${process.env.SHOTS}/campaigns-phone-${locale}.png` })
    }

    await app.domains.shows.shelf.pin(shop.tenant.id, shop.show.id, shop.item.id)
    const viewer = await windowOf(browser, app.url, shop.buyer.token, locale)
    await viewer.page.setViewportSize(PHONE)
    await viewer.page.goto(`${app.url}/s/${shop.show.id}`)
    const card = by(viewer.page, 'pinned-card')
    await expect.poll(() => card.textContent(), { timeout: 20_000 }).toMatch(/69.*79/s)
    if (process.env.SHOTS)
      await viewer.page.screenshot({ path: `${process.env.SHOTS}/campaign-player-${locale}.png` })

    await page.setViewportSize(DESK)
    await by(page, 'campaign-end').click()
    await by(page, 'confirm-action').click()
    await page.locator('[data-testid=campaign-row][data-status=over]').waitFor()
    await expect.poll(() => card.textContent()).not.toContain('69')
    await app.domains.shows.shelf.pin(shop.tenant.id, shop.show.id, null)
    await viewer.context.close()
  })

  test('an order: what was bought, for whom, with the address masked', async () => {
    const { page } = owner
    await page.goto(`${root}/orders`)
    await page.locator(`[data-testid=order-row][data-order-id="${shop.order.id}"]`).getByRole('link').click()
    await page.waitForURL(`${root}/orders/${shop.order.id}`)
    await page.getByText('Cloud mug').first().waitFor()
    expect(await page.getByRole('main').textContent()).not.toContain(ADDRESS.phone)
    await isForEveryone(page)
  })

  test('the live desk with chat, a flash sale and an order, and its dialogs', async () => {
    const viewer = await windowOf(browser, app.url, shop.buyer.token, locale)
    await viewer.page.goto(`${app.url}/s/${shop.show.id}`)
    const speaker = { tenantId: shop.tenant.id, showId: shop.show.id, personId: shop.buyer.id, name: 'Ann' }
    await app.domains.chat.say({ ...speaker, role: 'buyer' }, 'How hot does it get?')

    const { page } = owner
    await page.goto(`${root}/shows/${shop.show.id}`)
    await by(page, 'chat-line').waitFor()
    await page.locator(`[data-testid=order-row][data-order-id="${shop.order.id}"]`).waitFor()
    await by(page, `pin-${shop.item.id}`).click()
    await by(page, 'sale-sku').selectOption(shop.sku.id)
    await by(page, 'sale-price').fill('49')
    await by(page, 'sale-quantity').fill('2')
    await by(page, 'sale-time').fill(fieldOf(Date.now() + 3600_000))
    await by(page, 'sale-create').click()
    await by(page, 'sale-planned').waitFor()
    await isForEveryone(page, [PHONE, DESK])
    await page.locator('[data-testid^=sale-narrow-]').click()
    await by(page, 'narrow-quantity').fill('3')
    await by(page, 'narrow-save').click()
    await page.locator('[name=quantity][aria-invalid=true]').waitFor()
    await isForEveryone(page, [PHONE, DESK])
    await by(page, 'narrow-quantity').fill('1')
    await by(page, 'narrow-save').click()
    await by(page, 'narrow-save').waitFor({ state: 'detached' })
    await page.locator('[data-testid^=sale-history-]').first().click()
    await page.locator('[data-testid=sale-version][data-version="2"]').waitFor()
    expect(await page.getByTestId('sale-version').count()).toBe(2)
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/history-${locale}.png` })
    await isForEveryone(page, [PHONE, DESK])
    await page.keyboard.press('Escape')
    await by(page, 'sale-allocation').selectOption('first_paid')
    await page.setViewportSize(DESK)
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/desk-${locale}.png` })
    await page.locator('[data-testid^=sale-stop-]').click()
    await page.locator('[data-testid=sale-row][data-status=stopped]').waitFor()
    await page.locator('[data-testid^=sale-history-]').first().click()
    await page.locator('[data-testid=sale-event][data-to=stopped]').waitFor()
    if (process.env.SHOTS)
      await page.screenshot({ path: `${process.env.SHOTS}/history-stopped-${locale}.png` })
    await isForEveryone(page, [PHONE, DESK])
    await page.keyboard.press('Escape')
    await page.setViewportSize(DESK)
    await by(page, 'sale-sku').selectOption(shop.sku.id)
    await by(page, 'sale-price').fill('49')
    await by(page, 'sale-quantity').fill('2')
    await by(page, 'sale-create').click()
    await page.locator('[data-testid=sale-row][data-status=scheduled]').waitFor()
    await by(viewer.page, 'pinned-card').waitFor()
    await isForEveryone(page, [PHONE, TABLET, DESK])
    for (const button of ['add-products', 'end-show']) {
      await page.setViewportSize(DESK)
      await dialogIsForEveryone(page, () => by(page, button).click())
    }
    await dialogIsForEveryone(page, async () => {
      await by(page, 'chat-line').hover()
      await by(page, `mute-${shop.buyer.id}`).click()
    })
    expect(viewer.errors).toEqual([])
    await viewer.context.close()
  })

  test.each([
    ['a moderator at the desk', 'moderator', `/shows/${shop.show.id}`],
    ['a moderator among the orders', 'moderator', '/orders'],
    ['support among the members', 'support', '/members'],
    ['an order that is not there', 'support', '/orders/ord_none'],
    ['a place that is not there', 'support', '/nowhere'],
  ] as const)('%s', async (_name, role, path) => {
    const { context, page, errors } = await windowOf(browser, app.url, shop[role].token, locale)
    await page.goto(root + path)
    await page.getByRole('main').waitFor()
    await isForEveryone(page)
    expect(errors).toEqual([])
    await context.close()
  })

  test('how much chat a show shows is set where the show is, within its bounds', async () => {
    const { page } = owner
    await page.setViewportSize(DESK)
    await page.goto(`${root}/shows`)
    await dialogIsForEveryone(page, () => by(page, 'edit-show').click())
    await page.setViewportSize(DESK)
    await by(page, 'edit-show').click()
    await by(page, 'show-chat-rate').fill('201')
    await by(page, 'show-save').click()
    expect(await by(page, 'show-chat-rate').evaluate((field) => field.matches(':invalid'))).toBe(true)
    await by(page, 'show-chat-rate').fill('40')
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/rate-${locale}.png` })
    await by(page, 'show-save').click()
    await by(page, 'show-save').waitFor({ state: 'detached' })
    expect((await app.domains.shows.find(shop.show.id))?.chatLinesPerS).toBe(40)
  })

  test('the record of a show tells what viewers were told, by kind too', async () => {
    const { page } = owner
    const rows = page.getByTestId('record-row')
    for (const size of [PHONE, DESK]) {
      await page.setViewportSize(size)
      await page.goto(`${root}/shows`)
      await by(page, 'open-record').click()
      await rows.first().waitFor()
      if (process.env.SHOTS)
        await page.screenshot({ path: `${process.env.SHOTS}/record-${locale}-${size.width}.png` })
    }
    const all = await rows.count()
    await isForEveryone(page, [PHONE, DESK])
    await by(page, 'record-filter').selectOption('pinned')
    await expect.poll(() => rows.count()).toBeLessThan(all)
    expect(await rows.first().getAttribute('data-type')).toBe('pinned')
    await rows.first().locator('summary').click()
    expect(await rows.first().locator('pre').textContent()).toContain(shop.item.id)
    await isForEveryone(page, [PHONE, DESK])
    await page.keyboard.press('Escape')
    await by(page, 'record-sheet').waitFor({ state: 'detached' })
  })

  test('the desk tells what the room did not deliver, and who fell behind', async () => {
    const { page } = owner
    await app.domains.roomLog.addDrops([
      { showId: shop.show.id, class: 'chat', reason: 'display_rate', events: 1234 },
      { showId: shop.show.id, class: 'latest', reason: 'likes_rate', events: 40 },
      { showId: shop.show.id, class: 'viewer', reason: 'resync', events: 3 },
      { showId: shop.show.id, class: 'viewer', reason: 'too_slow', events: 1 },
    ])
    await page.goto(`${root}/shows/${shop.show.id}`)
    await by(page, 'fell-behind').waitFor()
    expect(await by(page, 'fell-behind').textContent()).toBe('4')
    for (const size of [PHONE, DESK]) {
      await page.setViewportSize(size)
      if (process.env.SHOTS)
        await page.screenshot({ path: `${process.env.SHOTS}/behind-${locale}-${size.width}.png` })
    }
    await isForEveryone(page, [PHONE, DESK])
  })

  test('nothing went wrong', async () => {
    expect(owner.errors).toEqual([])
    await owner.context.close()
  })
})
