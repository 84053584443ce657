import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { ADDRESS } from './address.ts'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, dialogIsForEveryone, isForEveryone, PHONE } from './faults.ts'

/** Payouts in the console: a merchant asks for what is available, the operator says what became of it. */

const app = await testApp()
const { db } = app.domains
const browser = await testBrowser()
const operator = await signedUp(app, 'Root')
await db.sql`update persons set operator = true where id = ${operator.id}`
const PRICE_MINOR = 7900
const by = (page: Page, id: string) => page.getByTestId(id)

/** A shop with two paid orders, one of them older than the holding period. */
async function earning() {
  const shop = await merchant(app, { stock: 5, priceMinor: PRICE_MINOR })
  const buyer = await signedUp(app, 'Ann')
  const orders: string[] = []
  for (let n = 0; n < 2; n++) {
    const body = {
      showId: shop.show.id,
      lines: [{ skuId: shop.sku.id, quantity: 1 }],
      address: ADDRESS,
      expectedTotalMinor: PRICE_MINOR,
    }
    const placed = await buyer.call('POST', '/orders', body, { 'idempotency-key': randomUUID() })
    expect(placed.status).toBe(201)
    const { id } = (await placed.json()) as { id: string }
    const payment = await app.domains.payments.payOrder(buyer.id, id, 'sandbox', randomUUID())
    const event = {
      id: randomUUID(),
      kind: 'captured',
      paymentId: payment.id,
      transactionId: randomUUID(),
      providerRef: `sbx_${payment.id}`,
      amountMinor: PRICE_MINOR,
      currency: 'CNY',
    }
    await db.sql`select apply_payment_event('sandbox', ${JSON.stringify(event)}::text::jsonb, now())`
    orders.push(id)
  }
  const heldFrom = new Date(Date.now() - app.config.limits.payouts.holdMs - 60_000)
  await db.sql`update orders set paid_at = ${heldFrom} where id = ${orders[0]!}`
  return { ...shop, buyer, path: `${app.url}/console/${shop.tenant.id}/payouts` }
}

describe.sequential.each(['en-US', 'zh-CN'])('in %s', { timeout: 120_000 }, async (locale) => {
  const shop = await earning()
  const owner = await windowOf(browser, app.url, shop.owner.token, locale)

  test('an owner sees what there is, and asks for no more than is available', async () => {
    const { page } = owner
    await page.goto(shop.path)
    await by(page, 'balance-available').waitFor()
    expect(await by(page, 'balance-available').textContent()).toBe('¥79.00')
    expect(await by(page, 'balance-held').textContent()).toBe('¥79.00')
    expect(await by(page, 'statement-row').count()).toBe(2)
    for (const wrong of ['79.01', '0', '12,5']) {
      await by(page, 'payout-amount').fill(wrong)
      await by(page, 'payout-ask').click()
      await page.getByRole('alert').waitFor()
    }
    await isForEveryone(page, [PHONE, DESK])
    await by(page, 'payout-amount').fill('50')
    await by(page, 'payout-ask').click()
    await page.locator('[data-testid=payout-row][data-state=requested]').waitFor()
    await page.locator('[data-testid=statement-row][data-kind=payout]').waitFor()
    await expect.poll(() => by(page, 'balance-available').textContent()).toBe('¥29.00')
    expect(await by(page, 'balance-requested').textContent()).toBe('¥50.00')
    await isForEveryone(page, [{ width: 360, height: 740 }, DESK])
    expect(owner.errors).toEqual([])
  })

  test('the statement is saved as one file', async () => {
    const { page } = owner
    const saved = page.waitForEvent('download')
    await by(page, 'statement-csv').click()
    const file = readFileSync(await (await saved).path(), 'utf8')
    expect(file.trimEnd().split('\r\n')).toHaveLength(1 + 3)
    expect(file).toContain(',-50,CNY')
  })

  test('what was taken meanwhile is refused in place, and the figures are made new', async () => {
    const { page } = owner
    await db.sql`update orders set paid_at = now() where tenant_id = ${shop.tenant.id}` // held again, all of it
    await by(page, 'payout-amount').fill('29')
    await by(page, 'payout-ask').click()
    await page.locator('.payouts__minus[data-testid=balance-available]').waitFor()
    expect(await by(page, 'payout-amount').count()).toBe(0)
  })

  test('the operator says that it was paid, and the merchant reads the note', async () => {
    const { page, errors, context } = await windowOf(browser, app.url, operator.token, locale)
    await page.goto(`${app.url}/console/operator`)
    const row = by(page, 'open-payout').filter({ hasText: shop.tenant.name })
    await dialogIsForEveryone(page, () => row.getByRole('button').click())
    await row.getByRole('button').click()
    await by(page, 'payout-note').fill('BANK-7')
    await by(page, 'payout-close').click()
    await row.waitFor({ state: 'detached' })
    expect(errors).toEqual([])
    await context.close()
    await owner.page.reload()
    const paid = owner.page.locator('[data-testid=payout-row][data-state=paid]')
    await paid.getByText('BANK-7').waitFor()
    expect(await by(owner.page, 'balance-paid-out').textContent()).toBe('¥50.00')
  })

  test('a difference of a statement is settled with what was found', async () => {
    const subject = `pi_${randomUUID()}`
    await db.sql`
      insert into statement_differences (id, provider, day, movement, kind, subject, ours_minor, theirs_minor, currency)
      values (new_id('dif'), 'sandbox', '2026-01-02', 'charge', 'amount', ${subject}, 7900, 7800, 'CNY')`
    const { page, errors, context } = await windowOf(browser, app.url, operator.token, locale)
    await page.goto(`${app.url}/console/operator`)
    const row = by(page, 'difference').filter({ hasText: subject })
    await row.getByText('¥78.00').waitFor()
    await dialogIsForEveryone(page, () => row.getByRole('button').click())
    await row.getByRole('button').click()
    await by(page, 'difference-note').fill('Their fee, taken by them at once')
    await by(page, 'difference-settle').click()
    await row.waitFor({ state: 'detached' })
    const [kept] = await db.sql<{ state: string; note: string }[]>`
      select state, note from statement_differences where subject = ${subject}`
    expect(kept).toEqual({ state: 'settled', note: 'Their fee, taken by them at once' })
    expect(errors).toEqual([])
    await context.close()
  })

  test('a manager sees the balance and cannot ask; support sees neither page nor link', async () => {
    const { tenants } = app.domains.accounts
    const manager = await signedUp(app, 'Mo')
    await tenants.putMember(shop.tenant.id, manager.id, 'manager')
    const seen = await windowOf(browser, app.url, manager.token, locale)
    await seen.page.goto(shop.path)
    await by(seen.page, 'balance-available').waitFor()
    expect(await by(seen.page, 'payout-ask').count()).toBe(0)
    await seen.context.close()

    const support = await signedUp(app, 'Ana')
    await tenants.putMember(shop.tenant.id, support.id, 'support')
    const unseen = await windowOf(browser, app.url, support.token, locale)
    await unseen.page.goto(shop.path)
    await unseen.page.getByText(/does not open this page|不能打开此页/).waitFor()
    expect(await unseen.page.locator('.frame__section').count()).toBe(3)
    await unseen.context.close()
  })
})
