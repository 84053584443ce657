import { expect, test } from 'vitest'
import { merchant, testApp } from '../../test/app.ts'

/** Signing up, in and out over HTTP, as a browser does it: by the cookie. */

const app = await testApp()
let cookie = ''

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${app.url}/api/v1${path}`, {
    method,
    headers: {
      origin: app.url,
      cookie,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const set = response.headers.get('set-cookie')
  if (set) cookie = set.split(';')[0]!
  return { status: response.status, set, body: response.status === 204 ? null : await response.json() }
}

test('a guest signs up with a phone number, stays the same person, signs out and in again', async () => {
  const guest = await call('POST', '/sessions/guest', {})
  expect([guest.status, guest.body.guest]).toEqual([201, true])
  const asGuest = cookie
  const person = await call('POST', '/people', {
    login: '+86 138-0013-8000',
    password: 'correct horse',
    name: 'Ann',
  })
  expect([person.status, person.body.id, person.body.guest]).toEqual([201, guest.body.id, false])
  expect(person.set).toMatch(/^sid=[^,]*HttpOnly; SameSite=Lax; Max-Age=\d{7}(, did=|$)/)
  expect(cookie).not.toBe(asGuest) // a session that somebody planted before is worth nothing after
  expect((await call('GET', '/me')).body.person.name).toBe('Ann')

  expect((await call('DELETE', '/sessions/current')).status).toBe(204)
  expect((await call('GET', '/me')).status).toBe(401)
  const again = await call('POST', '/sessions', { login: '+8613800138000', password: 'correct horse' })
  expect([again.status, again.body.id]).toEqual([201, guest.body.id])
})

test('an e-mail address is the same in capitals', async () => {
  cookie = ''
  const made = await call('POST', '/people', {
    login: 'Bo@Example.com',
    password: 'correct horse',
    name: 'Bo',
  })
  const back = await call('POST', '/sessions', { login: 'bo@example.COM', password: 'correct horse' })
  expect(back.body.id).toBe(made.body.id)
})

test.each([
  ['no login at all', { login: 'ann', password: 'correct horse', name: 'Ann' }, 'login'],
  ['a short password', { login: 'c@example.com', password: 'short', name: 'C' }, 'password'],
  ['a name of blanks', { login: 'd@example.com', password: 'correct horse', name: '   ' }, 'name'],
])('%s is refused, and the field is named', async (_name, body, field) => {
  const answer = await call('POST', '/people', body)
  expect([answer.status, answer.body.issues[0].path]).toEqual([422, field])
})

test('the operator opens a tenant for an existing person, once by a short name', async () => {
  cookie = ''
  const operator = await call('POST', '/people', {
    login: 'op@example.com',
    password: 'correct horse',
    name: 'Op',
  })
  await app.domains.accounts.people.makeOperator(operator.body.id)
  const tenant = { name: 'Lumen', slug: 'lumen', currency: 'EUR', ownerLogin: 'bo@example.com' }
  expect((await call('POST', '/tenants', tenant)).status).toBe(201)
  expect((await call('POST', '/tenants', tenant)).body.code).toBe('slug_taken')
  expect((await call('POST', '/tenants', { ...tenant, ownerLogin: 'nobody@example.com' })).status).toBe(404)
  await call('POST', '/sessions', { login: 'bo@example.com', password: 'correct horse' })
  const me = await call('GET', '/me')
  expect(me.body.memberships.map((one: { role: string }) => one.role)).toEqual(['owner'])
})

test('an owner names the tenant and the origins on which it embeds, each an exact one', async () => {
  cookie = ''
  const shop = await merchant(app)
  const patch = async (body: unknown) => {
    const response = await shop.owner.call('PATCH', `/tenants/${shop.tenant.id}`, body)
    return { status: response.status, body: await response.json() }
  }
  const given = [
    'https://Shop.Example/',
    'https://shop.example',
    'http://localhost:3000',
    'https://b.test:8443',
  ]
  expect((await patch({ allowedOrigins: given })).body.allowedOrigins).toEqual([
    'https://shop.example',
    'http://localhost:3000',
    'https://b.test:8443',
  ])
  expect((await patch({ name: 'Lumen & Co' })).body).toMatchObject({ name: 'Lumen & Co' })
  for (const origin of [
    'http://shop.example',
    'https://*.shop.example',
    'https://shop.example/page',
    'https://shop.example?q',
    'https://user@shop.example',
    "https://a;script-src'",
    'https://a,b',
    'javascript:alert(1)',
    'null',
    '*',
  ]) {
    expect([origin, (await patch({ allowedOrigins: [origin] })).status]).toEqual([origin, 422])
  }
  const many = Array.from({ length: 21 }, (_, i) => `https://s${i}.example`)
  expect((await patch({ allowedOrigins: many })).status).toBe(422)
  expect((await patch({ allowedOrigins: [] })).body).toMatchObject({ name: 'Lumen & Co', allowedOrigins: [] })
})
