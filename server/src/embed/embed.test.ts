import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'
import { ADDRESS } from '../../test/commerce.ts'
import { testLimits } from '../../test/fixtures.ts'
import { systemClock } from '../kernel/clock.ts'
import { createEmbed } from './embed.ts'

/** The player on other origins: who may come, as whom, and how far such a session reaches. */

const app = await testApp()
const ORIGIN = 'https://blog.example'
const AUDIENCE = app.domains.embed.audience
const [shop, other] = [await embedding(), await embedding()]

async function embedding() {
  const made = await merchant(app)
  await app.domains.accounts.tenants.change(made.tenant.id, { allowedOrigins: [ORIGIN] })
  return made
}

type Shop = Awaited<ReturnType<typeof embedding>>

async function request(
  method: string,
  path: string,
  given: { token?: string | undefined; body?: unknown } = {},
) {
  const response = await fetch(`${app.url}/api/v1${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': randomBytes(8).toString('hex'),
      ...(given.token ? { authorization: `Bearer ${given.token}` } : {}),
    },
    ...(method === 'GET' ? {} : { body: JSON.stringify(given.body ?? {}) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

const open = (grant: Record<string, unknown>, at: { in?: Shop; origin?: string; token?: string } = {}) =>
  request('POST', '/embed/sessions', {
    token: at.token,
    body: { showId: (at.in ?? shop).show.id, origin: at.origin ?? ORIGIN, ...grant },
  })
const visit = (token: string, of = shop) => request('POST', `/shows/${of.show.id}/visits`, { token })

async function order(token: string, of = shop) {
  const body = {
    showId: of.show.id,
    lines: [{ skuId: of.sku.id, quantity: 1 }],
    address: ADDRESS,
    expectedTotalMinor: 7900,
  }
  return request('POST', '/orders', { token, body })
}

describe('a guest', () => {
  test('comes, watches and buys at one merchant', async () => {
    const { status, body } = await open({ grant: 'guest' })
    expect([status, body.person.guest]).toEqual([201, true])
    const seen = await visit(body.token)
    expect([seen.status, seen.body.person.id]).toEqual([201, body.person.id])
    expect((await visit(body.token, other)).status).toBe(404)
    expect((await order(body.token)).status).toBe(201)
    expect((await order(body.token, other)).status).toBe(404)
  })

  test.each([
    ['a page that the merchant does not name', 'https://evil.example', 403],
    ['another port of a page that it does', `${ORIGIN}:8443`, 403],
    ['an opaque origin', 'null', 422],
  ])('is refused on %s', async (_name, origin, status) => {
    expect((await open({ grant: 'guest' }, { origin })).status).toBe(status)
  })

  test('loses the session with the permission of the origin, and with its end', async () => {
    const place = await embedding()
    const { token } = (await open({ grant: 'guest' }, { in: place })).body
    await app.domains.accounts.tenants.change(place.tenant.id, { allowedOrigins: [] })
    expect((await visit(token, place)).status).toBe(401)
    await app.domains.accounts.tenants.change(place.tenant.id, { allowedOrigins: [ORIGIN] })
    expect((await visit(token, place)).status).toBe(201)
    expect((await request('DELETE', '/sessions/current', { token })).status).toBe(204)
    expect((await visit(token, place)).status).toBe(401)
  })

  test("the session is none as a cookie, nor in the studio's calls", async () => {
    const { token } = (await open({ grant: 'guest' })).body
    const headers = { cookie: `sid=${token}` }
    expect((await fetch(`${app.url}/api/v1/me`, { headers })).status).toBe(401)
    expect(await app.domains.accounts.sessions.actorOf(token)).toBeNull()
  })
})

describe('a popup sign-in', async () => {
  const person = await signedUp(app, 'Ann')
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const codeFor = async (of = shop) => {
    const response = await person.call('POST', '/embed/codes', {
      showId: of.show.id,
      origin: ORIGIN,
      challenge,
    })
    return ((await response.json()) as { code: string }).code
  }

  test('hands the person over, once, and what the guest ordered is theirs', async () => {
    const guest = (await open({ grant: 'guest' })).body
    const bought = (await order(guest.token)).body
    const code = await codeFor()
    const { status, body } = await open({ grant: 'code', code, verifier }, { token: guest.token })
    expect([status, body.person]).toEqual([
      201,
      { id: person.id, name: 'Ann', guest: false, operator: false },
    ])
    const mine = await request('GET', '/orders', { token: body.token })
    expect(mine.body.items.map((one: { id: string }) => one.id)).toEqual([bought.id])
    expect((await visit(guest.token)).status).toBe(401)
    expect((await open({ grant: 'code', code, verifier })).body.code).toBe('sign_in_code_invalid')
  })

  test('shows the orders of this merchant only', async () => {
    const elsewhere = (await order(person.token, other)).body
    const { token } = (await open({ grant: 'code', code: await codeFor(), verifier })).body
    const listed = await request('GET', '/orders', { token })
    expect(listed.body.items.map((one: { id: string }) => one.id)).not.toContain(elsewhere.id)
    expect((await request('GET', `/orders/${elsewhere.id}`, { token })).status).toBe(404)
    expect((await request('POST', `/orders/${elsewhere.id}/cancel`, { token })).status).toBe(404)
    const pay = await request('POST', `/orders/${elsewhere.id}/payments`, {
      token,
      body: { provider: 'sandbox' },
    })
    expect(pay.status).toBe(404)
  })

  test.each([
    ['another verifier', { verifier: randomBytes(32).toString('base64url') }, {}],
    ['another merchant', {}, { in: other }],
    ['a made-up code', { code: randomBytes(32).toString('base64url') }, {}],
  ])('is refused with %s, which uses the code up', async (_name, over, at) => {
    const code = await codeFor()
    const wrong = await open({ grant: 'code', code, verifier, ...over }, at)
    expect([wrong.status, wrong.body.code]).toEqual([401, 'sign_in_code_invalid'])
    if (!('code' in over)) expect((await open({ grant: 'code', code, verifier })).status).toBe(401)
  })

  test('is refused from another origin of the same merchant', async () => {
    const place = await embedding()
    const second = 'https://second.example'
    await app.domains.accounts.tenants.change(place.tenant.id, { allowedOrigins: [ORIGIN, second] })
    const code = await codeFor(place)
    const stolen = await open({ grant: 'code', code, verifier }, { in: place, origin: second })
    expect(stolen.body.code).toBe('sign_in_code_invalid')
  })

  test('a code lives a minute', async () => {
    await codeFor()
    const keys = await app.domains.redis.keys('embed:code:*')
    for (const key of keys) expect(await app.domains.redis.pttl(key)).toBeLessThanOrEqual(60_000)
    expect(keys.length).toBeGreaterThan(0)
  })

  test('a code is for people with an account, and for an origin of the merchant', async () => {
    const body = { showId: shop.show.id, origin: 'https://evil.example', challenge }
    expect((await person.call('POST', '/embed/codes', body)).status).toBe(403)
    const guest = await app.domains.accounts.people.createGuest()
    const token = await app.domains.accounts.sessions.open(guest.id)
    const asked = await request('POST', '/embed/codes', { token, body: { ...body, origin: ORIGIN } })
    expect(asked.body.code).toBe('account_needed')
  })
})

describe("a merchant's asserted identity", async () => {
  const keyOf = async (of: Shop) => {
    const response = await of.owner.call('POST', `/tenants/${of.tenant.id}/identity-keys`, {
      name: 'Web shop',
    })
    const { id, privateKey } = (await response.json()) as { id: string; privateKey: string }
    return { id, key: createPrivateKey(privateKey) }
  }
  const mine = await keyOf(shop)
  const theirs = await keyOf(other)
  const nowS = () => Math.floor(Date.now() / 1000)

  interface Told {
    key?: KeyObject | Uint8Array
    kid?: string
    alg?: string
    iss?: string
    aud?: string
    sub?: string
    jti?: string | null
    iat?: number
    exp?: number
    name?: string
  }
  const sign = (told: Told = {}) => {
    const iat = told.iat ?? nowS()
    const jti = told.jti === undefined ? randomBytes(16).toString('hex') : told.jti
    const jwt = new SignJWT({
      sub: told.sub ?? 'customer-1',
      iss: told.iss ?? shop.tenant.id,
      aud: told.aud ?? AUDIENCE,
      iat,
      exp: told.exp ?? iat + 300,
      ...(jti === null ? {} : { jti }),
      ...(told.name ? { name: told.name } : {}),
    })
    return jwt
      .setProtectedHeader({ alg: told.alg ?? 'EdDSA', kid: told.kid ?? mine.id })
      .sign(told.key ?? mine.key)
  }
  const come = async (token: string, at = {}) => open({ grant: 'identity', token }, at)

  test('the same customer is the same person, another is another, and the name follows the site', async () => {
    const first = await come(await sign({ name: '陈美丽' }))
    expect([first.status, first.body.person]).toEqual([
      201,
      { id: expect.any(String), name: '陈美丽', guest: false, operator: false },
    ])
    const again = await come(await sign({ name: 'Chen Meili' }))
    expect(again.body.person).toEqual({ ...first.body.person, name: 'Chen Meili' })
    const stranger = await come(await sign({ sub: 'customer-2' }))
    expect(stranger.body.person.id).not.toBe(first.body.person.id)
  })

  test('two first visits at once make one person', async () => {
    const both = await Promise.all([1, 2, 3].map(async () => come(await sign({ sub: 'in-a-hurry' }))))
    expect(new Set(both.map(({ body }) => body.person.id)).size).toBe(1)
  })

  test('the same subject of two merchants is two people', async () => {
    const here = await come(await sign({ sub: 'ann@example.com' }))
    const there = await come(
      await sign({ sub: 'ann@example.com', kid: theirs.id, key: theirs.key, iss: other.tenant.id }),
      { in: other },
    )
    expect(there.status).toBe(201)
    expect(there.body.person.id).not.toBe(here.body.person.id)
  })

  test('a login that reads the same is never linked', async () => {
    const person = await signedUp(app, 'Ann')
    const { body } = await come(await sign({ sub: person.login, name: 'Ann' }))
    expect(body.person.id).not.toBe(person.id)
  })

  const secret = (pem: KeyObject) =>
    new TextEncoder().encode(pem.export({ type: 'spki', format: 'pem' }).toString())
  const stranger = generateKeyPairSync('ed25519').privateKey
  const publicHalf = async () => {
    const [row] = await app.domains.db.sql<{ publicKey: string }[]>`
      select public_key as "publicKey" from identity_keys where id = ${mine.id}`
    return new TextEncoder().encode(row!.publicKey)
  }
  const unsigned = (header: object) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const payload = { sub: 'x', iss: shop.tenant.id, aud: AUDIENCE, iat: nowS(), exp: nowS() + 60, jti: 'j1' }
    return `${part(header)}.${part(payload)}.`
  }

  test.each<[string, () => Promise<string> | string]>([
    ['signed with another key', () => sign({ key: stranger })],
    ["signed with another merchant's key", () => sign({ key: theirs.key, kid: theirs.id })],
    ["another merchant's key under our kid", () => sign({ key: theirs.key })],
    ['an unknown kid', () => sign({ kid: 'key_none' })],
    ['no signature: alg none', () => unsigned({ alg: 'none', kid: mine.id })],
    ['alg none in capitals', () => unsigned({ alg: 'NONE', kid: mine.id })],
    ['HS256 with our public key as the secret', async () => sign({ alg: 'HS256', key: await publicHalf() })],
    [
      'HS256 with some secret',
      () => sign({ alg: 'HS256', key: secret(generateKeyPairSync('ed25519').publicKey) }),
    ],
    [
      'RS256',
      () => sign({ alg: 'RS256', key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }),
    ],
    ['expired', () => sign({ iat: nowS() - 290, exp: nowS() - 10 })],
    ['issued long ago', () => sign({ iat: nowS() - 310, exp: nowS() + 60 })],
    ['issued in the future', () => sign({ iat: nowS() + 60 })],
    ['good for longer than five minutes', () => sign({ exp: nowS() + 301 + 1 })],
    ['for another server', () => sign({ aud: 'https://elsewhere.example' })],
    ['of another issuer', () => sign({ iss: other.tenant.id })],
    ['without an id', () => sign({ jti: null })],
    ['without a subject', () => sign({ sub: '' })],
    ['with a subject that Postgres cannot keep', () => sign({ sub: 'a\0b' })],
    ['with a subject too long', () => sign({ sub: 'x'.repeat(129) })],
    ['no token at all', () => 'hello'],
  ])('%s is refused', async (_name, token) => {
    const { status, body } = await come(await token())
    expect([status, body.code]).toEqual([401, 'identity_invalid'])
  })

  test('a changed payload is refused', async () => {
    const [head, , signature] = (await sign()).split('.')
    const forged = Buffer.from(
      JSON.stringify({
        sub: 'vip',
        iss: shop.tenant.id,
        aud: AUDIENCE,
        iat: nowS(),
        exp: nowS() + 60,
        jti: 'j2',
      }),
    ).toString('base64url')
    expect((await come(`${head}.${forged}.${signature}`)).body.code).toBe('identity_invalid')
  })

  test("one merchant's token opens nothing at another", async () => {
    expect((await come(await sign(), { in: other })).body.code).toBe('identity_invalid')
  })

  test('a token is good once, also when it comes ten times at the same moment', async () => {
    const token = await sign()
    const all = await Promise.all(Array.from({ length: 10 }, () => come(token)))
    expect(all.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(401)])
    await app.domains.redis.flushdb() // a Redis that forgot everything lets nothing in twice
    expect((await come(token)).body).toMatchObject({
      code: 'identity_invalid',
      detail: 'it was used already',
    })
  })

  test('such a session orders here, and reaches neither coins nor another merchant nor the console', async () => {
    const { token } = (await come(await sign({ sub: 'buyer' }))).body
    expect((await order(token)).status).toBe(201)
    expect((await order(token, other)).status).toBe(404)
    expect((await visit(token, other)).status).toBe(404)
    const tip = { giftId: 'heart', count: 1 }
    for (const [method, path, body] of [
      ['POST', `/shows/${shop.show.id}/tips`, tip],
      ['POST', '/coin-purchases', { packId: 'pack-60', provider: 'sandbox' }],
      ['GET', '/wallet', undefined],
      ['GET', '/me', undefined],
      ['GET', `/tenants/${shop.tenant.id}`, undefined],
      ['POST', '/embed/codes', {}],
      ['POST', '/people', {}],
    ] as const) {
      const refused = await request(method, path, { token, body })
      expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'own_page_needed'])
    }
  })

  test('a revoked key vouches for nobody, and whom it vouched for is out', async () => {
    const key = await keyOf(shop)
    const { token } = (await come(await sign({ key: key.key, kid: key.id }))).body
    expect((await visit(token)).status).toBe(201)
    const path = `/tenants/${shop.tenant.id}/identity-keys/${key.id}`
    expect((await shop.owner.call('DELETE', path)).status).toBe(204)
    expect((await visit(token)).status).toBe(401)
    expect((await come(await sign({ key: key.key, kid: key.id }))).body.code).toBe('identity_invalid')
    expect((await shop.owner.call('DELETE', path)).status).toBe(404)
  })

  test('used tokens are forgotten once nobody could use them', async () => {
    const { sql } = app.domains.db
    await come(await sign())
    await sql`update identity_uses set expires_at = now() - interval '1 second' where tenant_id = ${shop.tenant.id}`
    await app.domains.embed.sweep()
    expect(await sql`select 1 from identity_uses where tenant_id = ${shop.tenant.id}`).toHaveLength(0)
  })
})

describe('identity keys', async () => {
  const place = await embedding()
  const path = `/tenants/${place.tenant.id}/identity-keys`
  const create = async (body: unknown) => {
    const response = await place.owner.call('POST', path, body)
    return { status: response.status, body: await response.json() }
  }
  const pem = (type: 'ed25519' | 'x25519') =>
    generateKeyPairSync(type as 'ed25519')
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString()

  test('a private half is told once and kept nowhere', async () => {
    const { status, body } = await create({ name: 'Made here' })
    expect([status, body.privateKey]).toEqual([201, expect.stringContaining('BEGIN PRIVATE KEY')])
    const listed = await place.owner.call('GET', path)
    expect(await listed.json()).toEqual({
      items: [{ id: body.id, name: 'Made here', createdAt: body.createdAt, lastUsedAt: null }],
      audience: AUDIENCE,
      issuer: place.tenant.id,
    })
    const [row] = await app.domains.db.sql`select * from identity_keys where id = ${body.id}`
    expect(JSON.stringify(row)).not.toContain('PRIVATE')
  })

  test('a public key may be brought along', async () => {
    const { status, body } = await create({ name: 'Brought', publicKey: pem('ed25519') })
    expect([status, body.privateKey]).toEqual([201, null])
  })

  test.each([
    [
      'a private key',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ],
    ['another curve', pem('x25519')],
    [
      'an RSA key',
      generateKeyPairSync('rsa', { modulusLength: 2048 })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString(),
    ],
    ['nonsense', 'ssh-ed25519 AAAA'],
  ])('%s is refused', async (_name, publicKey) => {
    const { status, body } = await create({ name: 'Wrong', publicKey })
    expect([status, body.issues[0].path]).toEqual([422, 'publicKey'])
  })

  test('there are at most ten', async () => {
    for (let count = 2; count < 10; count++) expect((await create({ name: `Key ${count}` })).status).toBe(201)
    expect((await create({ name: 'One more' })).body.code).toBe('too_many_keys')
  })
})

describe('how often', () => {
  const { domains } = app
  const small = createEmbed({
    ...domains,
    clock: systemClock,
    publicUrl: app.url,
    limits: { ...testLimits.embed, sessionsPerAddressPer10Min: 2, codesPerPersonPer10Min: 2 },
  })
  const place = { showId: shop.show.id, origin: ORIGIN }
  const tooMany = expect.objectContaining({ code: 'too_many_requests' })

  test('one address opens sessions', async () => {
    const from = { ip: '192.0.2.7', sessionToken: null }
    const come = () => small.open({ ...place, grant: 'guest' }, null, from)
    await domains.redis.del('rate:embed-session:192.0.2.7')
    await come()
    await come()
    await expect(come()).rejects.toEqual(tooMany)
  })

  test('one person asks for codes', async () => {
    const { id } = await signedUp(app)
    const ask = () => small.issueCode({ ...place, challenge: 'x'.repeat(43) }, id)
    await ask()
    await ask()
    await expect(ask()).rejects.toEqual(tooMany)
  })
})
