import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { DESK, dialogIsForEveryone, isForEveryone, PHONE } from './faults.ts'

/** Pictures and delivery fees at work: a merchant sets them in the console, a viewer sees them in the player. */

const app = await testApp()
const browser = await testBrowser()
const shop = await merchant(app, { stock: 50 })
const host = await signedUp(app, 'Mia')
await app.domains.accounts.tenants.putMember(shop.tenant.id, host.id, 'host')
const root = `${app.url}/console/${shop.tenant.id}`
const owner = await windowOf(browser, app.url, shop.owner.token)
const by = (page: Page, id: string) => page.getByTestId(id).first()

/** A photo-like file of one colour, as a file field takes it. */
async function photo(name: string, background: string) {
  const grain = { type: 'gaussian' as const, mean: 128, sigma: 12 }
  const picture = sharp({ create: { width: 900, height: 700, channels: 3, background, noise: grain } })
  return { name, mimeType: 'image/jpeg', buffer: await picture.tint(background).jpeg().toBuffer() }
}

/** Whether the picture has been fetched and decoded. */
const isDrawn = (page: Page, selector: string) =>
  page.waitForFunction((css) => {
    const picture = document.querySelector<HTMLImageElement>(css)
    return picture?.complete === true && picture.naturalWidth > 0
  }, selector)

const IN_TIME = { timeout: 60_000 }
const shoot = async (page: Page, name: string) => {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` })
}

test('a merchant makes a product with pictures and a SKU for each combination', IN_TIME, async () => {
  const { page } = owner
  await page.setViewportSize(DESK)
  await page.goto(`${root}/products`)
  await by(page, 'new-product').click()
  await by(page, 'product-title').fill('Wool scarf 羊毛围巾')
  await by(page, 'picture-input').setInputFiles([
    await photo('a.jpg', '#c9793f'),
    await photo('b.jpg', '#3f6fc9'),
  ])
  await by(page, 'option-name-1').fill('Colour')
  await by(page, 'option-values-1').fill('oat, pine')
  await by(page, 'option-name-2').fill('Size')
  await by(page, 'option-values-2').fill('S, M')
  await by(page, 'sku-price').fill('199')
  await by(page, 'sku-stock').fill('5')
  await by(page, 'make-skus').click()
  await page.waitForFunction(
    () => document.querySelectorAll('[data-testid=picture][data-state=kept]').length === 2,
  )
  await shoot(page, 'new-product')
  await by(page, 'product-create').click()
  await page.getByText('Wool scarf').first().waitFor()
  const { items } = await app.domains.products.list(shop.tenant.id, { q: 'PINE-M', limit: 10 })
  expect(items[0]?.skus.map(({ options, priceMinor }) => [options, priceMinor])).toEqual(
    ['oat S', 'oat M', 'pine S', 'pine M'].map((text) => {
      const [Colour, Size] = text.split(' ')
      return [{ Colour, Size }, 19_900]
    }),
  )
  expect(items[0]?.pictures).toHaveLength(2)
})

test('the editor reorders, describes, removes, and says why a file is refused', IN_TIME, async () => {
  const { page } = owner
  await page.goto(`${root}/products`)
  const [product] = (await app.domains.products.list(shop.tenant.id, { q: '围巾', limit: 1 })).items
  const [first, second] = product!.pictures
  const now = async () => (await app.domains.products.get(shop.tenant.id, product!.id)).pictures
  await page.getByText('Wool scarf').first().click()
  await page.getByLabel('Move picture 1 down').click()
  await expect.poll(async () => (await now()).map(({ id }) => id)).toEqual([second!.id, first!.id])
  await page.getByLabel('Description of picture 1').fill('A blue scarf')
  await page.getByLabel('Description of picture 1').press('Tab')
  await expect.poll(async () => (await now())[0]?.alt).toBe('A blue scarf')
  const svg = {
    name: 'x.png',
    mimeType: 'image/png',
    buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  }
  await by(page, 'picture-input').setInputFiles([svg])
  await page.getByText('Not a picture we can show').waitFor()
  await shoot(page, 'editor')
  await page.getByLabel('Remove picture 3').click()
  expect(await now()).toHaveLength(2)
})

test('fees, cover and hosts are set; dialogs are for everyone', IN_TIME, async () => {
  const { page } = owner
  await page.goto(`${root}/settings`)
  await by(page, 'shipping-fee').fill('8')
  await by(page, 'shipping-free-from').fill('300')
  await by(page, 'add-zone').click()
  const zone = by(page, 'zone')
  await zone.getByLabel('Country', { exact: true }).fill('FR')
  await zone.getByLabel('We deliver here').uncheck()
  await by(page, 'save-shipping').click()
  await page.getByText('Delivery fees saved').waitFor()
  await isForEveryone(page, [PHONE, DESK])
  await shoot(page, 'settings')
  await page.setViewportSize(DESK)
  await page.goto(`${root}/shows`)
  await dialogIsForEveryone(page, () => by(page, 'edit-show').click())
  await page.setViewportSize(DESK)
  await page.goto(`${root}/shows`)
  await by(page, 'edit-show').click()
  await by(page, `host-${host.id}`).check()
  await by(page, 'picture-input').setInputFiles([await photo('cover.jpg', '#7b3f62')])
  await page.locator('[data-testid=picture][data-state=kept]').waitFor()
  await shoot(page, 'show-form')
  await by(page, 'show-save').click()
  await isDrawn(page, '[data-testid=show-row] img')
  await shoot(page, 'shows')
  const show = await app.domains.shows.view(await app.domains.shows.get(shop.tenant.id, shop.show.id))
  expect(show.hosts.map(({ name }) => name)).toContain('Mia')
  expect(owner.errors).toEqual([])
})

test(
  'a viewer sees cover and pictures, and what delivery costs before and after ordering',
  IN_TIME,
  async () => {
    const [product] = (await app.domains.products.list(shop.tenant.id, { q: 'scarf', limit: 1 })).items
    const [item] = await app.domains.shows.shelf.put(shop.tenant.id, shop.show.id, [
      { productId: product!.id, sellingPoint: 'never itches', livePriceMinor: null },
    ])
    await app.domains.shows.shelf.pin(shop.tenant.id, shop.show.id, item!.id)
    const buyer = await signedUp(app)
    const { context, page, errors } = await windowOf(browser, app.url, buyer.token)
    await page.setViewportSize(PHONE)
    await page.goto(`${app.url}/s/${shop.show.id}`)
    await isDrawn(page, '[data-testid=cover] img')
    await isDrawn(page, '[data-testid=pinned-card] img')
    await shoot(page, 'player')
    await by(page, 'buy-button').click()
    await isDrawn(page, '[data-testid=gallery] img')
    expect(await by(page, 'gallery').locator('img').first().getAttribute('alt')).toBe('A blue scarf')
    expect(await by(page, 'checkout-shipping').getAttribute('data-shipping-minor')).toBe('800')
    await shoot(page, 'checkout')
    await page.getByLabel('Name').fill('Ann Lee')
    await page.getByLabel('Phone').fill('13800138000')
    await page.getByLabel('City').fill('Hangzhou')
    await page.getByLabel(/Street/).fill('1 Lake Rd')
    await by(page, 'place-order').click()
    await isDrawn(page, '[data-testid=order-sheet] img')
    await shoot(page, 'order')
    const { items } = await app.domains.orders.listForMerchant(shop.tenant.id, { limit: 1 })
    expect([items[0]?.shippingMinor, items[0]?.totalMinor]).toEqual([800, 20_700])
    expect(errors).toEqual([])
    await context.close()
  },
)
