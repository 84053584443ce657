/// <reference lib="dom" />
import { createPrivateKey, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import type { BrowserContext, FrameLocator, Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'

/**
 * The player on a merchant's own page, in Chromium: another site (127.0.0.1, where the server is localhost), so our
 * cookie never reaches the frame.
 */

const app = await testApp()
const shop = await merchant(app)
const ann = await signedUp(app, 'Ann')
const browser = await testBrowser()

/** The merchant's site: any page that the test writes, at its path. */
const pages = new Map<string, string>()
const site = createServer((request, response) => {
  const page = pages.get(new URL(request.url ?? '/', 'http://x').pathname)
  response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(page ?? '')
})
await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
afterAll(() => void site.close())
const { port } = site.address() as AddressInfo
const SITE = `http://127.0.0.1:${port}`
/** The same site as the server, another origin. */
const NEAR = `http://localhost:${port}`
const neighbour = await merchant(app)
await app.domains.accounts.tenants.change(shop.tenant.id, { allowedOrigins: [SITE] })
await app.domains.accounts.tenants.change(neighbour.tenant.id, { allowedOrigins: [NEAR] })

const html = (body: string) => `<!doctype html><html lang="en"><title>Blog</title><body>${body}</body></html>`
const element = (attributes = '', show = shop.show.id) =>
  html(
    `<script type="module" src="${app.url}/embed.js"></script><shelfcast-player show="${show}" ${attributes}></shelfcast-player>`,
  )
pages.set('/', element())
pages.set('/near', element('', neighbour.show.id))
pages.set('/iframe', html(`<iframe src="${app.url}/e/${shop.show.id}" width="420" height="740"></iframe>`))

async function open(path = '/', at = SITE) {
  const opened = await windowOf(browser, SITE)
  opened.context.setDefaultTimeout(10_000)
  await opened.page.goto(at + path)
  return { ...opened, frame: opened.page.frameLocator('iframe') }
}

/** The popup that a click opens. */
async function popupOf(page: Page, click: () => Promise<unknown>): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), click()])
  return popup
}

const signInHere = (context: BrowserContext, token: string) =>
  context.addCookies([{ name: 'sid', value: token, url: app.url, httpOnly: true, sameSite: 'Lax' }])

async function say(frame: FrameLocator, text: string) {
  await frame.getByTestId('chat-input').fill(text)
  await frame.getByTestId('chat-input').press('Enter')
  return frame.getByTestId('chat-line').filter({ hasText: text }).first()
}

async function menuOf(frame: FrameLocator) {
  await frame.getByRole('button', { name: 'More' }).click()
  return frame.getByTestId('menu-sheet')
}

/** Who the frame says the viewer is, once it knows. */
async function whoIn(frame: FrameLocator): Promise<string> {
  await frame.getByTestId('viewers').waitFor()
  const menu = await menuOf(frame)
  const who = (await menu.locator('.menu__who').textContent()) ?? ''
  await menu.getByRole('button', { name: 'Close' }).click()
  return who
}

const key = await shop.owner.call('POST', `/tenants/${shop.tenant.id}/identity-keys`, { name: 'Blog' })
const { id: kid, privateKey } = (await key.json()) as { id: string; privateKey: string }
const identityOf = (sub: string, name: string) =>
  new SignJWT({ sub, name, jti: randomBytes(16).toString('hex') })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setIssuer(shop.tenant.id)
    .setAudience(app.domains.embed.audience)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(createPrivateKey(privateKey))

