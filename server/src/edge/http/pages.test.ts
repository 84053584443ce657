import uWS from 'uWebSockets.js'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testLimits } from '../../../test/fixtures.ts'
import { listen, silentLog } from '../../../test/world.ts'
import { mountRaw } from './api.ts'
import { createHttpMetrics } from './operations.ts'
import { pageRoutes } from './pages.ts'

const dist = mkdtempSync(join(tmpdir(), 'shelfcast-pages-'))
const SCRIPT = 'export const shelf = 1\n'.repeat(50)
let url: string

beforeAll(async () => {
  for (const app of ['player', 'studio', 'console', 'assets']) mkdirSync(join(dist, app))
  for (const app of ['player', 'studio', 'console']) writeFileSync(join(dist, app, 'index.html'), `<p>${app}`)
  writeFileSync(join(dist, 'assets', 'index-abc.js'), SCRIPT)
  const server = uWS.App()
  mountRaw(server, pageRoutes(dist, 'https://shop.example'), {
    actorOf: async () => null,
    publicUrl: 'https://shop.example',
    trustProxy: false,
    sessionMs: 1000,
    limits: { ...testLimits.http, bodyBytesMax: 1000 },
    log: silentLog,
    metrics: createHttpMetrics(new Registry()),
  })
  url = await listen(server)
})
afterAll(() => rmSync(dist, { recursive: true }))

test.each([
  ['/s/shw_1', '<p>player'],
  ['/studio', '<p>studio'],
  ['/studio/ten_1/shw_1', '<p>studio'],
  ['/console/ten_1/orders', '<p>console'],
])('%s is a page that nobody frames and that runs its own scripts only', async (path, body) => {
  const response = await fetch(url + path)
  expect(await response.text()).toBe(body)
  const policy = response.headers.get('content-security-policy')
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain('wss://shop.example')
})

test('a file with its hash in its name is kept for ever, and sent small to who can unpack it', async () => {
  const packed = await fetch(`${url}/assets/index-abc.js`, { headers: { 'accept-encoding': 'gzip' } })
  expect(packed.headers.get('content-encoding')).toBe('gzip')
  expect(Number(packed.headers.get('content-length'))).toBeLessThan(SCRIPT.length / 4)
  expect(packed.headers.get('cache-control')).toContain('immutable')
  expect(await packed.text()).toBe(SCRIPT)
  const plain = await fetch(`${url}/assets/index-abc.js`, { headers: { 'accept-encoding': 'identity' } })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(await plain.text()).toBe(SCRIPT)
})

test('a page that has not changed is not sent again', async () => {
  const etag = (await fetch(`${url}/console`)).headers.get('etag')!
  const again = await fetch(`${url}/console`, { headers: { 'if-none-match': etag } })
  expect(again.status).toBe(304)
})

test('nothing outside the build is served', async () => {
  for (const path of ['/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/%2e%2e/etc/passwd']) {
    expect((await fetch(url + path)).ok).toBe(false)
  }
})
