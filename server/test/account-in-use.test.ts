/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { ADDRESS } from './address.ts'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { dialogIsForEveryone, isForEveryone } from './faults.ts'
import { mailsTo, tokenIn } from './mails.ts'

/** A buyer's own pages in use, and the way from the player to them. */

const app = await testApp({ DEMO: '1' })
const browser = await testBrowser()
const by = (page: Page, id: string) => page.getByTestId(id).first()

test('a fresh server is set up in the browser, once', { timeout: 60_000 }, async () => {
  const code = await app.domains.accounts.setup.begin()
  const { page, context, errors } = await windowOf(browser, app.url)
  await page.goto(`${app.url}/setup`)
  await by(page, 'setup').waitFor()
  await isForEveryone(page)
  const fill = (name: string, value: string) => page.locator(`input[name=${name}]`).fill(value)
  await fill('code', code!)
  await fill('login', 'operator@example.com')
  await fill('password', 'correct horse')
  await fill('name', 'Operator')
  await fill('shop', 'Lumen Goods')
  await fill('slug', 'lumen')
  await page.locator('button[type=submit]').click()
  await page.waitForURL(/\/console\/ten_/)
  expect((await page.goto(`${app.url}/setup`))?.status()).toBe(404)
  await page.getByText('There is no such page').waitFor()
  expect(errors).toEqual([])
  await context.close()
})

test('sign up, order in the player with a saved address, find it under one’s account, cancel it', {
  timeout: 120_000,
}, async () => {
  const shop = await merchant(app, { stock: 5 })
  const login = `buyer-${Date.now()}@example.com`
  const { page, context, errors } = await windowOf(browser, app.url)

  await page.goto(`${app.url}/me/addresses`)
  await by(page, 'sign-in-switch').click()
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=name]').fill('Ann')
  await page.locator('input[name=password]').fill('correct horse')
  await by(page, 'sign-in-submit').click()
  await by(page, 'add-address').click()
  await page.locator('select[name=country]').selectOption('CN')
  await page.locator('input[name=name]').fill('林悦')
  await page.locator('input[name=phone]').fill('13800138000')
  await page.locator('input[name=region]').fill('浙江省杭州市')
  await page.locator('input[name=city]').fill('西湖区')
  await page.locator('input[name=street]').fill('文三路 90 号')
  await page.locator('[data-testid=address-dialog] button[type=submit]').click()
  await page.locator('[data-testid=addresses] li').waitFor()

  await page.goto(`${app.url}/s/${shop.show.id}`)
  await by(page, 'shelf-buy').click()
  await expect.poll(() => by(page, 'checkout-address').textContent()).toContain('文三路 90 号')
  await by(page, 'place-order').click()
  await page.locator('[data-testid=order-status][data-status=pending_payment]').waitFor()
  const changeStreet = async (street: string) => {
    await by(page, 'change-address').click()
    await page.locator('[data-testid=change-address-form] input[name=street]').fill(street)
    await isForEveryone(page)
    await by(page, 'save-address').click()
    await page.getByTestId('change-address-form').waitFor({ state: 'detached' })
  }
  await changeStreet('文三路 91 号')

  await page.goto(`${app.url}/me`)
  await page.locator('[data-testid=my-orders] a').click()
  await page.getByText('文三路 91 号').waitFor()
  await changeStreet('文三路 92 号')
  await page.getByText('文三路 92 号').waitFor()
  await by(page, 'cancel-order').click()
  await by(page, 'cancel-sure').click()
  await page.locator('[data-testid=order-status][data-status=cancelled]').waitFor()
  const mails = await mailsTo(app, login, 2)
  expect(mails.map(({ subject }) => subject).toSorted()).toEqual([
    'Confirm your e-mail address',
    'Order placed: CN¥79.00 at Lumen Goods',
  ])
  expect(errors).toEqual([])
  await context.close()
})

