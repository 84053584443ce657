import uWS from 'uWebSockets.js'
import { contract, id } from '@shelfcast/shared/api/contract.ts'
import { ROLE_SCOPES } from '@shelfcast/shared/scopes.ts'
import { Registry } from 'prom-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { testLimits } from '../../../test/fixtures.ts'
import { listen, silentLog } from '../../../test/world.ts'
import type { Actor } from '../../kernel/actor.ts'
import { Fault } from '../../kernel/errors.ts'
import { handle, type RawRoute } from '../../kernel/route.ts'
import { mountApi, mountFallback, mountRaw } from './api.ts'
import { assertConfinable } from './confine.ts'
import { createHttpMetrics } from './operations.ts'
import { UnderWay } from './under-way.ts'

/** The edge on a bare app with routes of its own: what every route may rely on. */

const base = { tag: 'Test', summary: 'Test' }
const echo = contract({
  ...base,
  method: 'POST',
  path: '/echo/:name',
  who: 'anyone',
  params: z.object({ name: z.string().max(20) }),
  query: z.object({ times: z.coerce.number().int().max(3).default(1) }),
  body: z.object({ text: z.string().max(100) }),
  output: z.object({ said: z.array(z.string()) }),
  status: 201,
})
const pay = contract({
  ...base,
  method: 'POST',
  path: '/pay',
  who: 'visitor',
  idempotent: true,
  output: z.object({ key: z.string() }),
})
const catalog = contract({
  ...base,
  method: 'GET',
  path: '/tenants/:tenantId/things',
  who: 'catalog:write',
  params: z.object({ tenantId: id }),
  output: z.object({ ok: z.boolean() }),
})
const broken = contract({ ...base, method: 'GET', path: '/broken', who: 'anyone', output: z.null() })
const busy = contract({ ...base, method: 'GET', path: '/busy', who: 'anyone', output: z.null() })
const leave = contract({
  ...base,
  method: 'DELETE',
  path: '/leave',
  who: 'anyone',
  output: z.null(),
  status: 204,
})
const operate = contract({
  ...base,
  method: 'GET',
  path: '/operate',
  who: 'operator',
  output: z.object({ ok: z.boolean() }),
})

const embedded = contract({
  ...base,
  method: 'POST',
  path: '/shows/:showId/things',
  who: 'visitor',
  embed: true,
  params: z.object({ showId: id }),
  body: z.object({ showId: id.optional() }),
  output: z.object({ ok: z.boolean() }),
})

const person = (more: Partial<Actor> = {}): Actor => ({
  personId: 'per_1',
  name: 'P',
  guest: false,
  operator: false,
  device: 'device',
  embed: null,
  roles: new Map(),
  ...more,
})
const ACTORS: Record<string, Actor> = {
  guest: person({ guest: true }),
  person: person(),
  owner: person({ roles: new Map([['ten_1', { role: 'owner', scopes: new Set(ROLE_SCOPES.owner) }]]) }),
  support: person({ roles: new Map([['ten_1', { role: 'support', scopes: new Set(ROLE_SCOPES.support) }]]) }),
  operator: person({ operator: true }),
  embed: person({ embed: { tenantId: 'ten_1', origin: 'https://blog.example' } }),
}

const routes = [
  handle(echo, async ({ params, query, body }) => ({
    said: Array(query.times).fill(`${params.name}: ${body.text}`),
    secret: 'x',
  })),
  handle(pay, async ({ idempotencyKey }) => ({ key: idempotencyKey })),
  handle(catalog, async () => ({ ok: true })),
  handle(broken, async () => {
    throw new Error('the database password is hunter2')
  }),
  handle(busy, async () => {
    throw new Fault('too_many_requests', { retryAfterMs: 1500 })
  }),
  handle(leave, async ({ setSession }) => {
    setSession(null)
    return null
  }),
  handle(operate, async () => ({ ok: true })),
  handle(embedded, async ({ setSession }) => {
    setSession('planted')
    return { ok: true }
  }),
]
const raw: RawRoute = {
  method: 'POST',
  path: '/raw/:a',
  bodyBytesMax: 8,
  handler: async ({ body, params }) => ({ status: 200, body: `${params.a} ${body.toString()}` }),
}

const tenantOf = { showId: async (id: string) => ({ shw_1: 'ten_1', shw_2: 'ten_2' })[id] ?? null }

