import { EventEmitter } from 'node:events'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { testLimits } from '../../test/fixtures.ts'
import { silentLog } from '../../test/world.ts'
import type { Redis } from '../kernel/redis.ts'
import { createGate, type HoldRequest } from './gate.ts'

const request = (holdId: string): HoldRequest => ({
  ...{ holdId, tenantId: 'ten_1', skuId: 'sku_1', personId: 'per_1', quantity: 1 },
  ...{ perBuyerLimit: null, sale: null },
})

test('who waited behind others for a Redis that stalls does not wait for it again', async () => {
  let asked = 0
  const redis = Object.assign(new EventEmitter(), {
    status: 'ready',
    info: async () => 'run_id:abc',
    evalsha: async () => {
      asked++
      await new Promise((resolve) => setTimeout(resolve, 50))
      throw new Error('Command timed out')
    },
  }) as unknown as Redis
  const limits = { ...testLimits.stock, ...testLimits.orders }
  const gate = createGate({
    ...{ redis, facts: async () => [], log: silentLog, limits, metrics: new Registry() },
  })
  const first = gate.hold(request('a'))
  await expect.poll(() => asked, { interval: 1 }).toBe(1)
  expect(await Promise.all([first, gate.hold(request('b'))])).toEqual([
    { kind: 'direct' },
    { kind: 'direct' },
  ])
  expect(asked).toBe(1)
})
