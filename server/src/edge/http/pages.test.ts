import uWS from 'uWebSockets.js'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testLimits } from '../../../test/fixtures.ts'
import { listen, silentLog } from '../../../test/world.ts'
import { mountFallback, mountRaw } from './api.ts'
import { createHttpMetrics } from './operations.ts'
import { createPages } from './pages.ts'
import { UnderWay } from './under-way.ts'

const dist = mkdtempSync(join(tmpdir(), 'shelfcast-pages-'))
const CARD = {
  title: 'Winter </title><script>alert(1)</script> & $& "picks"',
  description: "It's <b>warm</b>",
  merchant: 'Lumen',
  coverUrl: '/media/ab/640.webp',
}
const HEAD = '<title>Shelfcast</title></head>'
const SCRIPT = 'export const shelf = 1\n'.repeat(50)
let url: string

beforeAll(async () => {
  for (const app of ['player', 'studio', 'console', 'account', 'embed', 'assets']) mkdirSync(join(dist, app))
  for (const app of ['player', 'studio', 'console', 'account', 'embed']) {
    writeFileSync(join(dist, app, 'index.html'), `${HEAD}<p>${app}`)
  }
  writeFileSync(join(dist, 'embed.js'), SCRIPT)
  writeFileSync(join(dist, 'assets', 'index-abc.js'), SCRIPT)
  const server = uWS.App()
  const pages = createPages({
    shareCard: async (showId) => (showId === 'shw_card' ? CARD : null),
    distFolder: dist,
    publicUrl: 'https://shop.example',
    embedOrigins: async (showId) =>
      showId === 'shw_1' ? ['https://blog.example', 'http://localhost:3000'] : [],
    setupOpen: async () => false,
  })
  const deps = {
    actorOf: async () => null,
    publicUrl: 'https://shop.example',
    trustProxy: false,
    sessionMs: 1000,
    deviceMs: 1000,
    limits: { ...testLimits.http, bodyBytesMax: 1000 },
    log: silentLog,
    metrics: createHttpMetrics(new Registry()),
    underWay: new UnderWay(),
  }
  mountRaw(server, pages.routes, deps)
  mountFallback(server, pages.routes, deps, pages.nowhere)
  url = await listen(server)
})
afterAll(() => rmSync(dist, { recursive: true }))

test.each([
  ['/s/shw_1', '<p>player'],
  ['/studio', '<p>studio'],
  ['/studio/ten_1/shw_1', '<p>studio'],
  ['/console/ten_1/orders', '<p>console'],
  ['/me', '<p>account'],
  ['/me/orders/ord_1', '<p>account'],
  ['/privacy', '<p>account'],
  ['/embed/sign-in', '<p>embed'],
  ['/embed/wallet', '<p>embed'],
])('%s is a page that nobody frames and that runs its own scripts only', async (path, body) => {
  const response = await fetch(url + path)
  expect(await response.text()).toBe(HEAD + body)
  const policy = response.headers.get('content-security-policy')
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain('wss://shop.example')
})

test.each(['/no-such-page', '/a/b/c', '/setup'])(
  'who opens %s is told by a page that there is none',
  async (path) => {
    const response = await fetch(url + path, {
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    })
    expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store'])
    expect(await response.text()).toBe(`${HEAD}<p>account`)
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self';")
    expect(response.headers.get('etag')).toBeNull()

    for (const init of [{}, { method: 'POST', headers: { accept: 'text/html' } }]) {
      const other = await fetch(url + path, init)
      expect(other.headers.get('content-type')).toBe('application/problem+json')
      expect(other.status).toBe(init.method && path === '/setup' ? 405 : 404)
    }
  },
)

test('who asks the API for what it has not is told as a program, whatever it accepts', async () => {
  const response = await fetch(`${url}/api/v1/no-such-thing`, { headers: { accept: 'text/html, */*;q=.2' } })
  expect(response.status).toBe(404)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
})

test("the player in a frame stands on its tenant's origins only, and its policy is never a kept one", async () => {
  const known = await fetch(`${url}/e/shw_1`)
  expect(await known.text()).toBe(`${HEAD}<p>player`)
  expect(known.headers.get('content-security-policy')).toMatch(
    /frame-ancestors https:\/\/blog\.example http:\/\/localhost:3000$/,
  )
  expect([known.headers.get('cache-control'), known.headers.get('etag')]).toEqual(['no-store', null])
  const unknown = await fetch(`${url}/e/shw_2`)
  expect(unknown.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
})

test('opened by itself it is the public page', async () => {
  const headers = { 'sec-fetch-dest': 'document' }
  const response = await fetch(`${url}/e/shw_1`, { headers, redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([302, '/s/shw_1'])
})

test('a popup of the embed keeps its opener, other pages do not', async () => {
  expect((await fetch(`${url}/embed/wallet`)).headers.get('cross-origin-opener-policy')).toBeNull()
  expect((await fetch(`${url}/s/shw_1`)).headers.get('cross-origin-opener-policy')).toBe(
    'same-origin-allow-popups',
  )
})

test("the embed's script is for pages of any origin, under a name that stays", async () => {
  const { headers } = await fetch(`${url}/embed.js`)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('cache-control')).toBe('public, max-age=300')
  expect(headers.get('content-type')).toContain('text/javascript')
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

test('a shared link to a show says what it is, with every text escaped', async () => {
  const response = await fetch(`${url}/s/shw_card`)
  const html = await response.text()
  expect(html).toContain(
    '<title>Winter &lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; $&amp; &quot;picks&quot;</title>',
  )
  expect(html).toContain('<meta property="og:image" content="https://shop.example/media/ab/1280.webp">')
  expect(html).toContain('<meta property="og:url" content="https://shop.example/s/shw_card">')
  expect(html).toContain('<meta property="og:description" content="It&#39;s &lt;b&gt;warm&lt;/b&gt;">')
  expect(html).not.toContain('<script>alert')
  expect(response.headers.get('etag')).toBeNull()
  expect(await (await fetch(`${url}/s/shw_other`)).text()).toContain('<title>Shelfcast</title>')
})