let url: string
let lookUps = 0
beforeAll(async () => {
  const app = uWS.App()
  const deps = {
    actorOf: async (token: string | null) => {
      lookUps++
      return token ? (ACTORS[token] ?? null) : null
    },
    publicUrl: 'https://shop.example',
    trustProxy: false,
    sessionMs: 1000,
    deviceMs: 1000,
    limits: { ...testLimits.http, bodyBytesMax: 1000 },
    log: silentLog,
    metrics: createHttpMetrics(new Registry()),
    underWay: new UnderWay(),
  }
  mountApi(app, routes, { ...deps, tenantOf })
  mountRaw(app, [raw], deps)
  mountFallback(
    app,
    [...routes.map(({ contract: { method, path } }) => ({ method, path: `/api/v1${path}` })), raw],
    deps,
  )
  url = await listen(app)
})

const call = (
  method: string,
  path: string,
  init: { body?: string | undefined; as?: string; headers?: Record<string, string> } = {},
) =>
  fetch(`${url}${path}`, {
    method,
    headers: {
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(init.as ? { authorization: `Bearer ${init.as}` } : {}),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: init.body }),
  })
const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return (await response.json()) as {
    code: string
    status: number
    issues?: { path: string }[]
    title: string
    detail?: string
  }
}

describe('input and output', () => {
  test('a parsed call is answered with what the contract promises and no more', async () => {
    const response = await call('POST', '/api/v1/echo/ann?times=2', { body: '{"text":"hi"}' })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ said: ['ann: hi', 'ann: hi'] })
  })

  test.each([
    ['a wrong body names its field', '/api/v1/echo/ann', '{"text":7}', 422, 'invalid_input'],
    ['a wrong query', '/api/v1/echo/ann?times=9', '{"text":"hi"}', 422, 'invalid_input'],
    ['a wrong parameter', `/api/v1/echo/${'a'.repeat(30)}`, '{"text":"hi"}', 422, 'invalid_input'],
    ['no JSON', '/api/v1/echo/ann', '{"text":', 400, 'bad_json'],
    ['NUL in a text', '/api/v1/echo/ann', '{"text":"a\\u0000b"}', 422, 'invalid_input'],
    ['half a surrogate pair', '/api/v1/echo/ann', '{"text":"\\ud83d"}', 422, 'invalid_input'],
    ['NUL in a name', '/api/v1/echo/ann', '{"text":"a","\\u0000":1}', 422, 'invalid_input'],
    ['NUL in the path', '/api/v1/echo/a%00n', '{"text":"a"}', 422, 'invalid_input'],
    [
      'JSON that is too deep',
      '/api/v1/echo/ann',
      `{"text":${'['.repeat(450)}${']'.repeat(450)}}`,
      422,
      'invalid_input',
    ],
    ['too much', '/api/v1/echo/ann', `{"text":"${'x'.repeat(2000)}"}`, 413, 'payload_too_large'],
    ['an unknown address', '/api/v1/nothing', '{}', 404, 'not_found'],
  ])('%s', async (_name, path, body, status, code) => {
    const response = await call('POST', path, { body })
    expect(response.status).toBe(status)
    expect((await problemOf(response)).code).toBe(code)
  })

  test('another content type is refused', async () => {
    const response = await call('POST', '/api/v1/echo/ann', {
      body: 'text=hi',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(response.status).toBe(415)
  })

  test('another method is refused and the right one told', async () => {
    const response = await call('GET', '/api/v1/echo/ann')
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  test('204 has no body, and a cleared session cookie has no life', async () => {
    const response = await call('DELETE', '/api/v1/leave', { as: 'person' })
    expect(response.status).toBe(204)
    expect(response.headers.get('set-cookie')).toMatch(/^sid=; .*HttpOnly.*Max-Age=0; Secure$/)
  })

  test('HEAD is GET without the body', async () => {
    const response = await call('HEAD', '/api/v1/operate', { as: 'operator' })
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      200,
      '11',
      '',
    ])
  })

  test('a bug tells nothing of itself', async () => {
    const response = await call('GET', '/api/v1/broken')
    expect(response.status).toBe(500)
    expect(JSON.stringify(await problemOf(response))).not.toContain('hunter2')
  })

  test('a limit says when to come back', async () => {
    const response = await call('GET', '/api/v1/busy')
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2'])
  })

  test('a raw route asks nobody who calls: a page costs no query', async () => {
    const before = lookUps
    await call('POST', '/raw/x', { body: 'hi', as: 'owner' })
    expect(lookUps).toBe(before)
  })

  test('a raw route has its own bound', async () => {
    expect(await (await call('POST', '/raw/x', { body: '12345678' })).text()).toBe('x 12345678')
    expect((await call('POST', '/raw/x', { body: '123456789' })).status).toBe(413)
  })
})

