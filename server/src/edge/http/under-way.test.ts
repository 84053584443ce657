import uWS from 'uWebSockets.js'
import { connect } from 'node:net'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { testLimits } from '../../../test/fixtures.ts'
import { listen, silentLog } from '../../../test/world.ts'
import type { RawRoute } from '../../kernel/route.ts'
import { mountRaw } from './api.ts'
import { createHttpMetrics } from './operations.ts'
import { UnderWay } from './under-way.ts'

/** What becomes of requests that take long: their bodies come slowly, or the server stops meanwhile. */

async function server(over: Partial<typeof testLimits.http> = {}) {
  const app = uWS.App()
  const underWay = new UnderWay()
  const waiting: (() => void)[] = []
  const slow: RawRoute = {
    method: 'POST',
    path: '/slow',
    bodyBytesMax: 100,
    handler: async () => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      return { status: 201, body: 'done' }
    },
  }
  mountRaw(app, [slow], {
    actorOf: async () => null,
    publicUrl: 'https://shop.example',
    trustProxy: false,
    sessionMs: 1000,
    deviceMs: 1000,
    limits: { ...testLimits.http, ...over },
    log: silentLog,
    metrics: createHttpMetrics(new Registry()),
    underWay,
  })
  const url = await listen(app)
  return { url, underWay, finishOne: () => waiting.shift()?.() }
}

/** Sends the head of a body of so many bytes and a part of it. */
function sending(url: string, announced: number, sent: number) {
  const startedAt = performance.now()
  const line = connect(Number(new URL(url).port), '127.0.0.1')
  line.write(`POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: ${announced}\r\n\r\n${'x'.repeat(sent)}`)
  return new Promise<{ status: number; ms: number; closed: boolean }>((resolve) => {
    let [status, ms] = [0, 0]
    line.on('error', () => {})
    line.on('data', (data) => {
      status ||= Number(data.toString().split(' ')[1])
      ms ||= performance.now() - startedAt
    })
    line.on('close', () => resolve({ status, ms, closed: true }))
  })
}

test('a body that is not there within uploadMsMax is refused', async () => {
  const { url } = await server({ uploadMsMax: 200 })
  const { status, ms, closed } = await sending(url, 50, 10)
  expect([status, closed]).toEqual([408, true])
  expect(ms).toBeGreaterThanOrEqual(190)
})

test('the sender of too large a body has refusedMsMax to finish, then the line is cut', async () => {
  const { url } = await server({ refusedMsMax: 200 })
  const { status, ms, closed } = await sending(url, 1_000_000, 10)
  expect([status, closed]).toEqual([413, true])
  expect(ms).toBeGreaterThanOrEqual(190)
})

test('of too large a body no more than refusedBytesMax is read', async () => {
  const { url } = await server({ refusedBytesMax: 2000, refusedMsMax: 60_000 })
  const { status, ms, closed } = await sending(url, 1_000_000, 5000)
  expect([status, closed]).toEqual([413, true])
  expect(ms).toBeLessThan(5000)
})

test('a server that stops answers what it has begun, on a line that ends with it, and begins nothing new', async () => {
  const { url, underWay, finishOne } = await server()
  const post = () => fetch(`${url}/slow`, { method: 'POST', body: 'x' })
  const [first, second] = [post(), post()]
  await expect.poll(() => underWay.count).toBe(2)
  underWay.drain()
  finishOne()
  expect((await Promise.race([first, second])).headers.get('connection')).toBe('close')
  const finished = underWay.finish(60_000)
  const late = await post()
  expect([late.status, late.headers.get('retry-after'), late.headers.get('connection')]).toEqual([
    503,
    '1',
    'close',
  ])
  finishOne()
  expect(await finished).toBe(0)
  expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([201, 201])
})

test('what takes longer than it is waited for is told', async () => {
  const { url, underWay, finishOne } = await server()
  const answer = fetch(`${url}/slow`, { method: 'POST', body: 'x' })
  await expect.poll(() => underWay.count).toBe(1)
  expect(await underWay.finish(50)).toBe(1)
  finishOne()
  expect((await answer).status).toBe(201)
})
