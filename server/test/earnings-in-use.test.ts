import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, isForEveryone, PHONE } from './faults.ts'

/** Tips become money: the operator sets what coins are worth, the host asks for their share, and viewers see their coins. */

const app = await testApp()
const { db, tips, fees } = app.domains
const browser = await testBrowser()
const operator = await signedUp(app, 'Root')
await db.sql`update persons set operator = true where id = ${operator.id}`
const by = (page: Page, id: string) => page.getByTestId(id).first()

/** A live show of a host who gets half of its tips, and a viewer who gave 20 coins. */
async function tipped() {
  const shop = await merchant(app)
  const host = await signedUp(app, 'Hana')
  await app.domains.accounts.tenants.putMember(shop.tenant.id, host.id, 'host')
  await db.sql`delete from show_hosts where show_id = ${shop.show.id}`
  await db.sql`insert into show_hosts (tenant_id, show_id, person_id, lead) values (${shop.tenant.id}, ${shop.show.id}, ${host.id}, true)`
  await db.sql`update shows set status = 'live', started_at = now() where id = ${shop.show.id}`
  await fees.put(shop.tenant.id, { tipHostBps: 5000 }, shop.owner.id)
  const ann = await signedUp(app, 'Ann')
  const bought = await ann.call(
    'POST',
    '/coin-purchases',
    { packId: 'pack-60', provider: 'sandbox' },
    {
      'idempotency-key': randomUUID(),
    },
  )
  const { payment } = (await bought.json()) as { payment: { id: string } }
  const event = { id: randomUUID(), kind: 'captured', paymentId: payment.id, transactionId: randomUUID() }
  const money = { providerRef: `sbx_${payment.id}`, amountMinor: 600, currency: 'CNY' }
  await db.sql`select apply_payment_event('sandbox', ${JSON.stringify({ ...event, ...money })}::text::jsonb, now())`
  const gift = { giftId: 'flower', count: 2 }
  const sent = await ann.call('POST', `/shows/${shop.show.id}/tips`, gift, {
    'idempotency-key': randomUUID(),
  })
  expect(sent.status).toBe(201)
  return { ...shop, host, ann }
}

test.each(['en-US', 'zh-CN'])('in %s', { timeout: 120_000 }, async (locale) => {
  const shop = await tipped()

  const root = await windowOf(browser, app.url, operator.token, locale)
  await root.page.goto(`${app.url}/console/operator`)
  await by(root.page, 'coin-rate').fill('1000')
  await by(root.page, 'save-coin-rate').click()
  await root.page.getByRole('alert').first().waitFor()
  await by(root.page, 'coin-rate').fill('5')
  await by(root.page, 'save-coin-rate').click()
  await expect.poll(async () => (await tips.settlements.rate()).minorPer100Coins).toBe(500)
  await isForEveryone(root.page, [PHONE, DESK])
  expect(root.errors).toEqual([])
  await root.context.close()

  const viewer = await windowOf(browser, app.url, shop.ann.token, locale)
  await viewer.page.goto(`${app.url}/me/coins`)
  await viewer.page.locator('[data-testid=coin-entries] [data-kind=tip]').waitFor()
  expect(await by(viewer.page, 'coins').textContent()).toContain('40')
  expect(await by(viewer.page, 'coin-entries').textContent()).toContain('-20')
  await isForEveryone(viewer.page, [PHONE, DESK])
  expect(viewer.errors).toEqual([])
  await viewer.context.close()

  const owner = await windowOf(browser, app.url, shop.owner.token, locale)
  await owner.page.goto(`${app.url}/console/${shop.tenant.id}/payouts`)
  await expect.poll(() => by(owner.page, 'tips-waiting').textContent()).toContain('20')
  await db.sql`update tips set created_at = now() - interval '1 hour' where tenant_id = ${shop.tenant.id}`
  await tips.settlements.settle()
  await owner.page.reload()
  await by(owner.page, 'tips-row').waitFor()
  await expect.poll(() => by(owner.page, 'balance-held').textContent()).toBe('¥0.50')
  await isForEveryone(owner.page, [PHONE, DESK])
  expect(owner.errors).toEqual([])
  await owner.context.close()

  const host = await windowOf(browser, app.url, shop.host.token, locale)
  await host.page.goto(`${app.url}/me/orders`)
  await host.page.locator('a[href="/me/earnings"]').click()
  await host.page.locator('[data-testid=earnings-entries] [data-kind=tips_settled]').waitFor()
  expect(await by(host.page, 'earnings-held').textContent()).toContain('0.50')
  expect(await by(host.page, 'earnings-amount').count()).toBe(0)
  const past = `${app.config.limits.payouts.holdMs + 60_000} milliseconds`
  await db.sql`alter table tip_settlements disable trigger user`
  await db.sql`update tip_settlements set created_at = created_at - ${past}::interval where tenant_id = ${shop.tenant.id}`
  await db.sql`alter table tip_settlements enable trigger user`
  await host.page.reload()
  await by(host.page, 'earnings-amount').fill('1')
  await host.page.locator('[data-testid=ask-earnings] button').click()
  await host.page.getByRole('alert').waitFor()
  await by(host.page, 'earnings-amount').fill('0.5')
  await isForEveryone(host.page, [PHONE, DESK])
  await host.page.locator('[data-testid=ask-earnings] button').click()
  await host.page.locator('[data-testid=earnings-payouts] [data-state=requested]').waitFor()
  expect(host.errors).toEqual([])
  await host.context.close()
})
