/// <reference lib="dom" />
import { createPublicKey } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'

/** The owner's settings: the name, where the player may stand, the lines to copy, and the keys of customers' identity. */

const app = await testApp()
const shop = await merchant(app)
const browser = await testBrowser()
const by = (page: Page, id: string) => page.getByTestId(id)
const path = `/console/${shop.tenant.id}/settings`
const tenantNow = () => app.domains.accounts.tenants.get(shop.tenant.id)

describe.sequential('the settings of a merchant', { timeout: 60_000 }, async () => {
  const { page, errors } = await windowOf(browser, app.url, shop.owner.token)
  page.setDefaultTimeout(10_000)

  test('the name is changed, in the bar on top too', async () => {
    await page.goto(app.url + path)
    await by(page, 'tenant-name').fill('Lumen & Co')
    await by(page, 'save-name').click()
    await page.locator('.frame__name', { hasText: 'Lumen & Co' }).waitFor()
    expect((await tenantNow()).name).toBe('Lumen & Co')
  })

  test('the shares of the host are set in percent, and what is none is refused in place', async () => {
    await by(page, 'host-share').fill('51')
    await by(page, 'save-shares').click()
    await page.getByText('Enter a percentage').waitFor()
    await by(page, 'host-share').fill('12.5')
    await by(page, 'tip-share').fill('40')
    await by(page, 'save-shares').click()
    await expect
      .poll(() => app.domains.fees.current(shop.tenant.id))
      .toMatchObject({ version: 1, platformBps: 0, hostBps: 1250, tipHostBps: 4000 })
  })

  test('a site is added and removed; one that is none is refused in place', async () => {
    await by(page, 'origin').fill('shop.example')
    await by(page, 'add-origin').click()
    await page.getByText('Enter a site like').waitFor()
    await by(page, 'origin').fill('https://Shop.example/')
    await by(page, 'add-origin').click()
    await by(page, 'origin-row').filter({ hasText: 'https://shop.example' }).waitFor()
    expect((await tenantNow()).allowedOrigins).toEqual(['https://shop.example'])
    await by(page, 'origin').fill('https://shop.example')
    await by(page, 'add-origin').click()
    await page.getByText('in the list already').waitFor()
    await page.getByRole('button', { name: 'Remove https://shop.example' }).click()
    await by(page, 'confirm-action').click()
    await by(page, 'origin-row').waitFor({ state: 'detached' })
    expect((await tenantNow()).allowedOrigins).toEqual([])
  })

  test('the lines to copy name this server and the show', async () => {
    expect(await by(page, 'script-snippet').textContent()).toContain(`src="${app.url}/embed.js"`)
    expect(await by(page, 'script-snippet').textContent()).toContain(`show="${shop.show.id}"`)
    expect(await by(page, 'frame-snippet').textContent()).toContain(`${app.url}/e/${shop.show.id}`)
  })

  test('a key is shown once, and revoked', async () => {
    await by(page, 'key-name').fill('Web shop')
    await by(page, 'add-key').click()
    await by(page, 'private-key').waitFor() // seen, and not only there: Esc is for a dialog that stands
    const pem = (await by(page, 'private-key').textContent()) ?? ''
    expect(createPublicKey(pem).asymmetricKeyType).toBe('ed25519')
    await page.keyboard.press('Escape')
    await by(page, 'key-secret').getByRole('alert').waitFor() // it is there once, so it does not go by a slip
    expect(await by(page, 'private-key').textContent()).toBe(pem)
    await by(page, 'secret-kept').click()
    await by(page, 'key-row').filter({ hasText: 'Web shop' }).waitFor()
    await page.reload()
    await by(page, 'key-row').waitFor()
    expect(await page.content()).not.toContain('PRIVATE KEY')
    await page.getByRole('button', { name: 'Revoke Web shop' }).click()
    await by(page, 'confirm-action').click()
    await by(page, 'key-row').waitFor({ state: 'detached' })
    expect(errors).toEqual([])
  })

  const asMember = async (role: 'manager' | 'moderator') => {
    const member = await signedUp(app, 'Mo')
    await app.domains.accounts.tenants.putMember(shop.tenant.id, member.id, role)
    const other = await windowOf(browser, app.url, member.token)
    await other.page.goto(app.url + path)
    return other
  }

  test('a manager sets shipping and copies the lines, and has neither name, sites nor keys', async () => {
    const { page, context, errors } = await asMember('manager')
    await by(page, 'save-shipping').waitFor()
    for (const id of ['tenant-name', 'add-origin', 'add-key']) expect(await by(page, id).count()).toBe(0)
    expect(errors).toEqual([])
    await context.close()
  })

  test('a moderator sees neither the page nor its link', async () => {
    const { page, context } = await asMember('moderator')
    await page.getByText('Your role does not open this page').waitFor()
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0)
    await context.close()
  })
})
