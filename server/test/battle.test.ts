/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { framesAdvance, loudestOf, testBrowser, windowOf } from './browser.ts'
import { actorOf } from './commerce.ts'
import { DESK, dialogIsForEveryone, isForEveryone, PHONE } from './faults.ts'

/** Two shows in battle, in Chromium: two studios and a viewer of each. */

const SCORE_MS = 1000
/** Four browser windows and all that they send share the machine with the server. */
const ALLOWANCE = 3
/** What nobody should wait for, on a machine that is busy. */
const SOON_MS = 15_000
const SMALL_PHONE = { width: 360, height: 780 }

const app = await testApp()
const shop = await merchant(app)
const { battles, db, shows, tips } = app.domains
const rival = await signedUp(app, 'Rival host')
await app.domains.accounts.tenants.putMember(shop.tenant.id, rival.id, 'host')
const other = await shows.create(shop.tenant.id, {
  title: 'Morning market',
  scheduledAt: null,
  hostIds: [rival.id],
})
const browser = await testBrowser()
const host = await windowOf(browser, app.url, shop.owner.token)
const guest = await windowOf(browser, app.url, rival.token)
const viewer = await windowOf(browser, app.url)
const across = await windowOf(browser, app.url)
for (const { page } of [viewer, across]) await page.setViewportSize(SMALL_PHONE)

const sides = [
  { showId: shop.show.id, studio: host, seen: viewer, rivalId: other.id },
  { showId: other.id, studio: guest, seen: across, rivalId: shop.show.id },
]
const by = (page: Page, id: string) => page.getByTestId(id)
const camera = (page: Page, id: string) => page.locator(`[data-testid=tile-camera][data-person="${id}"]`)
const kind = (page: Page) => by(page, 'tiles').getAttribute('data-kind')
const coins = async (page: Page, of: 'own' | 'rival') =>
  Number(await by(page, `battle-${of}`).getAttribute('data-coins'))

/** Frames of a tile advance. */
async function tileMoves(page: Page, id: string): Promise<void> {
  const frames = () =>
    camera(page, id)
      .locator('video')
      .evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)
  const growth = async () => {
    const before = await frames()
    await page.waitForTimeout(400)
    return (await frames()) - before
  }
  await expect.poll(growth, { timeout: 20_000 }).toBeGreaterThan(3)
}

let keys = 0
/** Somebody with coins gives a flower so many times. */
async function give(showId: string, count: number, name = 'Ann') {
  const fan = await signedUp(app, name)
  await db.sql`
    select ledger_transfer('coins', ${fan.id}, jsonb_build_array(
      ledger_entry(ledger_account('platform', 'shelfcast', 'issued', 'COIN'), -1000, 'COIN'),
      ledger_entry(ledger_account('person', ${fan.id}, 'wallet', 'COIN'), 1000, 'COIN')))`
  return tips.send({ ...actorOf(fan.id), name }, showId, { giftId: 'flower', count }, `battle-${++keys}`)
}

