import { contracts } from '@shelfcast/shared/api/all.ts'
import type { Contract } from '@shelfcast/shared/api/contract.ts'
import type { Down } from '@shelfcast/shared/protocol/down.ts'
import { PROTOCOL_VERSION } from '@shelfcast/shared/protocol/version.ts'
import { io } from 'socket.io-client'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTickets } from '../src/accounts/index.ts'
import { deriveKey, rootSecret } from '../src/kernel/secrets.ts'
import { ADDRESS } from './address.ts'
import { merchant, signedUp, testApp } from './app.ts'
import { testBrowser, windowOf } from './browser.ts'
import { testLimits } from './fixtures.ts'
import { hostileSample } from './hostile.ts'
import { Wire } from './roomSocket.ts'

/**
 * What may be sent to a server that must not be: each gets its code, and the server goes on. Uploads (no picture, an
 * SVG, a bomb, 50 MB) are in `src/pictures/pictures.test.ts`, thousands of mutated frames in
 * `src/edge/rooms/malformed.test.ts`.
 */

const SECRET = 'a-secret-that-only-this-test-knows-of'
const app = await testApp({ SECRET })
const [shop, other] = [await merchant(app), await merchant(app)]
const ann = await signedUp(app, 'Ann')
const roomsUrl = `${app.url.replace(/^http/, 'ws')}/rooms`

const claims = (of: typeof shop) => ({
  ...{ tenantId: of.tenant.id, showId: of.show.id, personId: ann.id, name: 'Ann' },
  ...{ guest: false, role: 'viewer' as const },
})
const ticketFor = (of: typeof shop, right: 'room' | 'media' = 'room') =>
  app.domains.tickets.issue({ ...claims(of), right })
const connect = () => new Wire(roomsUrl, app.url).opened()
const join = (ticket: string) => ({ t: 'join', version: PROTOCOL_VERSION, ticket })
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code?: string }).code,
]

/** Whoever comes next is served as if nothing had been. */
async function isAlive(): Promise<void> {
  const wire = await connect()
  wire.send(join(await ticketFor(shop)))
  await wire.get('welcome')
  wire.socket.close()
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200)
}
afterEach(isAlive)

/** A socket in the room, and why it is closed. */
async function refusalOf(send: (wire: Wire) => void | Promise<void>, joined = true): Promise<string> {
  const wire = await connect()
  if (joined) {
    wire.send(join(await ticketFor(shop)))
    await wire.get('welcome')
  }
  await send(wire)
  return (await wire.close()).reason
}

describe('rooms', () => {
  test('unknown message', async () => {
    expect(await refusalOf((wire) => wire.send({ t: 'burn' }))).toBe('unknown_message')
  })
  test('oversized frame', async () => {
    const { frameBytesMax } = testLimits.rooms
    const wire = await connect()
    wire.send({ t: 'say', id: 'x', text: 'x'.repeat(frameBytesMax) })
    expect([1006, 1009, 4413]).toContain((await wire.close()).code) // the transport's or ours
  })
  test('bad JSON', async () => {
    expect(await refusalOf((wire) => wire.socket.send('{"t":'))).toBe('bad_json')
  })
  test('expired ticket', async () => {
    const old = createTickets({
      key: deriveKey(rootSecret(SECRET, ''), 'tickets'),
      ...{ lifeMs: 60_000, renewMs: 60_000, clock: { now: () => Date.now() - 3600_000 } },
    })
    const ticket = await old.issue({ ...claims(shop), right: 'room' })
    expect(await refusalOf((wire) => wire.send(join(ticket)), false)).toBe('ticket_invalid')
  })
  test('foreign ticket: of another server, and one for video', async () => {
    const foreign = createTickets({
      key: deriveKey(rootSecret('a-secret-of-somebody-else-altogether', ''), 'tickets'),
      ...{ lifeMs: 60_000, renewMs: 60_000, clock: { now: () => Date.now() } },
    })
    for (const ticket of [
      await foreign.issue({ ...claims(shop), right: 'room' }),
      await ticketFor(shop, 'media'),
    ]) {
      expect(await refusalOf((wire) => wire.send(join(ticket)), false)).toBe('ticket_invalid')
    }
  })
  test('chat flood', async () => {
    const wire = await connect()
    wire.send(join(await ticketFor(shop)))
    await wire.get('welcome')
    for (let i = 0; i < 30; i++) wire.send({ t: 'say', id: `l${i}`, text: 'buy buy buy' })
    const acks = () => wire.events.filter((event): event is Extract<Down, { t: 'ack' }> => event.t === 'ack')
    await expect.poll(() => acks().length).toBe(30)
    const refused = acks().filter((ack) => !ack.ok)
    expect(refused.length).toBeGreaterThan(15)
    expect(JSON.stringify(refused)).toContain('chat_too_fast')
    wire.socket.close()
  })
})

