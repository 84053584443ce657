/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { framesAdvance, loudestOf, testBrowser, windowOf } from './browser.ts'

/** Two hosts on one stage, in Chromium: invited by link, seen by a viewer, laid out, muted, dropped, removed. */

/** Between two players that change at the same event. */
const TOGETHER_MS = 3 * 300

const app = await testApp()
const shop = await merchant(app)
const browser = await testBrowser()
const host = await windowOf(browser, app.url, shop.owner.token)
const guest = await windowOf(browser, app.url)
const viewer = await windowOf(browser, app.url)
const other = await windowOf(browser, app.url)
const phone = { width: 360, height: 740 }
await viewer.page.setViewportSize(phone)

const by = (page: Page, id: string) => page.getByTestId(id)
let inviteUrl = ''
let guestId = ''

const camera = (page: Page, personId: string) =>
  page.locator(`[data-testid=tile-camera][data-person="${personId}"]`)
const place = (page: Page, personId: string) => camera(page, personId).getAttribute('data-place')
const kind = (page: Page) => by(page, 'tiles').getAttribute('data-kind')

/** Frames of a person's tile advance. */
async function tileMoves(page: Page, personId: string): Promise<void> {
  const frames = () =>
    camera(page, personId)
      .locator('video')
      .evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)
  const growth = async () => {
    const before = await frames()
    await page.waitForTimeout(400)
    return (await frames()) - before
  }
  await expect.poll(growth, { timeout: 20_000 }).toBeGreaterThan(3)
}

/** Sound that a tile plays, as its samples tell. */
const loudest = (page: Page, personId: string) => loudestOf(camera(page, personId).locator('video'))

/** The seat of the guest in the host's list, opened. */
async function guestSeat() {
  if (!(await by(host.page, 'people-dialog').isVisible())) await by(host.page, 'people').click()
  return host.page.locator(`[data-testid=seat][data-person="${guestId}"]`)
}

