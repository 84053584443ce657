import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { operationRoutes } from './operations.ts'

const TOKEN = 'a-token-of-enough-characters'

function get(
  path: string,
  checks: Record<string, () => Promise<unknown>> = {},
  metricsToken: string | null = TOKEN,
  isDraining = () => false,
) {
  const route = operationRoutes({ metrics: new Registry(), metricsToken, checks, isDraining }).find(
    (one) => one.path === path,
  )!
  return (from: { ip?: string; headers?: Record<string, string>; sessionToken?: string } = {}) =>
    route.handler({
      id: 'req',
      ip: from.ip ?? '127.0.0.1',
      sessionToken: from.sessionToken ?? null,
      language: 'en',
      userAgent: '',
      deviceId: 'device',
      params: {},
      query: new URLSearchParams(),
      headers: new Map(Object.entries(from.headers ?? {})),
      body: Buffer.alloc(0),
    })
}

test.each([
  ['this machine', { ip: '127.0.0.1' }],
  ['this machine by IPv6, as uWS writes it', { ip: '0000:0000:0000:0000:0000:0000:0000:0001' }],
  ['whoever has the token', { ip: '203.0.113.7', sessionToken: TOKEN }],
])('%s reads the figures', async (_name, from) => {
  expect((await get('/metrics')(from)).status).toBe(200)
})

test.each([
  ['anybody else', { ip: '203.0.113.7' }],
  ['a wrong token', { ip: '203.0.113.7', sessionToken: 'another-token-of-enough-characters' }],
  [
    'what came through a proxy on this machine',
    { ip: '127.0.0.1', headers: { 'x-forwarded-for': '203.0.113.7' } },
  ],
])('%s does not', async (_name, from) => {
  await expect(get('/metrics')(from)).rejects.toMatchObject({ code: 'not_found' })
})

test('ready when every part answers, else not, and it says which', async () => {
  const checks = { postgres: async () => 1, redis: () => Promise.reject(new Error('away')) }
  const answer = await get('/readyz', checks)()
  expect([answer.status, JSON.parse(String(answer.body)).parts]).toEqual([
    503,
    { postgres: true, redis: false },
  ])
  expect((await get('/readyz', { postgres: checks.postgres })()).status).toBe(200)
})

test('a server that is about to stop is not ready, and lives', async () => {
  const draining = () => true
  expect(await get('/readyz', { postgres: async () => 1 }, TOKEN, draining)()).toMatchObject({
    status: 503,
    body: expect.stringContaining('"draining"'),
  })
  expect((await get('/healthz', {}, TOKEN, draining)()).status).toBe(200)
})
