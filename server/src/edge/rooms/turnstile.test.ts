import { expect, test } from 'vitest'
import { Turnstile } from './turnstile.ts'

test('B7: a storm comes in at the rate, each with at most two attempts, and nobody is told the same moment', () => {
  const turnstile = new Turnstile({ perS: 1000, waitMsMax: 20_000 }, 0)
  const attempts: number[] = []
  let coming = Array.from({ length: 10_000 }, (_, viewer) => ({ viewer, at: viewer % 100 }))
  let endedAt = 0
  while (coming.length > 0) {
    coming.sort((a, b) => a.at - b.at)
    const again: typeof coming = []
    for (const { viewer, at } of coming) {
      attempts[viewer] = (attempts[viewer] ?? 0) + 1
      const admission = turnstile.admit(at)
      if (admission.is === 'later') again.push({ viewer, at: at + admission.afterMs })
      else expect(admission.is).toBe('in')
      endedAt = Math.max(endedAt, at)
    }
    coming = again
  }
  expect(Math.max(...attempts)).toBe(2)
  expect(endedAt).toBeGreaterThan(9000) // 10,000 at 1,000 a second, the first second's at once
  expect(endedAt).toBeLessThan(13_000)
})

test('B7: nobody is asked to wait longer than waitMsMax', () => {
  const turnstile = new Turnstile({ perS: 10, waitMsMax: 1000 }, 0)
  const admissions = Array.from({ length: 100 }, () => turnstile.admit(0))
  const count = (is: string) => admissions.filter((one) => one.is === is).length
  expect([count('in'), count('later')]).toEqual([10, 7])
  expect(count('full')).toBe(83)
})
