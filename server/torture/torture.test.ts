import { expect, test } from 'vitest'
import { torture } from './torture.ts'

const SEED = 20261123

test('a short torture: what was acknowledged stands, money and stock add up', async () => {
  const { promises, violations } = await torture({ seed: SEED, kills: 5, say: () => {} })
  expect(violations).toEqual([])
  expect(promises.orders.size).toBeGreaterThan(0)
}, 180_000)
