import { request } from 'node:http'
import { createConnection } from 'node:net'
import { crc32, deflateSync } from 'node:zlib'
import type { PictureView } from '@shelfcast/shared/api/pictures.ts'
import type { Problem } from '@shelfcast/shared/errors.ts'
import { PICTURE_BYTES_MAX } from '@shelfcast/shared/pictures.ts'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'
import { testLimits } from '../../test/fixtures.ts'
import { requestedKey } from './keys.ts'

const app = await testApp()
let shop: Awaited<ReturnType<typeof merchant>>
beforeAll(async () => {
  shop = await merchant(app)
})

const upload = (bytes: Buffer, type = 'image/png', of = shop) =>
  fetch(`${app.url}/api/v1/tenants/${of.tenant.id}/pictures`, {
    method: 'POST',
    headers: { authorization: `Bearer ${of.owner.token}`, 'content-type': type },
    body: new Uint8Array(bytes),
  })

/** Status, code and reason of a refusal. */
async function refusalOf(response: Response): Promise<[number, string, unknown]> {
  const problem = (await response.json()) as Problem
  return [response.status, problem.code, problem.extra?.why]
}

async function uploaded(bytes: Buffer, type = 'image/png', of = shop): Promise<PictureView> {
  const response = await upload(bytes, type, of)
  expect(response.status).toBe(201)
  return (await response.json()) as PictureView
}

const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })

const alive = async () => expect((await fetch(`${app.url}/healthz`)).status).toBe(200)