describe('who may call', () => {
  test.each([
    [undefined, '/api/v1/tenants/ten_1/things', 401, 'not_signed_in'],
    ['nonsense', '/api/v1/tenants/ten_1/things', 401, 'not_signed_in'],
    ['guest', '/api/v1/tenants/ten_1/things', 403, 'account_needed'],
    ['person', '/api/v1/tenants/ten_1/things', 404, 'not_found'],
    ['owner', '/api/v1/tenants/ten_2/things', 404, 'not_found'],
    ['support', '/api/v1/tenants/ten_1/things', 403, 'scope_missing'],
    ['owner', '/api/v1/operate', 404, 'not_found'],
  ])('%s on %s: %i %s', async (as, path, status, code) => {
    const response = await call('GET', path, as ? { as } : {})
    expect(response.status).toBe(status)
    expect((await problemOf(response)).code).toBe(code)
  })

  test.each([
    ['owner', '/api/v1/tenants/ten_1/things'],
    ['operator', '/api/v1/operate'],
  ])('%s may call %s', async (as, path) => {
    expect((await call('GET', path, { as })).status).toBe(200)
  })
})

describe('a write that relies on a cookie', () => {
  const withCookie = (headers: Record<string, string>) =>
    call('POST', '/api/v1/pay', {
      headers: { cookie: 'sid=person', 'idempotency-key': 'key-12345', ...headers },
    })

  test.each([
    ['our origin', { origin: 'https://shop.example' }, 200],
    ['no browser', {}, 200],
    ['a foreign origin', { origin: 'https://evil.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['a browser that hides its origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ])('from %s', async (_name, headers, status) => {
    expect((await withCookie(headers)).status).toBe(status)
  })

  test('reading needs no origin', async () => {
    const headers = { cookie: 'sid=operator', 'sec-fetch-site': 'cross-site' }
    expect((await call('GET', '/api/v1/operate', { headers })).status).toBe(200)
  })

  test('needs an Idempotency-Key where the contract asks for one', async () => {
    const response = await call('POST', '/api/v1/pay', { as: 'person' })
    expect((await problemOf(response)).code).toBe('idempotency_key_missing')
  })
})

describe("an embed's session", () => {
  const ask = async (path: string, body: unknown = {}, headers: Record<string, string> = {}) => {
    const response = await call('POST', `/api/v1${path}`, {
      as: 'embed',
      body: JSON.stringify(body),
      headers,
    })
    return { status: response.status, cookie: response.headers.get('set-cookie') }
  }

  test("opens the routes that say so, for its own merchant's things, and sets no cookie", async () => {
    expect(await ask('/shows/shw_1/things')).toEqual({ status: 200, cookie: null })
    for (const [path, body] of [
      ['/shows/shw_2/things', {}],
      ['/shows/shw_none/things', {}],
      ['/shows/shw_1/things', { showId: 'shw_2' }],
    ] as const) {
      expect([path, (await ask(path, body)).status]).toEqual([path, 404])
    }
  })

  test('opens nothing else', async () => {
    for (const path of ['/echo/ann', '/pay']) {
      const response = await call('POST', `/api/v1${path}`, { as: 'embed', body: '{"text":"hi"}' })
      expect([response.status, (await problemOf(response)).code]).toEqual([403, 'own_page_needed'])
    }
  })

  test('is used by pages of ours only, also for reading', async () => {
    expect((await ask('/shows/shw_1/things', {}, { origin: 'https://shop.example' })).status).toBe(200)
    expect((await ask('/shows/shw_1/things', {}, { origin: 'https://blog.example' })).status).toBe(403)
    const read = await call('GET', '/api/v1/operate', {
      as: 'embed',
      headers: { origin: 'https://blog.example' },
    })
    expect((await problemOf(read)).code).toBe('origin_refused')
  })

  test('a route cannot be opened to embeds with an id that nobody can place', () => {
    expect(() => assertConfinable({ ...embedded, path: '/things/:thingId' }, tenantOf)).toThrow('thingId')
    expect(() => assertConfinable({ ...embedded, body: z.object({ boxId: id }) }, tenantOf)).toThrow('boxId')
  })
})

test('a bearer token that is none is not nobody', async () => {
  const response = await call('POST', '/api/v1/echo/ann', { as: 'stranger', body: '{"text":"hi"}' })
  expect([response.status, (await problemOf(response)).code]).toEqual([401, 'not_signed_in'])
})

describe('hostile requests', () => {
  test('an aborted upload leaves the server answering', async () => {
    const controller = new AbortController()
    const body = new ReadableStream({
      start(stream) {
        stream.enqueue(new TextEncoder().encode('{"text":'))
        setTimeout(() => controller.abort(), 30)
      },
    })
    const request = fetch(`${url}/api/v1/echo/ann`, {
      method: 'POST',
      body,
      duplex: 'half',
      signal: controller.signal,
    } as RequestInit)
    await expect(request).rejects.toThrow()
    expect((await call('POST', '/api/v1/echo/ann', { body: '{"text":"still here"}' })).status).toBe(201)
  })
})
