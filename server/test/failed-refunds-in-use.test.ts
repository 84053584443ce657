import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { ADDRESS } from './address.ts'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, dialogIsForEveryone, isForEveryone, PHONE } from './faults.ts'

/** Refunds that the payment provider refuses for good, in the console of the merchant and of the operator. */

const app = await testApp()
const { db, payments } = app.domains
const browser = await testBrowser()
const operator = await signedUp(app, 'Root')
await db.sql`update persons set operator = true where id = ${operator.id}`
const by = (page: Page, id: string) => page.getByTestId(id).first()

/** An order of three units that is paid by an account to which nothing can be given back. */
async function paid() {
  const shop = await merchant(app, { stock: 9 })
  const ann = await signedUp(app, 'Ann')
  const body = {
    showId: shop.show.id,
    lines: [{ skuId: shop.sku.id, quantity: 3 }],
    address: ADDRESS,
    expectedTotalMinor: 23_700,
  }
  const placed = await ann.call('POST', '/orders', body, { 'idempotency-key': randomUUID() })
  const { id } = (await placed.json()) as { id: string }
  const payment = await payments.payOrder(ann.id, id, 'sandbox', randomUUID())
  const money = { providerRef: `sbx_${payment.id}`, amountMinor: 23_700, currency: 'CNY' }
  const event = { id: randomUUID(), kind: 'captured', paymentId: payment.id, transactionId: randomUUID() }
  await db.sql`update sandbox_payments set choice = 'no_refunds' where ref = ${money.providerRef}`
  await db.sql`select apply_payment_event('sandbox', ${JSON.stringify({ ...event, ...money })}::text::jsonb, now())`
  return { ...shop, orderId: id, ref: money.providerRef }
}

test.each(['en-US', 'zh-CN'])('a refused refund is seen to, in %s', { timeout: 120_000 }, async (locale) => {
  const shop = await paid()
  const { page, errors } = await windowOf(browser, app.url, shop.owner.token, locale)
  const failed = () => page.locator('[data-testid=refund][data-state=failed]')
  await page.setViewportSize(DESK)
  const orderUrl = `${app.url}/console/${shop.tenant.id}/orders/${shop.orderId}`
  await page.goto(orderUrl)

  async function refund(units: number) {
    await by(page, 'refund-open').click()
    await by(page, 'refund-some').click()
    await by(page, 'units').fill(String(units))
    await by(page, 'refund-reason').fill('Scratched')
    await by(page, 'refund-next').click()
    await by(page, 'refund-sure').click()
    await page.getByTestId('refund').last().waitFor()
    await expect
      .poll(async () => (await payments.failedRefunds.list(shop.tenant.id, { limit: 9 })).items.length)
      .toBe(1)
  }
  await refund(1)

  await page.goto(`${app.url}/console/${shop.tenant.id}/orders`)
  await by(page, 'failed-refund').getByRole('link').click()
  await failed().waitFor()
  await isForEveryone(page, [PHONE, DESK])
  await page.setViewportSize(DESK)
  await dialogIsForEveryone(page, () => by(page, 'refund-elsewhere').click())
  await by(page, 'refund-elsewhere').click()
  await by(page, 'refund-how').fill('Bank transfer 12')
  await by(page, 'refund-elsewhere-save').click()
  await page.locator('[data-testid=refund][data-state=elsewhere]').getByText('Bank transfer 12').waitFor()
  expect(await page.getByTestId('refund-again').count()).toBe(0)

  await refund(1)
  await db.sql`update sandbox_payments set choice = 'success' where ref = ${shop.ref}`
  const root = await windowOf(browser, app.url, operator.token, locale)
  await root.page.goto(`${app.url}/console/operator`)
  const row = root.page.getByTestId('failed-refund').filter({ hasText: shop.orderId })
  await row.waitFor()
  await isForEveryone(root.page, [PHONE, DESK])
  await row.getByTestId('refund-again').click()
  await row.waitFor({ state: 'detached' })
  expect(root.errors).toEqual([])
  await root.context.close()

  await expect
    .poll(async () => (await app.domains.orders.forMerchant(shop.tenant.id, shop.orderId)).status)
    .toBe('partially_refunded')
  await page.goto(orderUrl)
  await page.locator('[data-testid=refund][data-state=done]').waitFor()
  expect(await page.getByTestId('refund-again').count()).toBe(0)
  expect(errors).toEqual([])
})