/** A PNG of one colour whose header and rows are true, made without a picture library. */
function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const head = Buffer.alloc(4)
    head.writeUInt32BE(data.length)
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(body) >>> 0)
    return Buffer.concat([head, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([1, 0, 0, 0, 0], 8) // one bit a pixel, grey
  const rows = deflateSync(Buffer.alloc(height * (Math.ceil(width / 8) + 1)))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('a picture that is taken', () => {
  test('has renditions that are small, upright and free of what the camera wrote', async () => {
    const photo = await noise(1600, 1200)
      .withExif({ IFD0: { Copyright: 'somebody', Model: 'PhoneX' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const picture = await uploaded(photo, 'image/jpeg')
    expect([picture.width, picture.height]).toEqual([1200, 1600])
    for (const [sidePx, width] of [
      [320, 240],
      [640, 480],
      [1280, 960],
    ] as const) {
      const response = await fetch(app.url + picture.url.replace('640', String(sidePx)))
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('image/webp')
      const made = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
      expect([made.format, made.width, made.height]).toEqual(['webp', width, sidePx])
      expect([made.exif, made.orientation]).toEqual([undefined, undefined])
    }
  })

  test.each(['png', 'webp', 'avif', 'gif'] as const)(
    'may be a %s, whatever its sender calls it',
    async (format) => {
      const bytes = await noise(64, 48)[format]().toBuffer()
      const picture = await uploaded(bytes, 'image/jpeg')
      expect([picture.width, picture.height]).toEqual([64, 48])
    },
  )

  test('is never made larger', async () => {
    const picture = await uploaded(await noise(100, 50).png().toBuffer())
    const bytes = await (await fetch(app.url + picture.url.replace('640', '1280'))).arrayBuffer()
    expect((await sharp(Buffer.from(bytes)).metadata()).width).toBe(100)
  })

  test('is one picture however often it comes, and another one for another tenant', async () => {
    const bytes = await noise(40, 40).png().toBuffer()
    const [first, again, others] = [
      await uploaded(bytes),
      await uploaded(bytes),
      await uploaded(bytes, 'image/png', await merchant(app)),
    ]
    expect(again).toEqual(first)
    expect(others.url).not.toBe(first.url)
  })

  test('is served to be kept for good, and as nothing but a picture', async () => {
    const { url } = await uploaded(await noise(40, 41).png().toBuffer())
    const response = await fetch(app.url + url)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
    const etag = response.headers.get('etag') ?? ''
    expect((await fetch(app.url + url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await fetch(app.url + url, { method: 'HEAD' })).headers.get('content-length')).toBe(
      String((await response.arrayBuffer()).byteLength),
    )
  })
})

describe('a file that is refused, with its code', () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
  afterAll(alive)

  test('no picture', async () => {
    expect(await refusalOf(await upload(Buffer.from('not a picture at all')))).toEqual([
      422,
      'picture_refused',
      'format',
    ])
    expect(await refusalOf(await upload(Buffer.alloc(0)))).toEqual([422, 'picture_refused', 'format'])
  })

  test('an SVG, under its own name and as a PNG', async () => {
    expect(await refusalOf(await upload(svg, 'image/svg+xml'))).toEqual([
      415,
      'unsupported_media_type',
      undefined,
    ])
    expect(await refusalOf(await upload(svg, 'image/png'))).toEqual([422, 'picture_refused', 'format'])
  })

  test('a picture in a format that browsers do not show', async () => {
    expect(await refusalOf(await upload(await noise(50, 50).tiff().toBuffer()))).toEqual([
      422,
      'picture_refused',
      'format',
    ])
  })

  test('a JPEG that ends too early, and a PNG with a header and nothing behind it', async () => {
    const jpeg = await noise(400, 400).jpeg().toBuffer()
    expect(await refusalOf(await upload(jpeg.subarray(0, jpeg.length / 2), 'image/jpeg'))).toEqual([
      422,
      'picture_refused',
      'broken',
    ])
    expect(await refusalOf(await upload(pngOf(64, 64).subarray(0, 33)))).toEqual([
      422,
      'picture_refused',
      'broken',
    ])
  })

  test('a bomb: 30000 x 30000 pixels in a few kilobytes, before it is decoded', async () => {
    const bomb = pngOf(30_000, 30_000)
    expect(bomb.length).toBeLessThan(1_000_000)
    const startedAt = performance.now()
    expect(await refusalOf(await upload(bomb))).toEqual([422, 'picture_refused', 'too_many_pixels'])
    expect(performance.now() - startedAt).toBeLessThan(2000)
  })

  test('one that moves, and one too small to see', async () => {
    const frames = await Promise.all([1, 2].map(() => noise(32, 32).png().toBuffer()))
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    expect(await refusalOf(await upload(moving, 'image/gif'))).toEqual([422, 'picture_refused', 'animated'])
    expect(await refusalOf(await upload(await noise(8, 8).png().toBuffer()))).toEqual([
      422,
      'picture_refused',
      'too_small',
    ])
  })

  test('50 MB, announced', async () => {
    expect(await refusalOf(await upload(Buffer.alloc(50 * 1024 * 1024)))).toEqual([
      413,
      'payload_too_large',
      undefined,
    ])
  })

  test('50 MB that come without a length', async () => {
    const piece = Buffer.alloc(1024 * 1024)
    const answer = new Promise<number | undefined>((resolve, reject) => {
      const sending = request(
        `${app.url}/api/v1/tenants/${shop.tenant.id}/pictures`,
        {
          method: 'POST',
          headers: { authorization: `Bearer ${shop.owner.token}`, 'content-type': 'image/png' },
        },
        (response) => resolve(response.statusCode),
      ).on('error', reject)
      for (let sent = 0; sent < 50; sent++) sending.write(piece)
      sending.end()
    })
    expect(await answer).toBe(413)
  })

  test('10 MB of JSON where JSON is taken', async () => {
    const response = await shop.owner.call(
      'PATCH',
      `/tenants/${shop.tenant.id}/products/${shop.product.id}`,
      {
        description: 'x'.repeat(PICTURE_BYTES_MAX),
      },
    )
    expect(await refusalOf(response)).toEqual([413, 'payload_too_large', undefined])
  })

  test('one by somebody who may not, without its bytes being waited for', async () => {
    const line = createConnection({ port: Number(new URL(app.url).port), host: '127.0.0.1' })
    const answer = new Promise<string>((resolve) => line.once('data', (data) => resolve(data.toString())))
    line.write(
      `POST /api/v1/tenants/${shop.tenant.id}/pictures HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\nabc`,
    )
    expect(await answer).toContain('401')
    line.destroy()
  })

  test('a sender who goes away in the middle leaves its place to others', async () => {
    for (let i = 0; i < testLimits.http.uploadsAtOnceMax + 2; i++) {
      const line = createConnection({ port: Number(new URL(app.url).port), host: '127.0.0.1' })
      line.write(
        `POST /api/v1/tenants/${shop.tenant.id}/pictures HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${shop.owner.token}\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\nabc`,
      )
      await new Promise((resolve) => setTimeout(resolve, 30))
      line.destroy()
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
    await uploaded(await noise(33, 33).png().toBuffer())
  })
})

describe('what is served', () => {
  test.each([
    '/media/../secret/640.webp',
    '/media/..%2f..%2fsecret/640.webp',
    `/media/${'a'.repeat(40)}/640.webp`,
    `/media/${'a'.repeat(40)}/..%2f..%2f..%2fsecret`,
    `/media/${'a'.repeat(40)}/9999.webp`,
  ])('%s is nothing', async (path) => {
    expect((await fetch(app.url + path)).status).toBe(404)
  })

  test('only renditions have a key', () => {
    const key = '0123456789abcdef0123456789abcdef01234567'
    expect(requestedKey(key, '320.webp')).toBe(`${key}/320.webp`)
    expect(requestedKey(key, '321.webp')).toBeNull()
    expect(requestedKey('../../../../etc', '320.webp')).toBeNull()
    expect(requestedKey(key.toUpperCase(), '320.webp')).toBeNull()
  })
})

describe('pictures of a product', () => {
  const put = (pictures: object[], of = shop) =>
    of.owner.call('PUT', `/tenants/${of.tenant.id}/products/${of.product.id}/pictures`, { pictures })

  test('are in order, the first is the cover, and the room hears of it', async () => {
    const [one, two] = [
      await uploaded(await noise(50, 60).png().toBuffer()),
      await uploaded(await noise(50, 61).png().toBuffer()),
    ]
    const response = await put([{ id: two.id, alt: 'From above' }, { id: one.id }])
    const product = (await response.json()) as Awaited<ReturnType<typeof app.domains.products.get>>
    expect(product.pictures.map(({ id, alt }) => [id, alt])).toEqual([
      [two.id, 'From above'],
      [one.id, ''],
    ])
    expect(product.pictureUrl).toBe(two.url)
    const view = await app.domains.shows.roomView(shop.show.id)
    expect(view.shelf[0]?.pictureUrl).toBe(two.url)
  })

  test("of another tenant, unknown or twice are refused, and nothing of the product's changes", async () => {
    const before = (await app.domains.products.get(shop.tenant.id, shop.product.id)).pictures
    const other = await merchant(app)
    const theirs = await uploaded(await noise(50, 62).png().toBuffer(), 'image/png', other)
    const mine = before[0]!.id
    for (const ids of [[theirs.id], ['med_none'], [mine, mine], [mine, theirs.id]]) {
      expect((await put(ids.map((id) => ({ id })))).status).toBe(422)
    }
    expect((await app.domains.products.get(shop.tenant.id, shop.product.id)).pictures).toEqual(before)
  })

  test('a show has a cover of its tenant, and viewers get it', async () => {
    const { url, id } = await uploaded(await noise(90, 60).png().toBuffer())
    const path = `/tenants/${shop.tenant.id}/shows/${shop.show.id}`
    const shown = (await (await shop.owner.call('PATCH', path, { coverId: id })).json()) as {
      coverUrl: string
    }
    expect(shown.coverUrl).toBe(url)
    const visit = await fetch(`${app.url}/api/v1/shows/${shop.show.id}/visits`, { method: 'POST' })
    expect(((await visit.json()) as { show: { coverUrl: string } }).show.coverUrl).toBe(url)
    expect((await shop.owner.call('PATCH', path, { coverId: 'med_none' })).status).toBe(422)
    await shop.owner.call('PATCH', path, { coverId: null })
    expect((await app.domains.shows.get(shop.tenant.id, shop.show.id)).coverUrl).toBeNull()
  })
})

describe('the sweep', () => {
  const { sql } = app.domains.db
  const served = async (picture: PictureView) => (await fetch(app.url + picture.url)).status
  const aged = () => sql`update media set used_at = now() - interval '25 hours'`

  test('takes what nothing has shown for a day, and only that', async () => {
    const made = async (height: number) => uploaded(await noise(70, height).png().toBuffer())
    const [onProduct, onShow, onOrder, fresh, unused] = [
      await made(70),
      await made(71),
      await made(72),
      await made(73),
      await made(74),
    ]
    const [line] = await orderedBy(onOrder)
    expect(line).toBeDefined()
    await app.domains.products.putPictures(shop.tenant.id, shop.product.id, [{ id: onProduct.id, alt: '' }])
    await app.domains.shows.change(shop.tenant.id, shop.show.id, { coverId: onShow.id })
    await aged()
    await sql`update media set used_at = now() where id = ${fresh.id}`
    expect(await app.domains.pictures.sweep()).toBeGreaterThan(0)
    expect(await Promise.all([onProduct, onShow, onOrder, fresh, unused].map(served))).toEqual([
      200, 200, 200, 200, 404,
    ])
  })

  test('a picture that is taken off a product has another day', async () => {
    const picture = await uploaded(await noise(71, 80).png().toBuffer())
    await app.domains.products.putPictures(shop.tenant.id, shop.product.id, [{ id: picture.id, alt: '' }])
    await aged()
    await app.domains.products.putPictures(shop.tenant.id, shop.product.id, [])
    await app.domains.pictures.sweep()
    expect(await served(picture)).toBe(200)
  })

  test('what is being swept cannot be shown any more, and a sweep that was cut off is finished', async () => {
    const bytes = await noise(72, 80).png().toBuffer()
    const picture = await uploaded(bytes)
    await sql`update media set sweeping = true where id = ${picture.id}`
    const attempt = app.domains.products.putPictures(shop.tenant.id, shop.product.id, [
      { id: picture.id, alt: '' },
    ])
    await expect(attempt).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await refusalOf(await upload(bytes))).toEqual([503, 'unavailable', undefined])
    await app.domains.pictures.sweep()
    expect(await served(picture)).toBe(404)
    expect(await served(await uploaded(bytes))).toBe(200)
  })

  /** An order whose line shows the picture, which its product then no longer does. */
  async function orderedBy(picture: PictureView) {
    const { tenant, show, sku, product } = shop
    await app.domains.products.putPictures(tenant.id, product.id, [{ id: picture.id, alt: '' }])
    const buyer = await signedUp(app)
    const address = {
      name: 'Ann',
      phone: '13800138000',
      country: 'CN',
      city: 'Hangzhou',
      street: '1 Lake Rd',
    }
    const body = {
      showId: show.id,
      lines: [{ skuId: sku.id, quantity: 1 }],
      address,
      expectedTotalMinor: sku.priceMinor,
    }
    const placed = await buyer.call('POST', '/orders', body, { 'idempotency-key': crypto.randomUUID() })
    expect(placed.status).toBe(201)
    await app.domains.products.putPictures(tenant.id, product.id, [])
    return sql`select 1 from order_lines where picture_key is not null and picture_url(picture_key) = ${picture.url}`
  }
})