describe('shows and stage', () => {
  test('unknown show', async () => {
    expect(await codeOf(await ann.call('POST', '/shows/shw_none/visits'))).toEqual([404, 'not_found'])
    const body = {
      showId: 'shw_none',
      lines: [{ skuId: 's', quantity: 1 }],
      address: ADDRESS,
      expectedTotalMinor: 1,
    }
    const placed = await ann.call('POST', '/orders', body, { 'idempotency-key': 'unknown-show' })
    expect(await codeOf(placed)).toEqual([404, 'not_found'])
  })
  test("video of another merchant's show", async () => {
    const response = await fetch(`${app.url}/whep/${shop.show.id}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await ticketFor(other, 'media')}`,
        'content-type': 'application/sdp',
      },
      body: 'v=0\r\n',
    })
    expect(response.status).toBe(401)
  })
  test('second host with the same seat', async () => {
    const studio = async () => {
      const socket = io(app.url, {
        ...{ transports: ['websocket'], forceNew: true, reconnection: false },
        extraHeaders: { cookie: `sid=${shop.owner.token}`, origin: app.url },
      })
      await new Promise<void>((resolve, reject) =>
        socket.once('connect', resolve).once('connect_error', reject),
      )
      return socket
    }
    const [first, second] = [await studio(), await studio()]
    const left = new Promise((resolve) => first.once('stage.left', resolve))
    const seat = { tenantId: shop.tenant.id, showId: shop.show.id }
    for (const [socket, windowId] of [
      [first, 'a window'],
      [second, 'another window'],
    ] as const) {
      expect(await socket.emitWithAck('stage.join', { ...seat, windowId })).toMatchObject({ ok: true })
    }
    expect(await left).toEqual({ reason: 'replaced' })
    expect(await first.emitWithAck('stage.goLive', {})).toMatchObject({ problem: { code: 'not_found' } })
    first.close()
    second.close()
  })
})

describe('price or quantity out of range', () => {
  const line = (over: Record<string, unknown>) => ({ skuId: shop.sku.id, quantity: 1, ...over })
  test.each<[string, Record<string, unknown>]>([
    ['none', { quantity: 0 }],
    ['less than none', { quantity: -1 }],
    ['half of one', { quantity: 1.5 }],
    ['too many', { quantity: 101 }],
    ['more than a number holds', { quantity: 1e300 }],
    ['a text', { quantity: '1' }],
  ])('quantity: %s', async (name, over) => {
    const body = { showId: shop.show.id, lines: [line(over)], address: ADDRESS, expectedTotalMinor: 7900 }
    const response = await ann.call('POST', '/orders', body, {
      'idempotency-key': `quantity-${name.length}-x`,
    })
    expect(await codeOf(response)).toEqual([422, 'invalid_input'])
  })
  test.each([-1, 0.5, 1e12, Number.MAX_SAFE_INTEGER, null])('price: %s', async (priceMinor) => {
    const sku = await shop.owner.call('PATCH', `/tenants/${shop.tenant.id}/skus/${shop.sku.id}`, {
      priceMinor,
    })
    expect(await codeOf(sku)).toEqual([422, 'invalid_input'])
    const sale = { skuId: shop.sku.id, priceMinor, quantity: 1 }
    const path = `/tenants/${shop.tenant.id}/shows/${shop.show.id}/flash-sales`
    expect(await codeOf(await shop.owner.call('POST', path, sale))).toEqual([422, 'invalid_input'])
  })
})

