import { expect, test } from 'vitest'
import { torture } from './torture.ts'

/** A seed whose few faults are of many kinds. `npm run torture` does it for as long as you like. */
const SEED = 37493

test('a short torture: what was acknowledged stands, money and stock add up', async () => {
  const { promises, violations } = await torture({ seed: SEED, kills: 6, say: () => {} })
  expect(violations).toEqual([])
  expect(promises.orders.size).toBeGreaterThan(0)
}, 180_000)
