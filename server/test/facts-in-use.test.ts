import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'

/** A viewer's real visit in Chromium: what is told of it, what is not, and what the merchant reads. */

const app = await testApp()
const shop = await merchant(app)
const browser = await testBrowser()
const { sql } = app.domains.db

const by = (page: Page, id: string) => page.getByTestId(id)
const factsOf = async (personId: string) => {
  await app.domains.facts.drain()
  const rows = await sql<{ type: string }[]>`select type from facts where person_id = ${personId} order by at`
  return rows.map(({ type }) => type)
}

async function visit(query = '', prepare?: (page: Page) => Promise<unknown>) {
  const person = await signedUp(app, 'Ann')
  const window = await windowOf(browser, app.url, person.token)
  await prepare?.(window.page)
  await window.page.goto(`${app.url}/s/${shop.show.id}${query}`, { referer: 'https://news.example/today' })
  return { person, ...window }
}

describe.sequential('a visit', { timeout: 60_000 }, () => {
  test('of who agrees is told: cards seen, product opened, likes, time, where it came from', async () => {
    const { page, person, errors } = await visit('?utm_source=letter&utm_campaign=winter')
    await by(page, 'consent-yes').click({ timeout: 20_000 })
    await expect.poll(() => by(page, 'consent-bar').count()).toBe(0)
    await page.waitForTimeout(1500) // a card is seen after a second
    await by(page, 'like-button').click()
    await by(page, 'like-button').click()
    await by(page, 'shelf-buy').first().click()
    await by(page, 'checkout-sheet').waitFor()
    await page.waitForTimeout(300)
    await page.goto('about:blank') // what waits is sent as the page goes
    await expect
      .poll(async () => new Set(await factsOf(person.id)), { timeout: 10_000 })
      .toEqual(new Set(['seen', 'product_opened', 'like', 'dwell']))
    const rows = await sql<Record<string, unknown>[]>`
      select type, source, impression_id as impression, position, (data->>'count')::int as count, (data->>'ms')::int as ms
      from facts where person_id = ${person.id}`
    const of = (type: string) => rows.find((row) => row.type === type)
    const source = { utm_source: 'letter', utm_campaign: 'winter', referrer: 'news.example' }
    expect(of('seen')).toMatchObject({ source, position: 0 })
    expect(of('product_opened')).toMatchObject({ impression: of('seen')?.impression, position: 0 })
    expect(of('like')).toMatchObject({ count: 2 })
    expect(Number(of('dwell')?.ms)).toBeGreaterThan(1500)
    expect(errors).toEqual([])
  })

  test('of who refuses leaves nothing, and is not asked again', async () => {
    const { page, person } = await visit()
    await by(page, 'consent-no').click({ timeout: 20_000 })
    await page.waitForTimeout(1500)
    await by(page, 'like-button').click()
    await page.reload()
    await by(page, 'like-button').waitFor()
    await page.waitForTimeout(5000)
    expect(await by(page, 'consent-bar').count()).toBe(0)
    expect(await factsOf(person.id)).toEqual([])
  })

  test('with Global Privacy Control is not told, and nobody is asked', async () => {
    const { page, person } = await visit('', (page) =>
      page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })),
    )
    await by(page, 'like-button').waitFor({ timeout: 20_000 })
    await page.waitForTimeout(6000)
    expect(await by(page, 'consent-bar').count()).toBe(0)
    expect(await factsOf(person.id)).toEqual([])
  })

  test('is what the merchant reads', async () => {
    const { page, errors } = await windowOf(browser, app.url, shop.owner.token)
    await page.goto(`${app.url}/console/${shop.tenant.id}/shows/${shop.show.id}/figures`)
    await expect.poll(() => by(page, 'figure-viewers').textContent(), { timeout: 15_000 }).toBe('1')
    expect(await by(page, 'figure-likes').textContent()).toBe('2')
    expect(await by(page, 'figure-gmv').textContent()).toBe('¥0.00')
    expect(await by(page, 'funnel-row').textContent()).toBe('Cloud mug11000')
    expect(await by(page, 'source-row').allTextContents()).toEqual(['letter10'])
    expect(errors).toEqual([])
  })

  test('can be told, or no longer, by a switch in the menu', async () => {
    const { page, person } = await visit()
    await by(page, 'consent-no').click({ timeout: 20_000 })
    await page.getByRole('button', { name: 'More' }).click()
    await by(page, 'consent-switch').check()
    await expect.poll(() => app.domains.facts.consents.agreed(person.id)).toBe(true)
    await by(page, 'consent-switch').uncheck()
    await expect.poll(() => app.domains.facts.consents.agreed(person.id)).toBe(false)
  })
})
