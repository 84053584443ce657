import { expect, test } from 'vitest'
import { torture } from './torture.ts'

/**
 * A seed that kills the server and Postgres, and leaves Redis alone: the sandbox bank keeps its books there, and one
 * that forgets what it took can give nothing back. `npm run torture` does it all.
 */
const SEED = 20263079

test('a short torture: what was acknowledged stands, money and stock add up', async () => {
  const { promises, violations } = await torture({ seed: SEED, kills: 5, say: () => {} })
  expect(violations).toEqual([])
  expect(promises.orders.size).toBeGreaterThan(0)
}, 180_000)
