import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import { describe, expect, test } from 'vitest'
import { ApiError, NetworkError } from './api.ts'
import { createAttempts, randomKey } from './attempt.ts'
import { createKeeper } from './keep.ts'

const refusal = (code: ErrorCode, retry: boolean) =>
  new ApiError({ type: 'about:blank', title: code, status: 409, code, retry })

/** A storage that forgets with the test. */
function memory(): Storage {
  const kept = new Map<string, string>()
  return {
    get length() {
      return kept.size
    },
    clear: () => kept.clear(),
    key: () => null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  }
}

/** Runs one write that ends in `outcome`, and tells the key it went out with. */
async function keyOf(attempts: ReturnType<typeof createAttempts>, request: unknown, outcome?: Error) {
  let used = ''
  await attempts
    .run(request, async (key) => {
      used = key
      if (outcome) throw outcome
    })
    .catch(() => undefined)
  return used
}

describe('an Idempotency-Key', () => {
  test('stays with a request whose answer was lost', async () => {
    const attempts = createAttempts()
    const first = await keyOf(attempts, { sku: 'a' }, new NetworkError('lost'))
    expect(await keyOf(attempts, { sku: 'a' }, refusal('unavailable', true))).toBe(first)
    expect(await keyOf(attempts, { sku: 'a' })).toBe(first)
  })

  test('is new after an answer', async () => {
    const attempts = createAttempts()
    const first = await keyOf(attempts, { sku: 'a' })
    expect(await keyOf(attempts, { sku: 'a' })).not.toBe(first)
  })

  test('is new after a refusal that would only be repeated', async () => {
    const attempts = createAttempts()
    const first = await keyOf(attempts, { sku: 'a' }, refusal('sold_out', false))
    expect(await keyOf(attempts, { sku: 'a' })).not.toBe(first)
  })

  test('is new for another request', async () => {
    const attempts = createAttempts()
    const first = await keyOf(attempts, { sku: 'a' }, new NetworkError('lost'))
    expect(await keyOf(attempts, { sku: 'b' })).not.toBe(first)
  })

  test('survives a reload until it is answered', async () => {
    const storage = memory()
    const keep = createKeeper('order', () => storage)
    const first = await keyOf(createAttempts(keep), { sku: 'a' }, new NetworkError('lost'))
    expect(await keyOf(createAttempts(keep), { sku: 'a' })).toBe(first)
    expect(storage.length).toBe(0)
  })

  test('ignores storage that holds something else', async () => {
    const storage = memory()
    const keep = createKeeper('order', () => storage)
    storage.setItem('order', '{"fingerprint":1}')
    expect(await keyOf(createAttempts(keep), { sku: 'a' })).toMatch(/^[0-9a-f]{32}$/)
  })

  test('is 128 random bits', () => {
    expect(randomKey()).toMatch(/^[0-9a-f]{32}$/)
    expect(randomKey()).not.toBe(randomKey())
  })
})
