import { expect, test } from 'vitest'
import { until } from '../../../test/stage.ts'
import { silentLog, testRedis } from '../../../test/world.ts'
import { createRedis } from '../../kernel/redis.ts'
import { createHomes } from './homes.ts'
import { createRegistry } from './registry.ts'

/** Who is there, and whose home a show is, on a real Redis. */

const redis = await testRedis()
const LEASE_MS = 2000
const always = () => true
let count = 0

function node(options: { alone?: boolean; redis?: typeof redis } = {}) {
  const name = `nod_${++count}`
  const shared = { redis: options.redis ?? redis, node: name, leaseMs: LEASE_MS, log: silentLog }
  const lost: string[] = []
  const gone: string[] = []
  const homes = createHomes({ ...shared, alone: () => options.alone ?? false })
  homes.onLost((showId) => lost.push(showId))
  const registry = createRegistry({
    ...shared,
    pipeIp: '127.0.0.1',
    own: () => ({ workers: [`worker of ${name}`], load: 1 }),
  })
  registry.onGone((one, { workers }) => gone.push(`${one}: ${workers.join()}`))
  return { name, homes, registry, lost, gone }
}

test('a show has one home, whoever asks at the same time, until it is released', async () => {
  const nodes = [node(), node(), node()]
  const claims = await Promise.all(nodes.map(({ homes }) => homes.claim('shw_1')))
  expect(claims.filter(({ here }) => here)).toHaveLength(1)
  expect(new Set(claims.map((one) => one.node)).size).toBe(1)
  const home = nodes[claims.findIndex(({ here }) => here)]!
  const other = nodes.find((one) => one !== home)!
  expect(await other.homes.find('shw_1')).toBe(home.name)
  other.homes.release('shw_1') // not its to give
  expect(await other.homes.find('shw_1')).toBe(home.name)

  home.homes.release('shw_1')
  // On its way by another connection, which nothing waits for.
  const next = await until(async () => {
    const claim = await other.homes.claim('shw_1')
    return claim.here && claim
  })
  expect(next.fence).toBeGreaterThan(claims[0]!.fence)
})

test('a home that is renewed stays; one that is not ends with its lease, and its node learns of the next', async () => {
  const [first, second] = [node(), node()]
  const { fence } = await first.homes.claim('shw_2')
  for (let i = 0; i < 6; i++) {
    await new Promise((resolve) => setTimeout(resolve, LEASE_MS / 4))
    await first.homes.renew(always)
  }
  expect((await second.homes.claim('shw_2')).here).toBe(false)
  const taken = await until(async () => {
    const claim = await second.homes.claim('shw_2')
    return claim.here ? claim : null
  }, 10_000)
  expect(taken.fence).toBeGreaterThan(fence)
  expect(first.homes.has('shw_2')).toBe(true) // it slept
  await first.homes.renew(always)
  expect(first.lost).toEqual(['shw_2'])
  expect(first.homes.has('shw_2')).toBe(false)
  expect((await first.homes.claim('shw_2')).node).toBe(second.name)
})

test('a Redis that lost its data gets the claims again, with the fences they had', async () => {
  const one = node()
  const { fence } = await one.homes.claim('shw_3')
  await redis.flushdb()
  await one.homes.renew(always)
  expect(one.lost).toEqual([])
  expect(await redis.get('stage:home:shw_3')).toBe(`${one.name} ${fence}`)
})

test('a claim that nobody uses is released, the second time that it is seen', async () => {
  const one = node()
  await one.homes.claim('shw_4')
  await one.homes.renew(() => false)
  expect(one.homes.has('shw_4')).toBe(true) // who is to come may be on the way
  await one.homes.renew(() => false)
  expect(one.homes.has('shw_4')).toBe(false)
})

test('a claim is raised above what Postgres has seen, by who has it alone', async () => {
  const [first, second] = [node(), node()]
  const { fence } = await first.homes.claim('shw_5')
  expect(await first.homes.raise('shw_5', fence + 1000)).toBe(fence + 1001)
  expect(await redis.get('stage:home:shw_5')).toBe(`${first.name} ${fence + 1001}`)
  await first.homes.renew(always)
  expect(first.lost).toEqual([])
  await redis.del('stage:home:shw_5')
  await second.homes.claim('shw_5')
  expect(await first.homes.raise('shw_5', fence + 5000)).toBeNull()
  expect(await second.homes.raise('shw_6', 1)).toBeNull()
})

test('without Redis a node that was alone goes on the air, and one of several does not', async () => {
  const away = createRedis('redis://127.0.0.1:1/0', silentLog, 200)
  const alone = node({ redis: away, alone: true })
  expect(await alone.homes.claim('shw_7')).toMatchObject({ here: true })
  expect(await alone.homes.raise('shw_7', 41)).toBe(42)
  const several = node({ redis: away })
  await expect(several.homes.claim('shw_7')).rejects.toMatchObject({ code: 'unavailable' })
  away.disconnect()
})

test('nodes know each other while they say that they live; one that stops is missed after its lease, one that leaves at once', async () => {
  const [a, b, c] = [node(), node(), node()]
  expect(a.registry.alone).toBe(false) // nobody knows yet
  for (const { registry } of [a, b, c, a, b, c]) await registry.beat()
  expect(a.registry.alone).toBe(false)
  expect([...a.registry.living.keys()].sort()).toEqual([b.name, c.name])
  expect(a.registry.living.get(b.name)).toMatchObject({ pipeIp: '127.0.0.1', load: 1 })
  const beat = setInterval(() => void Promise.all([a.registry.beat(), b.registry.beat()]), LEASE_MS / 8)
  await until(() => a.gone.length > 0, 10_000)
  clearInterval(beat)
  expect(a.gone).toEqual([`${c.name}: worker of ${c.name}`])
  await b.registry.leave()
  await a.registry.beat()
  expect(a.gone.at(-1)).toBe(`${b.name}: worker of ${b.name}`)
  expect([a.registry.living.size, a.registry.alone]).toEqual([0, true])
})

test('when Redis loses its data nobody is missed before all had time to come again', async () => {
  await redis.flushdb()
  const [a, b] = [node(), node()]
  const endsAt = performance.now() + LEASE_MS
  while (performance.now() < endsAt) {
    for (const { registry } of [b, a]) await registry.beat() // beyond the patience of a node that is new
  }
  expect([...a.registry.living.keys()]).toEqual([b.name])
  await redis.flushdb()
  await a.registry.beat()
  expect(a.gone).toEqual([])
  await b.registry.beat()
  await a.registry.beat()
  expect([...a.registry.living.keys()]).toEqual([b.name])
})
