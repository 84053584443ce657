import { afterEach, describe, expect, test, vi } from 'vitest'
import { ApiError, call, NetworkError } from './api.ts'

type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | Error

/** Stands in for the network: gives these answers in turn and keeps what was asked. */
function network(...answers: Answer[]) {
  const asked: { url: string; init: RequestInit }[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, init })
    const answer = answers[Math.min(asked.length, answers.length) - 1]!
    if (answer instanceof Error) throw answer
    const { status, body, headers } = answer
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
    return new Response(text, { status, ...(headers ? { headers } : {}) })
  })
  return asked
}

afterEach(() => vi.unstubAllGlobals())

const problem = (code: string, status: number, retry: boolean) => ({
  status,
  body: { type: 'about:blank', title: code, status, code, retry },
  headers: { 'Retry-After': '0' },
})

describe('call', () => {
  test('fills the path, the query, the body and the key', async () => {
    const asked = network({ status: 201, body: { id: 'pay_1' } })
    await call('POST /orders/:orderId/payments', {
      params: { orderId: 'a/b' },
      body: { provider: 'sandbox' },
      idempotencyKey: 'k'.repeat(32),
    })
    expect(asked[0]?.url).toBe('/api/v1/orders/a%2Fb/payments')
    const headers = new Headers(asked[0]?.init.headers)
    expect(headers.get('Idempotency-Key')).toBe('k'.repeat(32))
    expect(headers.get('Content-Type')).toBe('application/json')
    expect(asked[0]?.init.body).toBe('{"provider":"sandbox"}')

    await call('GET /orders', { query: { after: 'ord 1' } })
    expect(asked[1]?.url).toBe('/api/v1/orders?after=ord+1')
  })

  test('an empty answer is null', async () => {
    network({ status: 204 })
    expect(await call('DELETE /sessions/current')).toBeNull()
  })

  test('a refusal carries its problem', async () => {
    network(problem('sold_out', 409, false))
    const refused = await call('GET /wallet').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect(refused).toMatchObject({ problem: { code: 'sold_out' } })
  })

  test("a proxy's error page is a problem too", async () => {
    network({ status: 502, body: '<html>' })
    const refused = await call('POST /sessions/guest', { body: {} }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ problem: { code: 'unavailable', status: 502, retry: true } })
  })
})

describe('trying again', () => {
  test('a GET survives a lost answer and a server that is not ready', async () => {
    const asked = network(new TypeError('network'), problem('unavailable', 503, true), {
      status: 200,
      body: { coins: 1 },
    })
    expect(await call('GET /wallet')).toEqual({ coins: 1 })
    expect(asked).toHaveLength(3)
  })

  test('a GET gives up after three', async () => {
    const asked = network(problem('unavailable', 503, true))
    await expect(call('GET /wallet')).rejects.toBeInstanceOf(ApiError)
    expect(asked).toHaveLength(3)
  })

  test('a GET that is refused for good is asked once', async () => {
    const asked = network(problem('not_signed_in', 401, false))
    await expect(call('GET /wallet')).rejects.toBeInstanceOf(ApiError)
    expect(asked).toHaveLength(1)
  })

  test('a write is never repeated', async () => {
    const asked = network(new TypeError('network'))
    await expect(call('POST /sessions/guest', { body: {} })).rejects.toBeInstanceOf(NetworkError)
    expect(asked).toHaveLength(1)
  })
})
