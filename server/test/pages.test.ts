/// <reference lib="dom" />
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { faultsOf } from './faults.ts'

/**
 * Every page as people first see it: for everyone (axe-core, by keyboard), in both languages, without an error in
 * the console.
 */

const app = await testApp()
const shop = await merchant(app)
const stranger = await signedUp(app, 'Stranger')
const browser = await testBrowser()

const tenant = `/console/${shop.tenant.id}`
const signInWindow = `/embed/sign-in?show=${shop.show.id}&origin=https://blog.example&challenge=${'x'.repeat(43)}`
const PAGES = [
  ['the player before the show', `/s/${shop.show.id}`, undefined],
  ['a show that does not exist', '/s/shw_none', undefined],
  ['the studio, signed out', '/studio', undefined],
  ['the studio of somebody who hosts nothing', '/studio', stranger.token],
  ["a host's shows", '/studio', shop.owner.token],
  ['the studio of a show', `/studio/${shop.tenant.id}/${shop.show.id}`, shop.owner.token],
  ['the console, signed out', '/console', undefined],
  ['the console of somebody without a merchant', '/console', stranger.token],
  ['the shows', `${tenant}/shows`, shop.owner.token],
  ['the live desk', `${tenant}/shows/${shop.show.id}`, shop.owner.token],
  ['the products', `${tenant}/products`, shop.owner.token],
  ['the orders', `${tenant}/orders`, shop.owner.token],
  ['the members', `${tenant}/members`, shop.owner.token],
  ["one's own pages, signed out", '/me', undefined],
  ['no orders yet', '/me/orders', stranger.token],
  ['no addresses yet', '/me/addresses', stranger.token],
  ['the privacy page', '/privacy', undefined],
  ['a forgotten password', '/reset', undefined],
  ['a link without its token', '/verify', undefined],
  ['a server without an operator', '/setup', undefined],
  ['the settings', `${tenant}/settings`, shop.owner.token],
  ['the sign-in window of an embed, signed out', signInWindow, undefined],
  ['the sign-in window of an embed', signInWindow, stranger.token],
  [
    'the window that confirms a gift',
    `/embed/wallet?show=${shop.show.id}&gift=rocket&count=2`,
    stranger.token,
  ],
  ['a window that nobody opened', '/embed/wallet', undefined],
] as const

const SIZES = [
  [390, 844],
  [1440, 900],
] as const

describe.each(['en-US', 'zh-CN'])('in %s', { timeout: 60_000 }, (locale) => {
  test.each(PAGES)('%s', async (_name, path, token) => {
    const { context, page, errors } = await windowOf(browser, app.url, token, locale)
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height })
      await page.goto(app.url + path)
      await page.locator('main, [role=main], [data-testid]').first().waitFor()
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(
        locale.startsWith('zh') ? 'zh-CN' : 'en',
      )
      expect([width, await faultsOf(page)]).toEqual([width, []])
    }
    expect(errors).toEqual([])
    await context.close()
  })
})
