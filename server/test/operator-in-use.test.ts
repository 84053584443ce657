import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, dialogIsForEveryone, isForEveryone, PHONE } from './faults.ts'

/** The operator's page: every merchant of the server, and opening another. */

const app = await testApp()
const browser = await testBrowser()
const shop = await merchant(app)
const operator = await signedUp(app, 'Root')
await app.domains.db.sql`update persons set operator = true where id = ${operator.id}`

describe.sequential.each(['en-US', 'zh-CN'])('in %s', { timeout: 60_000 }, async (locale) => {
  const founder = await signedUp(app, 'Nova')
  const slug = `nova-${locale.toLowerCase()}`

  test('an operator opens a merchant for somebody with an account', async () => {
    const { page, context, errors } = await windowOf(browser, app.url, operator.token, locale)
    await page.goto(`${app.url}/console`)
    await page.waitForURL(`${app.url}/console/operator`)
    await page.getByTestId('tenant-row').filter({ hasText: shop.tenant.slug }).waitFor()
    await isForEveryone(page, [PHONE, DESK])
    await page.getByTestId('tenant-name').fill('Nova')
    await page.getByTestId('tenant-slug').fill(slug)
    await page.getByTestId('tenant-ownerLogin').fill('nobody@example.com')
    await page.getByTestId('tenant-open').click()
    await page.getByRole('alert').first().waitFor()
    await page.getByTestId('tenant-ownerLogin').fill(founder.login)
    await page.getByTestId('tenant-open').click()
    await page.getByTestId('tenant-row').filter({ hasText: slug }).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  test('the fee of a merchant is set in percent', async () => {
    const { page, context, errors } = await windowOf(browser, app.url, operator.token, locale)
    await page.goto(`${app.url}/console/operator`)
    const fee = page.getByTestId('tenant-row').filter({ hasText: shop.tenant.slug }).getByTestId('tenant-fee')
    await dialogIsForEveryone(page, () => fee.click())
    await fee.click()
    await page.getByTestId('fee-share').fill('fifty')
    await page.getByTestId('fee-save').click()
    await page.getByRole('alert').first().waitFor()
    await page.getByTestId('fee-share').fill('2.5')
    await page.getByTestId('fee-save').click()
    await expect.poll(() => fee.textContent()).toBe('2.5%')
    expect((await app.domains.fees.current(shop.tenant.id)).platformBps).toBe(250)
    expect(errors).toEqual([])
    await context.close()
  })

  test('the stock gate tells that it is open, and what it loaded', async () => {
    const held = { holdId: `hold-${slug}`, tenantId: shop.tenant.id, skuId: shop.sku.id, personId: 'per_1' }
    await app.domains.stock.admit([{ ...held, quantity: 1, perBuyerLimit: null, sale: null }])
    await app.domains.stock.tellGate()
    const { page, context, errors } = await windowOf(browser, app.url, operator.token, locale)
    await page.goto(`${app.url}/console/operator`)
    await page.locator('[data-testid=stock-gate][data-open=true]').waitFor()
    await page.getByTestId('stock-repair').first().waitFor()
    await isForEveryone(page, [PHONE, DESK])
    if (process.env.SHOTS) {
      await page.getByTestId('stock-gate').scrollIntoViewIfNeeded()
      await page.screenshot({ path: `${process.env.SHOTS}/stock-gate-${locale}.png` })
    }
    expect(errors).toEqual([])
    await context.close()
  })

  test('what was given up is seen and tried again', async () => {
    await app.domains.db.sql`
      insert into outbox (topic, key, payload, state, attempts, last_error)
      values ('mail.notice', ${slug}, '{}', 'dead', 12, 'no such host: mail.example.com')`
    const { page, context, errors } = await windowOf(browser, app.url, operator.token, locale)
    await page.goto(`${app.url}/console/operator`)
    const letter = page.getByTestId('dead-letter').filter({ hasText: slug })
    await letter.getByText('no such host').waitFor()
    await isForEveryone(page, [PHONE, DESK])
    await letter.getByRole('button').click()
    await letter.waitFor({ state: 'detached' })
    expect(errors).toEqual([])
    await context.close()
  })

  test('its owner finds it in the console, and the page of the operator closed', async () => {
    const { page, context, errors } = await windowOf(browser, app.url, founder.token, locale)
    await page.goto(`${app.url}/console`)
    await page.waitForURL(/\/console\/ten_[^/]+\/shows$/)
    expect(await page.locator('.frame__operator').count()).toBe(0)
    await page.goto(`${app.url}/console/operator`)
    await page
      .getByRole('main')
      .getByText(/server|服务器/)
      .first()
      .waitFor()
    expect(await page.getByTestId('tenant-open').count()).toBe(0)
    await isForEveryone(page)
    expect(errors).toEqual([])
    await context.close()
  })
})
