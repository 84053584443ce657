/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { ADDRESS } from './address.ts'
import { merchant, runningSale, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, isForEveryone, PHONE } from './faults.ts'

/** A buyer who is too late waits in the player, is told when a unit comes free, and buys it; or pays first and has it. */

const app = await testApp()
const browser = await testBrowser()
const by = (page: Page, id: string) => page.getByTestId(id)

/** A show on air with a flash sale of one unit that runs. */
async function onSale(allocation: 'hold' | 'first_paid') {
  const shop = await merchant(app, { stock: 5 })
  await app.domains.shows.goLive(shop.tenant.id, shop.show.id)
  const sale = await runningSale(app, shop, { allocation })
  const order = async (buyer: Awaited<ReturnType<typeof signedUp>>) => {
    const lines = [{ skuId: shop.sku.id, quantity: 1, saleId: sale.id }]
    const body = { showId: shop.show.id, lines, address: ADDRESS, expectedTotalMinor: 4900 }
    const visit = await buyer.call('POST', `/shows/${shop.show.id}/visits`, {})
    const answer = await buyer.call('POST', '/orders', body, {
      'idempotency-key': `first-${shop.show.id}-${buyer.id}`,
      'order-ticket': ((await visit.json()) as { orderTicket: string }).orderTicket,
    })
    return ((await answer.json()) as { id: string }).id
  }
  return { ...shop, sale, order }
}

const shoot = (page: Page, name: string) =>
  process.env.SHOTS ? page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }) : undefined

test.each(['en-US', 'zh-CN'])(
  'who waits is told, and buys what came free: %s',
  { timeout: 120_000 },
  async (locale) => {
    const shop = await onSale('hold')
    const [first, ann] = [await signedUp(app, 'First'), await signedUp(app, 'Ann')]
    const taken = await shop.order(first)

    const { context, page, errors } = await windowOf(browser, app.url, ann.token, locale)
    await page.setViewportSize(PHONE)
    await page.goto(`${app.url}/s/${shop.show.id}`)
    await by(page, 'wait-join').click({ timeout: 20_000 })
    await by(page, 'wait-leave').waitFor()
    expect(await by(page, 'wait-card').getAttribute('data-ahead')).toBe('0')
    await shoot(page, `wait-${locale}`)
    await isForEveryone(page, [PHONE, DESK])
    await by(page, 'wait-leave').click()
    await by(page, 'wait-join').click()
    await by(page, 'wait-leave').waitFor()

    const startedAt = performance.now()
    await first.call('POST', `/orders/${taken}/cancel`, {})
    await by(page, 'offer-card').waitFor()
    console.log(`offered on the screen after ${Math.round(performance.now() - startedAt)} ms`)
    await shoot(page, `offer-desk-${locale}`)
    await isForEveryone(page, [DESK, PHONE])
    await shoot(page, `offer-${locale}`)
    await page.reload() // what was told is asked for again
    await by(page, 'offer-take').click({ timeout: 20_000 })
    await by(page, 'offer-left').waitFor()
    await fillAddress(page)
    expect(await by(page, 'checkout-total').getAttribute('data-total-minor')).toBe('4900')
    await shoot(page, `offer-checkout-${locale}`)
    await by(page, 'place-order').click()
    await page.locator('[data-testid=order-status][data-status=pending_payment]').waitFor()
    await page.keyboard.press('Escape')
    await by(page, 'wait-join').waitFor()
    expect(errors).toEqual([])
    await context.close()
  },
)

test.each(['en-US', 'zh-CN'])(
  'first paid, first served, and the money back: %s',
  { timeout: 120_000 },
  async (locale) => {
    const shop = await onSale('first_paid')
    const [fast, slow] = [await signedUp(app, 'Fast'), await signedUp(app, 'Slow')]
    const { context, page, errors } = await windowOf(browser, app.url, slow.token, locale)
    await page.setViewportSize(PHONE)
    await page.goto(`${app.url}/s/${shop.show.id}`)
    await by(page, 'sale-buy-button').click({ timeout: 20_000 })
    await by(page, 'first-paid').waitFor()
    await fillAddress(page)
    await by(page, 'place-order').click()
    await by(page, 'pay-first').waitFor()
    await shoot(page, `pay-first-${locale}`)
    await isForEveryone(page, [PHONE])

    // Both are at the bank before either has paid.
    const payUrlOf = async (buyer: typeof fast, orderId: string) => {
      const answer = await buyer.call(
        'POST',
        `/orders/${orderId}/payments`,
        { provider: 'sandbox' },
        { 'idempotency-key': `pay-${orderId}` },
      )
      return ((await answer.json()) as { payUrl: string }).payUrl
    }
    const { items } = (await (await slow.call('GET', '/orders')).json()) as { items: { id: string }[] }
    const urls = [await payUrlOf(fast, await shop.order(fast)), await payUrlOf(slow, items[0]!.id)]
    for (const url of urls) {
      await fetch(url, { method: 'POST', body: new URLSearchParams({ choice: 'success' }) })
      await app.domains.outbox.idle()
    }
    await page.locator('[data-testid=order-status][data-status=cancelled]').waitFor({ timeout: 15_000 })
    await by(page, 'money-back').waitFor()
    await shoot(page, `money-back-${locale}`)
    expect(errors).toEqual([])
    await context.close()
  },
)

async function fillAddress(page: Page): Promise<void> {
  const fields = { name: 'Ann', phone: '13800000000', city: 'Shanghai', street: 'Road 1' }
  await by(page, 'checkout-country').selectOption('US')
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name=${name}]`).fill(value)
}