describe.sequential.each(['en-US', 'zh-CN'])('in %s', { timeout: 120_000 }, (locale) => {
  test('orders, addresses, profile and data are for everyone', async () => {
    const shop = await merchant(app)
    const ann = await signedUp(app, 'Ann')
    await ann.call('POST', '/me/addresses', ADDRESS)
    const placed = await ann.call(
      'POST',
      '/orders',
      {
        showId: shop.show.id,
        lines: [{ skuId: shop.sku.id, quantity: 2 }],
        address: ADDRESS,
        expectedTotalMinor: 15_800,
      },
      { 'idempotency-key': 'for-the-page' },
    )
    const { id } = (await placed.json()) as { id: string }
    const { page, context, errors } = await windowOf(browser, app.url, ann.token, locale)
    await page.goto(`${app.url}/me/orders`)
    await by(page, 'my-orders').waitFor()
    await isForEveryone(page)
    await page.goto(`${app.url}/me/orders/${id}`)
    await by(page, 'cancel-order').waitFor()
    await isForEveryone(page)
    await page.goto(`${app.url}/me/addresses`)
    await by(page, 'addresses').waitFor()
    await isForEveryone(page)
    await dialogIsForEveryone(page, () => by(page, 'add-address').click())
    await page.goto(`${app.url}/me/profile`)
    await by(page, 'sessions').waitFor()
    await isForEveryone(page)
    await page.goto(`${app.url}/me/data`)
    await by(page, 'export').waitFor()
    await isForEveryone(page)
    expect(errors).toEqual([])
    await context.close()
  })
})

test('a forgotten password is reset by the mailed link, which leaves the address at once', {
  timeout: 60_000,
}, async () => {
  const ann = await signedUp(app)
  const { page, context, errors } = await windowOf(browser, app.url)
  await page.goto(`${app.url}/reset`)
  await page.locator('input[name=login]').fill(ann.login)
  await page.locator('button[type=submit]').click()
  await expect.poll(() => page.locator('main').textContent()).toContain('a link is on its way')
  const token = tokenIn((await mailsTo(app, ann.login))[0]!)
  await page.goto(`${app.url}/reset#${token}`)
  await page.reload()
  await page.goto('about:blank')
  await page.goto(`${app.url}/reset#${token}`)
  await by(page, 'reset-use').waitFor()
  expect(page.url()).not.toContain(token)
  await page.locator('input[name=password]').fill('a whole new one')
  await page.locator('button[type=submit]').click()
  await expect.poll(() => page.locator('main').textContent()).toContain('every device is signed out')
  await app.domains.accounts.people.signIn(ann.login, 'a whole new one')
  expect(errors).toEqual([])
  await context.close()
})

test('one’s data comes as a file, and the account goes with the password', { timeout: 60_000 }, async () => {
  const ann = await signedUp(app, 'Ann')
  const { page, context, errors } = await windowOf(browser, app.url, ann.token)
  await page.goto(`${app.url}/me/data`)
  const download = page.waitForEvent('download')
  await by(page, 'export').click()
  const file = await (await download).path()
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ logins: [{ login: ann.login }] })
  await page.locator('input[name=password]').fill(ann.password)
  await page.locator('[data-testid=delete-account] button[type=submit]').click()
  await page.locator('section p[role=status]').waitFor()
  expect((await ann.call('GET', '/me')).status).toBe(401)
  expect(errors).toEqual([])
  await context.close()
})

test('a reminder is one press for who is signed in, and asks a guest to sign in', {
  timeout: 60_000,
}, async () => {
  const shop = await merchant(app)
  const ann = await signedUp(app, 'Ann')
  const { page, context, errors } = await windowOf(browser, app.url, ann.token)
  await page.goto(`${app.url}/s/${shop.show.id}`)
  await by(page, 'remind').click()
  await expect.poll(() => by(page, 'remind').textContent()).toBe('Take the reminder back')
  expect(await app.domains.notices.reminders.state(ann.id, shop.show.id)).toEqual({
    on: true,
    possible: true,
  })
  await isForEveryone(page)
  expect(errors).toEqual([])
  await context.close()
  const guest = await windowOf(browser, app.url)
  await guest.page.goto(`${app.url}/s/${shop.show.id}`)
  await by(guest.page, 'remind').click()
  await by(guest.page, 'sign-in-sheet').waitFor()
  await guest.context.close()
})