describe.sequential('two shows in battle', { timeout: 90_000 }, () => {
  test('both go live alone, and each has its viewer', async () => {
    for (const { showId, studio, seen } of sides) {
      await studio.page.goto(`${app.url}/studio/${shop.tenant.id}/${showId}`)
      await by(studio.page, 'go-live').click({ timeout: 15_000 })
      await by(studio.page, 'on-air').waitFor({ timeout: 15_000 })
      await seen.page.goto(`${app.url}/s/${showId}`, { waitUntil: 'domcontentloaded' })
      await framesAdvance(seen.page)
      await seen.page.getByRole('button', { name: 'Only necessary' }).click()
    }
  })

  test('a challenge comes to the other studio by itself, and is declined or accepted there', async () => {
    await by(host.page, 'battle-button').click()
    const listed = host.page.locator(`[data-testid=rival][data-show="${other.id}"]`)
    await listed.getByText('Morning market').waitFor()
    await by(host.page, 'minutes-10').click()
    await listed.getByTestId('send-challenge').click()
    await by(host.page, 'outgoing-challenge').waitFor()
    await by(guest.page, 'incoming-challenge')
      .getByText('challenges you to a PK')
      .waitFor({ timeout: SOON_MS })
    await by(host.page, 'withdraw-challenge').click()
    await by(guest.page, 'incoming-challenge').waitFor({ state: 'detached', timeout: SOON_MS })
    await listed.getByTestId('send-challenge').click()
    await by(guest.page, 'accept-challenge').click({ timeout: SOON_MS })
    for (const { seen } of sides) {
      await by(seen.page, 'battle')
        .and(seen.page.locator('[data-status=running]'))
        .waitFor({ timeout: SOON_MS })
      await by(seen.page, 'battle-news').getByText('has begun').waitFor({ state: 'attached' })
    }
    await by(host.page, 'running-battle').waitFor()
    await host.page.keyboard.press('Escape')
  })

  test('viewers of both see both pictures move, the own one left, and hear the rival', async () => {
    for (const { seen, rivalId, showId } of sides) {
      await tileMoves(seen.page, rivalId)
      const own = showId === shop.show.id ? shop.owner.id : rival.id
      await tileMoves(seen.page, own)
      expect(await kind(seen.page)).toBe('battle')
      const [left, right] = await Promise.all(
        [own, rivalId].map(async (id) => (await camera(seen.page, id).boundingBox())!.x),
      )
      expect(left).toBeLessThan(right!)
    }
    await expect
      .poll(() => loudestOf(camera(viewer.page, other.id).locator('video')), { timeout: 20_000 })
      .toBeGreaterThan(0.01)
  })

  test('the hosts see and hear each other', async () => {
    for (const { studio, rivalId } of sides) await tileMoves(studio.page, rivalId)
    await expect
      .poll(() => loudestOf(camera(host.page, other.id).locator('video')), { timeout: 20_000 })
      .toBeGreaterThan(0.01)
  })

  test('a gift moves the score in both rooms within a second', async () => {
    for (const page of [viewer.page, across.page]) {
      await page.evaluate(() => {
        const board = document.querySelector('[data-testid=battle]')!
        new MutationObserver(() => {
          if (board.querySelector('[data-coins="30"]')) Object.assign(window, { scoredAt: Date.now() })
        }).observe(board, { subtree: true, attributeFilter: ['data-coins'] })
      })
    }
    const { at } = await give(shop.show.id, 3)
    const scoredAt = (page: Page) => page.evaluate(() => (window as { scoredAt?: number }).scoredAt ?? 0)
    const both = () => Promise.all([viewer.page, across.page].map(scoredAt))
    await expect.poll(async () => Math.min(...(await both())), { timeout: SOON_MS }).toBeGreaterThan(0)
    const tookMs = Math.max(...(await both())) - at
    console.info(`both rooms had the score ${tookMs} ms after the gift`)
    expect([await coins(viewer.page, 'own'), await coins(across.page, 'rival')]).toEqual([30, 30])
    await give(other.id, 7, 'Bo')
    await expect.poll(() => coins(viewer.page, 'rival'), { timeout: SOON_MS }).toBe(70)
    await expect.poll(() => coins(host.page, 'own'), { timeout: SOON_MS }).toBe(30)
    await by(viewer.page, 'battle-top-own').getByText('Ann').waitFor()
    await by(viewer.page, 'battle-top-rival').getByText('Bo').waitFor()
    expect(tookMs).toBeLessThan(SCORE_MS * ALLOWANCE)
  })

  test('pins and chat go on, and are not covered', async () => {
    await shows.shelf.pin(shop.tenant.id, shop.show.id, shop.item.id)
    await by(viewer.page, 'pinned-card').waitFor()
    const box = async (id: string) => (await by(viewer.page, id).boundingBox())!
    const [board, pin] = [await box('battle'), await box('pinned-card')]
    expect(board.y + board.height).toBeLessThanOrEqual(pin.y)
    await by(viewer.page, 'pinned-card').click({ trial: true })
    await by(viewer.page, 'chat-input').fill('go on')
    await by(viewer.page, 'chat-input').press('Enter')
    await by(host.page, 'chat-line').getByText('go on').waitFor()
    await tileMoves(viewer.page, other.id)
  })

  test('the board and the dialog are for everyone', async () => {
    await isForEveryone(viewer.page, [DESK, PHONE])
    await dialogIsForEveryone(host.page, () => by(host.page, 'battle-button').click())
    await viewer.page.setViewportSize(SMALL_PHONE)
  })

  test('a rival that drops is away in its place, and comes back', async () => {
    await guest.page.goto('about:blank')
    await camera(viewer.page, other.id).and(viewer.page.locator('[data-away]')).waitFor({ timeout: 20_000 })
    await tileMoves(viewer.page, shop.owner.id)
    await guest.page.goto(`${app.url}/studio/${shop.tenant.id}/${other.id}`)
    await by(guest.page, 'on-air').waitFor({ timeout: 20_000 })
    await tileMoves(viewer.page, other.id)
  })

  test('it ends by itself: both see who won, and then the own picture goes on alone', async () => {
    await viewer.page.evaluate((ownId) => {
      const seen = { restarts: 0 }
      Object.assign(window, { seen })
      const own = document.querySelector(`[data-testid=tile-camera][data-person="${ownId}"] video`)!
      for (const event of ['emptied', 'loadstart']) own.addEventListener(event, () => (seen.restarts += 1))
    }, shop.owner.id)
    await db.sql`update battles set ends_at = greatest(starts_at, now()) where status = 'running'`
    for (const [index, { seen, studio }] of sides.entries()) {
      const outcome = index === 0 ? 'lost' : 'won'
      for (const page of [seen.page, studio.page]) {
        await by(page, 'battle-outcome-own')
          .and(page.locator(`[data-outcome=${outcome}]`))
          .waitFor({ timeout: SOON_MS })
      }
    }
    await by(viewer.page, 'battle-news')
      .getByText('this show lost, 30 coins to 70 coins')
      .waitFor({ state: 'attached' })
    await db.sql`update battles set shown_until = now() where status = 'result'`
    for (const { seen, studio, rivalId } of sides) {
      await by(seen.page, 'battle').waitFor({ state: 'detached', timeout: SOON_MS })
      for (const page of [seen.page, studio.page]) {
        await expect.poll(() => camera(page, rivalId).count(), { timeout: SOON_MS }).toBe(0)
      }
    }
    await tileMoves(viewer.page, shop.owner.id)
    expect(
      await viewer.page.evaluate(() => (window as unknown as { seen: { restarts: number } }).seen),
    ).toEqual({
      restarts: 0,
    })
    expect((await battles.rivalsOf([shop.show.id, other.id])).size).toBe(0)
  })

  test('who gives up loses', async () => {
    const { code } = battles.code(shop.show.id)
    await by(guest.page, 'battle-button').click()
    await by(guest.page, 'rival-code').fill(code)
    await by(guest.page, 'send-code').click()
    await by(host.page, 'accept-challenge').click({ timeout: SOON_MS })
    await by(guest.page, 'give-up').click()
    await by(guest.page, 'give-up').click()
    await by(viewer.page, 'battle-outcome-own')
      .and(viewer.page.locator('[data-outcome=won]'))
      .waitFor({ timeout: SOON_MS })
    await viewer.page.getByText('They gave up').waitFor()
    for (const { studio, seen } of sides) expect([...studio.errors, ...seen.errors]).toEqual([])
  })
})