test('10 MB body', async () => {
  const answer = await ann
    .call('POST', '/orders', { pad: 'x'.repeat(10 * 2 ** 20) }, { 'idempotency-key': 'ten-megabytes' })
    .then(codeOf, () => 'closed') // the server may close while the body is on its way
  expect(['closed', [413, 'payload_too_large']]).toContainEqual(answer)
})

describe('SQL and HTML in every text field', () => {
  const HOSTILE = `'"; drop table orders; --<script>pwned=1</script><img src=x onerror=pwned=1>`
  const nameOf = ({ method, path }: Contract) => `${method} ${path}`
  const ids = {
    tenantId: other.tenant.id,
    showId: other.show.id,
    productId: other.product.id,
    skuId: other.sku.id,
  }
  const withBody = contracts.filter(({ body }) => body !== undefined)

  test.each(withBody.map((contract) => [nameOf(contract), contract] as const))(
    '%s',
    async (name, contract) => {
      const token = await app.domains.accounts.sessions.open(other.owner.id)
      const known = Object.entries(ids)
      const path = contract.path.replace(
        /:(\w+)/g,
        (_, id: string) => known.find(([key]) => key === id)?.[1] ?? HOSTILE,
      )
      const schema = z.toJSONSchema(contract.body ?? z.null(), { io: 'input', unrepresentable: 'any' })
      const response = await fetch(`${app.url}/api/v1${path.split('/').map(encodeURIComponent).join('/')}`, {
        method: contract.method,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'idempotency-key': `hostile-${name.length}-${Date.now()}`,
        },
        body: JSON.stringify(hostileSample(schema, HOSTILE)),
      })
      expect([name, response.status]).toEqual([name, expect.toSatisfy((status: number) => status < 500)])
      if (response.status !== 204) await response.json()
    },
  )

  test.each(
    contracts
      .filter(({ query }) => query !== undefined)
      .map((contract) => [nameOf(contract), contract] as const),
  )('in the address: %s', async (_name, contract) => {
    const path = contract.path.replace(/:(\w+)/g, () => encodeURIComponent(HOSTILE))
    const fields = Object.keys(contract.query?.shape ?? {})
    const query = new URLSearchParams(fields.map((field) => [field, HOSTILE]))
    expect((await other.owner.call(contract.method, `${path}?${query}`)).status).toBeLessThan(500)
  })

  test('comes back as text, and every table is still there', async () => {
    const [owner, tenantId] = [shop.owner, shop.tenant.id]
    const body = { title: HOSTILE, description: HOSTILE }
    const changed = await owner.call('PATCH', `/tenants/${tenantId}/products/${shop.product.id}`, body)
    expect(await changed.json()).toMatchObject(body)
    const read = await owner.call('GET', `/tenants/${tenantId}/products/${shop.product.id}`)
    expect(await read.json()).toMatchObject(body)
    const show = await owner.call('PATCH', `/tenants/${tenantId}/shows/${shop.show.id}`, { title: HOSTILE })
    expect(await show.json()).toMatchObject({ title: HOSTILE })
    const found = await owner.call(
      'GET',
      `/tenants/${tenantId}/products?q=${encodeURIComponent(`'"; drop table`)}`,
    )
    expect(((await found.json()) as { items: unknown[] }).items).toHaveLength(1)
    expect(await app.domains.db.sql`select to_regclass('orders') is not null as there`).toEqual([
      { there: true },
    ])
  })

  test('is text on the pages of viewers and merchants', { timeout: 60_000 }, async () => {
    const { tenant, show } = shop
    const line = {
      tenantId: tenant.id,
      showId: show.id,
      personId: ann.id,
      name: HOSTILE,
      role: 'viewer' as const,
    }
    await app.domains.chat.say(line, HOSTILE)
    const browser = await testBrowser()
    for (const path of [
      `/s/${show.id}`,
      `/console/${tenant.id}/shows/${show.id}`,
      `/console/${tenant.id}/products`,
    ]) {
      const { page, context, errors } = await windowOf(browser, app.url, shop.owner.token)
      await page.goto(app.url + path)
      await page.getByText('drop table orders').first().waitFor({ timeout: 15_000 })
      await page.waitForTimeout(500)
      expect(await page.evaluate('typeof pwned')).toBe('undefined')
      expect(await page.locator('img[src="x"]').count()).toBe(0)
      expect(errors).toEqual([])
      await context.close()
    }
  })
})
