import { expect, test } from 'vitest'
import { TokenBucket } from './bucket.ts'

test('a bucket gives its size at once and then at its pace', () => {
  const bucket = new TokenBucket(3, 0.001, 0)
  expect([1, 2, 3, 4].map(() => bucket.take(0))).toEqual([true, true, true, false])
  expect(bucket.waitMs(0)).toBe(1000)
  expect(bucket.take(999)).toBe(false)
  expect(bucket.take(1000)).toBe(true)
  expect(bucket.take(60_000, 3)).toBe(true)
})

test('a floor keeps the last tokens for others', () => {
  const bucket = new TokenBucket(4, 1, 0)
  expect([1, 2, 3].map(() => bucket.take(0, 1, 2))).toEqual([true, true, false])
  expect(bucket.take(0)).toBe(true)
})

test('a clock that goes back brings nothing; an endless bucket never refuses', () => {
  const bucket = new TokenBucket(1, 1, 100)
  expect(bucket.take(100)).toBe(true)
  expect(bucket.take(50)).toBe(false)
  const endless = new TokenBucket(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0)
  for (let i = 0; i < 1000; i++) expect(endless.take(i)).toBe(true)
})