describe.sequential('two hosts', { timeout: 90_000 }, () => {
  test('the host goes live alone, and viewers watch', async () => {
    await host.page.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await by(host.page, 'go-live').click({ timeout: 15_000 })
    await by(host.page, 'on-air').waitFor({ timeout: 15_000 })
    for (const { page } of [viewer, other]) {
      await page.goto(`${app.url}/s/${shop.show.id}`, { waitUntil: 'domcontentloaded' })
      await framesAdvance(page)
      await page.getByRole('button', { name: 'Only necessary' }).click()
    }
    await by(host.page, 'people').click()
    await by(host.page, 'invite').click()
    inviteUrl = await by(host.page, 'invite-url').inputValue()
    expect(inviteUrl).toContain('/studio/join#')
    await host.page.keyboard.press('Escape')
  })

  test('a co-host without an account accepts, looks at the own picture, and nobody sees it yet', async () => {
    await guest.page.goto(`${app.url}${new URL(inviteUrl).pathname}${new URL(inviteUrl).hash}`)
    await by(guest.page, 'stage-name').fill('Bo')
    await by(guest.page, 'accept-invite').click()
    await expect.poll(() => by(guest.page, 'go-live').isEnabled(), { timeout: 20_000 }).toBe(true)
    expect((await app.domains.shows.layout.read(shop.tenant.id, shop.show.id))?.seats).toHaveLength(1)
    expect(await by(guest.page, 'toggle-prompter').count()).toBe(0)
    expect(await by(guest.page, 'end-show').count()).toBe(0)

    const late = await windowOf(browser, app.url)
    await late.page.goto(`${app.url}${new URL(inviteUrl).pathname}${new URL(inviteUrl).hash}`)
    await by(late.page, 'invite-invalid').waitFor()
    await late.context.close()
  })

  test('the co-host joins: both viewers see two moving pictures, without a new session', async () => {
    const sessions = () =>
      viewer.page.evaluate(
        () =>
          performance.getEntriesByType('resource').filter(({ name }) => name.includes('?seats=all')).length,
      )
    const before = await sessions()
    await by(guest.page, 'go-live').click()
    await by(guest.page, 'on-air').waitFor({ timeout: 15_000 })
    const layout = await app.domains.shows.layout.read(shop.tenant.id, shop.show.id)
    await expect
      .poll(async () => (await app.domains.shows.layout.read(shop.tenant.id, shop.show.id))?.seats.length)
      .toBe(2)
    guestId =
      (await app.domains.shows.layout.read(shop.tenant.id, shop.show.id))?.seats.find(
        ({ name }) => name === 'Bo',
      )?.personId ?? ''
    expect(layout?.lead).toBe(shop.owner.id)
    for (const { page } of [viewer, other]) {
      await tileMoves(page, shop.owner.id)
      await tileMoves(page, guestId)
      expect(await kind(page)).toBe('side')
    }
    expect(await sessions()).toBe(before)
  })

  test('the hosts see and hear each other', async () => {
    await tileMoves(host.page, guestId)
    await tileMoves(guest.page, shop.owner.id)
    expect(await loudest(guest.page, shop.owner.id)).toBeGreaterThan(0.01)
  })

  test('a change of the layout is everywhere in the same moment, and no picture starts anew', async () => {
    const both = [viewer.page, other.page]
    for (const page of both) {
      await page.evaluate(() => {
        const tiles = document.querySelector<HTMLElement>('[data-testid=tiles]')!
        const videos = [...tiles.querySelectorAll('video')]
        const seen = { at: 0, restarts: 0, same: true }
        Object.assign(window, { seen })
        for (const video of videos) {
          for (const event of ['emptied', 'loadstart'])
            video.addEventListener(event, () => (seen.restarts += 1))
        }
        new MutationObserver(() => {
          if (tiles.dataset.kind !== 'pip' || seen.at !== 0) return
          seen.at = Date.now()
          seen.same = videos.every((video) => video.isConnected)
        }).observe(tiles, { attributes: true })
      })
    }
    await guestSeat()
    await by(host.page, 'layout-pip').click()
    const seen = (page: Page) =>
      page.evaluate(
        () => (window as unknown as { seen: { at: number; restarts: number; same: boolean } }).seen,
      )
    await expect
      .poll(async () => Math.min(...(await Promise.all(both.map(seen))).map(({ at }) => at)))
      .toBeGreaterThan(0)
    const [one, two] = await Promise.all(both.map(seen))
    const apartMs = Math.abs(one!.at - two!.at)
    console.info(`the layout changed ${apartMs} ms apart in two players`)
    expect(apartMs).toBeLessThan(TOGETHER_MS)
    for (const { restarts, same } of [one!, two!]) expect([restarts, same]).toEqual([0, true])
    expect([await place(viewer.page, shop.owner.id), await place(viewer.page, guestId)]).toEqual([
      'main',
      'inset',
    ])
    await by(host.page, 'layout-solo').click()
    await expect.poll(() => place(viewer.page, guestId)).toBe('hidden')
    await tileMoves(viewer.page, shop.owner.id)
    await by(host.page, 'layout-side').click()
    await expect.poll(() => place(viewer.page, guestId)).toBe('equal')
  })

  test('a muted co-host is not heard, and both know', async () => {
    await expect.poll(() => loudest(viewer.page, guestId), { timeout: 20_000 }).toBeGreaterThan(0.01)
    await (await guestSeat()).getByTestId('mute-host').click()
    await camera(viewer.page, guestId).getByRole('img', { name: 'Muted' }).waitFor()
    await guest.page.getByText('The host muted you').waitFor()
    await expect.poll(() => loudest(viewer.page, guestId), { timeout: 20_000 }).toBeLessThan(0.01)
    await (await guestSeat()).getByTestId('mute-host').click()
    await guest.page.getByText('The host muted you').waitFor({ state: 'detached' })
  })

  test('who speaks is marked', async () => {
    await viewer.page.locator('.tile[data-speaking]').first().waitFor({ timeout: 10_000 })
  })

  test('a pin shows while there are two, and the picture goes on', async () => {
    await app.domains.shows.shelf.pin(shop.tenant.id, shop.show.id, shop.item.id)
    await by(viewer.page, 'pinned-card').waitFor()
    await tileMoves(viewer.page, guestId)
  })

  test('the host shares a screen: it stands with the host, and all is as before when it ends', async () => {
    await host.page.keyboard.press('Escape')
    await host.page.evaluate(() => {
      // A headless browser has nobody to choose a screen; what is shared is a canvas that moves.
      navigator.mediaDevices.getDisplayMedia = async () => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 })
        const context = canvas.getContext('2d')!
        setInterval(() => {
          context.fillStyle = '#f4f1ea'
          context.fillRect(0, 0, 1280, 720)
          context.fillStyle = '#0d6b55'
          context.font = '64px sans-serif'
          context.fillText(`Slide ${Math.round(performance.now() / 100)}`, 80, 380)
        }, 60)
        return canvas.captureStream(15)
      }
    })
    await by(host.page, 'toggle-screen').click()
    await expect.poll(() => kind(viewer.page), { timeout: 10_000 }).toBe('screen')
    await by(viewer.page, 'tile-screen')
      .and(viewer.page.locator('[data-playing]'))
      .waitFor({ timeout: 15_000 })
    expect(await place(viewer.page, shop.owner.id)).toBe('inset')
    await by(host.page, 'toggle-screen').click()
    await expect.poll(() => kind(viewer.page), { timeout: 10_000 }).toBe('side')
    await tileMoves(viewer.page, guestId)
  })

  test('a co-host who drops is gone from the layout, and stands there again after a reload', async () => {
    await viewer.page.evaluate(() => {
      const seats = document.querySelector<HTMLElement>('.seats')!
      new MutationObserver(() => {
        if (seats.dataset.ready === undefined) document.documentElement.dataset.flickered = ''
      }).observe(seats, { attributes: true })
    })
    await guest.page.goto('about:blank')
    await expect.poll(() => camera(viewer.page, guestId).count(), { timeout: 20_000 }).toBe(0)
    expect(await place(viewer.page, shop.owner.id)).toBe('whole')
    await tileMoves(viewer.page, shop.owner.id)
    await guest.page.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await by(guest.page, 'on-air').waitFor({ timeout: 20_000 }) // by itself
    await tileMoves(viewer.page, guestId)
    expect(await place(viewer.page, guestId)).toBe('equal')
    expect(await viewer.page.locator('html[data-flickered]').count()).toBe(0)
  })

  test('the large picture is given to another, and the show is handed over to a member and back', async () => {
    const mia = await signedUp(app, 'Mia')
    await app.domains.accounts.tenants.putMember(shop.tenant.id, mia.id, 'manager')
    const { page, errors, context } = await windowOf(browser, app.url, mia.token)
    await page.goto(`${app.url}/studio/${shop.tenant.id}/${shop.show.id}`)
    await page.locator('[data-testid=go-live]:enabled').click({ timeout: 20_000 })
    await by(page, 'on-air').waitFor({ timeout: 20_000 })
    const seatOf = (on: Page, personId: string) => on.locator(`[data-testid=seat][data-person="${personId}"]`)
    const people = async (on: Page) => {
      if (!(await by(on, 'people-dialog').isVisible())) await by(on, 'people').click()
    }

    await people(host.page)
    await expect.poll(() => seatOf(host.page, guestId).getByTestId('hand-over').count()).toBe(0) // no member
    await by(host.page, 'layout-pip').click()
    await seatOf(host.page, mia.id).getByRole('button', { name: 'Make large: Mia' }).click()
    await expect.poll(() => place(viewer.page, mia.id), { timeout: 10_000 }).toBe('main')
    expect(await place(viewer.page, shop.owner.id)).toBe('inset')
    await seatOf(host.page, mia.id).getByText('Large picture').waitFor()

    await people(page)
    expect(await by(page, 'mute-host').count()).toBe(0) // not yet
    await seatOf(host.page, mia.id).getByTestId('hand-over').click()
    await seatOf(page, mia.id).getByText('Runs the show').waitFor()
    await expect.poll(() => by(host.page, 'mute-host').count()).toBe(0)
    await seatOf(page, shop.owner.id).getByTestId('hand-over').click()
    await seatOf(host.page, shop.owner.id).getByText('Runs the show').waitFor()
    await seatOf(host.page, shop.owner.id)
      .getByRole('button', { name: /^Make large/ })
      .click()
    await expect.poll(() => place(viewer.page, shop.owner.id)).toBe('main')
    await by(host.page, 'layout-side').click()
    await page.keyboard.press('Escape')
    await by(page, 'people').click()
    await by(page, 'leave-stage').click()
    await expect.poll(() => camera(viewer.page, mia.id).count()).toBe(0)
    expect(errors).toEqual([])
    await context.close()
  })

  test('a co-host who is removed is told, and the show goes on', async () => {
    await (await guestSeat()).getByTestId('remove-host').click()
    await guest.page.locator('[data-testid=face][data-face=removed]').waitFor()
    await expect.poll(() => camera(viewer.page, guestId).count()).toBe(0)
    await tileMoves(viewer.page, shop.owner.id)
    for (const { errors } of [host, guest, viewer, other]) expect(errors).toEqual([])
  })
})
