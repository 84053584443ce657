import { expect, test } from 'vitest'
import { ADDRESS } from '../../test/address.ts'
import { merchant, testApp } from '../../test/app.ts'
import { testLimits } from '../../test/fixtures.ts'

const app = await testApp()
const shop = await merchant(app, { stock: 1000 })
const { db, accounts } = app.domains
const PER_DEVICE = testLimits.orders.placedPerDevicePer10SMax
const JSON_TYPE = { 'content-type': 'application/json' }

let count = 0

/** Signs up in a browser that has these cookies. @returns the cookies that it has then */
async function signUp(cookies: string): Promise<string> {
  const response = await fetch(`${app.url}/api/v1/people`, {
    method: 'POST',
    headers: { ...JSON_TYPE, origin: app.config.publicUrl, cookie: cookies },
    body: JSON.stringify({
      login: `d${++count}-${Date.now()}@example.com`,
      password: 'correct horse battery',
      name: 'Ann',
    }),
  })
  expect(response.status).toBe(201)
  const set = response.headers.getSetCookie().map((line) => line.split(';')[0]!)
  const sid = set.find((one) => one.startsWith('sid='))!
  const did = set.find((one) => one.startsWith('did=')) ?? cookies
  return `${sid}; ${did}`
}

const didOf = (cookies: string): string => /did=[\w-]+/.exec(cookies)![0]

function order(cookies: string, n: number): Promise<Response> {
  const lines = [{ skuId: shop.sku.id, quantity: 1 }]
  return fetch(`${app.url}/api/v1/orders`, {
    method: 'POST',
    headers: {
      ...JSON_TYPE,
      origin: app.config.publicUrl,
      cookie: cookies,
      'idempotency-key': `device-order-${n}`,
    },
    body: JSON.stringify({ showId: shop.show.id, lines, address: ADDRESS, expectedTotalMinor: 1 }),
  })
}

test('a browser gets a device cookie with its first session, long-lived and for the server alone, and keeps it', async () => {
  const response = await fetch(`${app.url}/api/v1/sessions/guest`, {
    method: 'POST',
    headers: { ...JSON_TYPE, origin: app.config.publicUrl },
    body: '{}',
  })
  const line = response.headers.getSetCookie().find((one) => one.startsWith('did='))
  expect(line).toMatch(/^did=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=34560000/)
  const first = await signUp('')
  const second = await signUp(didOf(first))
  expect(didOf(second)).toBe(didOf(first))
  const devices = await Promise.all(
    [first, second].map(
      async (cookies) => (await accounts.sessions.actorOf(/sid=([\w-]+)/.exec(cookies)![1]!))?.device,
    ),
  )
  expect(devices[0]).toBe(devices[1])
  expect(devices[0]).not.toContain(didOf(first).slice(4)) // a hash is kept, not the cookie
})

test('one device is limited with many accounts, another behind the same address is not', async () => {
  const first = await signUp('')
  const others = await Promise.all(Array.from({ length: 3 }, () => signUp(didOf(first))))
  const accountsOfDevice = [first, ...others]
  const answers = await Promise.all(
    Array.from({ length: PER_DEVICE + 4 }, (_, n) => order(accountsOfDevice[n % 4]!, n)),
  )
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(4)
  // Dropping the cookie does not make it another device: the session knows.
  expect((await order(first.replace(/; did=.*/, ''), 900)).status).toBe(429)
  expect((await order(await signUp(''), 901)).status).toBe(409)
})

test('payments have the same limits', async () => {
  const max = testLimits.payments.startedPerDevicePer10SMax
  const first = await signUp('')
  const both = [first, await signUp(didOf(first))]
  const pay = (n: number) =>
    fetch(`${app.url}/api/v1/orders/ord_none/payments`, {
      method: 'POST',
      headers: {
        ...JSON_TYPE,
        origin: app.config.publicUrl,
        cookie: both[n % 2]!,
        'idempotency-key': `device-pay-${n}`,
      },
      body: JSON.stringify({ provider: 'sandbox' }),
    })
  const answers = await Promise.all(Array.from({ length: max + 2 }, (_, n) => pay(n)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(max).fill(404), 429, 429])
})

test("an embed's session is a device, and so is the one that follows it", async () => {
  const origin = 'https://blog.example'
  await accounts.tenants.change(shop.tenant.id, { allowedOrigins: [origin] })
  const open = async (token?: string) => {
    const response = await fetch(`${app.url}/api/v1/embed/sessions`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ grant: 'guest', showId: shop.show.id, origin }),
    })
    return ((await response.json()) as { token: string }).token
  }
  const first = await open()
  const device = (await accounts.sessions.actorOf(first, 'bearer'))?.device
  const next = await open(first)
  expect((await accounts.sessions.actorOf(next, 'bearer'))?.device).toBe(device)
  expect((await accounts.sessions.actorOf(await open(), 'bearer'))?.device).not.toBe(device)
})

test('nothing but sessions keeps a device', async () => {
  const columns = await db.sql<{ name: string }[]>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and column_name like '%device%' order by 1`
  expect(columns.map(({ name }) => name)).toEqual(['sessions.device', 'sessions.device_key'])
  const cookies = await signUp('')
  const mine = await fetch(`${app.url}/api/v1/me/export`, { headers: { cookie: cookies } })
  const [{ key }] = (await db.sql<{ key: string }[]>`
    select device_key as key from sessions order by created_at desc limit 1`) as unknown as [{ key: string }]
  const text = await mine.text()
  expect(mine.status).toBe(200)
  for (const secret of [key, didOf(cookies).slice(4)]) expect(text).not.toContain(secret)
})