describe.sequential("the player on a merchant's page", { timeout: 60_000 }, async () => {
  const host = await windowOf(browser, app.url, shop.owner.token)

  test('plays the show for a guest, who chats', async () => {
    await host.page.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await host.page.getByTestId('go-live').click({ timeout: 15_000 })
    await host.page.getByTestId('on-air').waitFor({ timeout: 15_000 })

    const { page, frame, context, errors } = await open()
    const framesSeen = () =>
      frame
        .getByTestId('video')
        .evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)
    await expect.poll(framesSeen, { timeout: 20_000 }).toBeGreaterThan(3)
    await (await say(frame, 'Hello from the blog')).waitFor()
    // This browser lends a frame of another site neither cookies nor storage, and none was needed.
    expect(await context.cookies(app.url)).toEqual([])
    const storage = page.frames()[1]?.evaluate(() => sessionStorage.length)
    await expect(storage).rejects.toThrow('SecurityError')
    expect(errors).toEqual([])
    await context.close()
  })

  test('keeps the session over a reload where the browser lends it storage', async () => {
    const { page, frame, context } = await open('/near', NEAR)
    const name = await whoIn(frame)
    expect(name).toMatch(/^Guest/)
    await page.reload()
    expect(await whoIn(frame)).toBe(name)
    await context.close()
  })

  test('works in a plain iframe too', async () => {
    const { frame, context, errors } = await open('/iframe')
    await (await say(frame, 'Hello from an iframe')).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  test('stays out of a page whose origin the merchant does not name', async () => {
    for (const path of ['/', '/iframe']) {
      const { page, context } = await open(path, NEAR)
      const frame = await (await page.locator('iframe').elementHandle())?.contentFrame()
      await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/)
      await context.close()
    }
  })

  test('signs a viewer in by a popup of ours, without a cookie in the frame', async () => {
    const { page, frame, context, errors } = await open()
    await (await menuOf(frame)).getByTestId('sign-in-button').click()
    const popup = await popupOf(page, () => frame.getByTestId('embed-sign-in').click())
    expect(new URL(popup.url()).origin).toBe(app.url)
    await popup.getByLabel('E-mail or phone').fill(ann.login)
    await popup.getByLabel('Password').fill(ann.password)
    await popup.getByTestId('sign-in-submit').click()
    const closed = popup.waitForEvent('close')
    await popup.getByTestId('continue-as').click()
    await closed
    await frame.getByTestId('sign-in-sheet').waitFor({ state: 'detached' })
    await (await say(frame, 'It is me')).waitFor()
    expect(await whoIn(frame)).toBe('Ann')
    expect(errors).toEqual([])
    await context.close()
  })

  test('a sign-in that is given up leaves the viewer a guest', async () => {
    const { page, frame, context } = await open()
    await (await menuOf(frame)).getByTestId('sign-in-button').click()
    const popup = await popupOf(page, () => frame.getByTestId('embed-sign-in').click())
    await frame.getByTestId('popup-open').waitFor()
    await popup.close()
    await frame.getByTestId('popup-open').waitFor({ state: 'detached' })
    expect(await frame.getByTestId('embed-sign-in').isEnabled()).toBe(true)
    await context.close()
  })

  test("takes the merchant's word for who its customer is, who then orders and chats by that name", async () => {
    pages.set('/customer', element(`identity="${await identityOf('customer-7', 'Chen Meili')}"`))
    const { page, frame, context, errors } = await open('/customer')
    await (await say(frame, 'Known here')).waitFor()
    const [line] = await app.domains.chat.recent(shop.show.id).then((lines) => lines.slice(-1))
    expect(line).toMatchObject({ name: 'Chen Meili', text: 'Known here' })
    const menu = await menuOf(frame)
    expect(await menu.locator('.menu__who').textContent()).toBe('Chen Meili')
    // Signing in and out is the shop's business.
    expect(await menu.getByRole('button', { name: /sign (in|out)/i }).count()).toBe(0)
    await menu.getByRole('button', { name: 'Close' }).click()

    await frame.getByTestId('bag-button').click()
    await frame.getByTestId('shelf-buy').first().click()
    await frame.getByTestId('checkout-name').fill('Chen Meili')
    await frame.getByTestId('checkout-phone').fill('+8613800138000')
    await frame.getByTestId('checkout-city').fill('Hangzhou')
    await frame.getByTestId('checkout-street').fill('1 West Lake Road')
    await frame.getByTestId('place-order').click()
    await frame.getByTestId('order-status').waitFor()
    const provider = await popupOf(page, () => frame.getByTestId('pay-sandbox').click())
    await provider.getByTestId('sandbox-success').click()
    await frame.locator('[data-testid=order-status][data-status=paid]').waitFor({ timeout: 15_000 })
    const orders = await app.domains.orders.listForMerchant(shop.tenant.id, { limit: 1 })
    expect(orders.items[0]?.buyer.name).toBe('Chen Meili')
    expect(errors).toEqual([])
    await context.close()
  })

  test('asks a function for a token, and again with the next page', async () => {
    pages.set(
      '/fetching',
      element() +
        "<script>document.querySelector('shelfcast-player').identity = async () => (await fetch('/token')).text()</script>",
    )
    pages.set('/token', await identityOf('customer-8', 'Li Lei'))
    const { page, frame, context } = await open('/fetching')
    expect(await whoIn(frame)).toBe('Li Lei')
    pages.set('/token', await identityOf('customer-8', 'Li Lei'))
    await page.reload()
    expect(await whoIn(frame)).toBe('Li Lei')
    await context.close()
  })

  test('a token that is not good makes a guest, and tells the page why', async () => {
    pages.set('/forged', element('identity="not.a.token"'))
    const { page, frame, context } = await open('/forged')
    const told = page.waitForEvent('console', (message) => message.text().includes('identity_invalid'))
    await (await say(frame, 'Just a guest')).waitFor()
    await told
    expect(await whoIn(frame)).toMatch(/^Guest/)
    await context.close()
  })

  test('coins are spent in a window of ours, by the person whose they are', async () => {
    const wallet = { ownerKind: 'person', ownerId: ann.id, kind: 'wallet', currency: 'COIN' } as const
    const { page, frame, context, errors } = await open('/iframe')
    await signInHere(context, ann.token)
    await frame.getByTestId('tip-button').click()
    await frame.getByTestId('gift-flower').click()
    const popup = await popupOf(page, () => frame.getByTestId('tip-send').click())
    // No coins yet: they are bought in the same window.
    await popup.getByTestId('pack-60').click()
    const provider = await popupOf(popup, () => popup.getByTestId('pay-sandbox').click())
    await provider.getByTestId('sandbox-success').click()
    await popup.locator('[data-testid=wallet-coins][data-coins="60"]').waitFor({ timeout: 20_000 })
    await popup.getByTestId('confirm-gift').click()
    await popup.getByTestId('tip-sent').waitFor()
    await frame.getByTestId('tip-sent').waitFor()
    await frame.getByTestId('tip-effect').first().waitFor()
    expect(await app.domains.ledger.balance(wallet)).toBe(50)
    expect(errors).toEqual([])
    await context.close()
  })

  test('a popup that nobody opened has nobody to tell', async () => {
    const { context, page, errors } = await windowOf(browser, app.url, ann.token)
    await page.goto(`${app.url}/embed/wallet`)
    await page.getByText('Nothing to do here').waitFor()
    const query = new URLSearchParams({ show: shop.show.id, origin: SITE, challenge: 'x'.repeat(43) })
    await page.goto(`${app.url}/embed/sign-in?${query}`)
    await page.getByTestId('continue-as').click()
    await page.getByText('The player cannot be reached').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })
})
