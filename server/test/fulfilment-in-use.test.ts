import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { ADDRESS } from './address.ts'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, isForEveryone } from './faults.ts'

/** A paid order in the console: packed, sent in two parcels, looked into, noted, given back in part; and its buyer's page. */

const app = await testApp()
const browser = await testBrowser()
const by = (page: Page, id: string) => page.getByTestId(id).first()

test.each(['en-US', 'zh-CN'])('an order is worked on, in %s', { timeout: 120_000 }, async (locale) => {
  const shop = await merchant(app, { stock: 9 })
  const ann = await signedUp(app, 'Ann')
  await app.domains.fees.put(shop.tenant.id, { platformBps: 1000 }, shop.owner.id)
  const body = {
    showId: shop.show.id,
    lines: [{ skuId: shop.sku.id, quantity: 3 }],
    address: ADDRESS,
    expectedTotalMinor: 23_700,
  }
  const placed = await ann.call('POST', '/orders', body, { 'idempotency-key': randomUUID() })
  const { id } = (await placed.json()) as { id: string }
  const { payments, db } = app.domains
  const payment = await payments.payOrder(ann.id, id, 'sandbox', randomUUID())
  const event = {
    ...{ id: randomUUID(), kind: 'captured', paymentId: payment.id, transactionId: randomUUID() },
    ...{ providerRef: `sbx_${payment.id}`, amountMinor: 23_700, currency: 'CNY' },
  }
  await db.sql`select apply_payment_event('sandbox', ${JSON.stringify(event)}::text::jsonb, now())`

  const { page, errors } = await windowOf(browser, app.url, shop.owner.token, locale)
  const status = async () => (await app.domains.orders.forMerchant(shop.tenant.id, id)).status
  await page.setViewportSize(DESK)
  await page.goto(`${app.url}/console/${shop.tenant.id}/orders/${id}`)
  await by(page, 'pack').click()
  await expect.poll(status).toBe('packed')

  await by(page, 'ship').click()
  await by(page, 'carrier').fill('SF Express')
  await by(page, 'tracking').fill('SF 1001')
  await by(page, 'units').fill('2')
  await isForEveryone(page)
  await by(page, 'send-parcel').click()
  await expect.poll(() => page.getByTestId('parcel').count()).toBe(1)
  await by(page, 'delivered').click()
  await expect.poll(() => page.getByTestId('delivered').count()).toBe(0)

  // One unit is left, and is given back instead of being sent.
  await by(page, 'refund-open').click()
  await by(page, 'refund-some').click()
  await by(page, 'units').fill('1')
  await by(page, 'refund-reason').fill('The last one is broken')
  await by(page, 'refund-next').click()
  await isForEveryone(page)
  await by(page, 'refund-sure').click()
  await page.getByTestId('refund').waitFor()
  expect(await page.getByTestId('refund').textContent()).toContain('79')
  const split = (await page.getByTestId('order-split').textContent()) ?? ''
  for (const amount of ['213.30', '142.20', '23.70', '15.80']) expect(split).toContain(amount)

  expect(await page.getByTestId('order-address').textContent()).not.toContain(ADDRESS.street)
  await by(page, 'unmask').click()
  await by(page, 'unmask-reason').fill('The carrier asked')
  await by(page, 'unmask-show').click()
  await expect.poll(() => page.getByTestId('order-address').textContent()).toContain(ADDRESS.street)
  await by(page, 'note-text').fill('Call before delivery')
  await by(page, 'add-note').click()
  await expect.poll(() => page.getByTestId('note').count()).toBe(2) // with the one about the address
  await isForEveryone(page)
  expect(errors).toEqual([])

  await page.setViewportSize(DESK)
  await page.goto(`${app.url}/console/${shop.tenant.id}/orders`)
  const download = page.waitForEvent('download')
  await by(page, 'export-orders').click()
  const csv = await readFile((await (await download).path()) ?? '', 'utf8')
  expect(csv).toContain(id)
  expect(csv).not.toContain(ADDRESS.street)

  const own = await windowOf(browser, app.url, ann.token, locale)
  await own.page.goto(`${app.url}/me/orders/${id}`)
  await own.page.getByTestId('parcel').waitFor()
  expect(await own.page.getByTestId('parcel').textContent()).toContain('SF 1001')
  await isForEveryone(own.page)
  expect(own.errors).toEqual([])

  // What has been sent as a whole is received by its buyer, on the account's page or in the player.
  for (const where of ['account', 'player']) {
    const whole = await ann.call(
      'POST',
      '/orders',
      { ...body, lines: [{ skuId: shop.sku.id, quantity: 1 }], expectedTotalMinor: 7900 },
      { 'idempotency-key': randomUUID() },
    )
    const { id: wholeId } = (await whole.json()) as { id: string }
    await db.sql`select move_orders(array[${wholeId}], 'paid', 'payments', '', now())`
    const work = { tenantId: shop.tenant.id, orderId: wholeId, personId: shop.owner.id }
    await app.domains.orders.work.ship(work, { carrier: 'SF', trackingNumber: '1', lines: null })
    if (where === 'account') {
      await own.page.goto(`${app.url}/me/orders/${wholeId}`)
    } else {
      await own.page.goto(`${app.url}/s/${shop.show.id}`)
      await by(own.page, 'menu-button').click()
      await by(own.page, 'orders-button').click()
      await by(own.page, 'order-row').click()
    }
    await by(own.page, 'received').click()
    await isForEveryone(own.page)
    await by(own.page, 'received-sure').click()
    await expect
      .poll(async () => (await app.domains.orders.forMerchant(shop.tenant.id, wholeId)).status)
      .toBe('completed')
    await own.page.getByTestId('received-sure').waitFor({ state: 'detached' })
  }
  expect(own.errors).toEqual([])

  // Who may only read sees no button.
  const sam = await signedUp(app, 'Sam')
  await app.domains.accounts.tenants.putMember(shop.tenant.id, sam.id, 'moderator')
  const seen = await sam.call('POST', `/tenants/${shop.tenant.id}/orders/${id}/pack`)
  expect(seen.status).toBe(403)
})
