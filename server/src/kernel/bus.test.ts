import { Redis } from 'ioredis'
import { Registry } from 'prom-client'
import { afterAll, expect, test } from 'vitest'
import { faultyNetwork } from '../../test/faultyNetwork.ts'
import { ownRedis } from '../../test/ownRedis.ts'
import { silentLog, testRedisUrl } from '../../test/world.ts'
import { createPresence } from '../rooms/index.ts'
import { type Bus, createBus } from './bus.ts'
import { createFanOut, createRedis } from './redis.ts'

/** The bus on real Redis servers: one that is there, one that is restarted, a cluster, a network that stalls. */

const limits = { echoMs: 50, stalledMs: 300, subscribeMsMax: 300, messageBytesMax: 1000, unansweredMax: 100 }
const POLL = { timeout: 8000, interval: 20 }

/** One process's ends of the bus. */
function node(urls: readonly string[]) {
  const shared = createRedis(urls[0]!, silentLog)
  const fanOut = createFanOut(urls.slice(1).length > 0 ? urls : [], shared, silentLog)
  const bus = createBus({ ...fanOut, log: silentLog, metrics: new Registry(), limits })
  const presence = createPresence({ redis: fanOut.redis, node: bus.node, lifeMs: 400 })
  afterAll(() => {
    bus.close()
    fanOut.redis.disconnect()
    shared.disconnect()
  })
  return { bus, presence }
}

async function listening(bus: Bus, channel: string): Promise<string[]> {
  const heard: string[] = []
  await bus.subscribe(channel, (message) => heard.push(message))
  return heard
}

const whole = (...buses: Bus[]) => expect.poll(() => buses.every((bus) => bus.isWhole), POLL).toBe(true)

test('N1: each message reaches every other node that subscribes, once, in order, and never its sender', async () => {
  const [a, b, c] = [node([testRedisUrl()]).bus, node([testRedisUrl()]).bus, node([testRedisUrl()]).bus]
  const heard = await Promise.all([a, b, c].map((bus) => listening(bus, 'room:{one}')))
  await whole(a, b, c)
  for (let i = 0; i < 20; i++) await a.publish('room:{one}', `m${i}`)
  const all = Array.from({ length: 20 }, (_, i) => `m${i}`)
  await expect.poll(() => [heard[1], heard[2]]).toEqual([all, all])
  expect(heard[0]).toEqual([])
  b.unsubscribe('room:{one}')
  await a.publish('room:{one}', 'last')
  await expect.poll(() => heard[2]).toEqual([...all, 'last'])
  expect(heard[1]).toEqual(all)
})

test('publish tells how many other processes hear the channel, whether or not its own does', async () => {
  const [a, b, c] = [node([testRedisUrl()]).bus, node([testRedisUrl()]).bus, node([testRedisUrl()]).bus]
  await whole(a, b, c)
  expect(await a.publish('room:{count}', 'm')).toBe(0)
  await listening(a, 'room:{count}')
  expect(await a.publish('room:{count}', 'm')).toBe(0)
  await listening(b, 'room:{count}')
  expect(await a.publish('room:{count}', 'm')).toBe(1)
  expect(await c.publish('room:{count}', 'm')).toBe(2)
  a.unsubscribe('room:{count}')
  expect(await a.publish('room:{count}', 'm')).toBe(1)
})

test('a message longer than messageBytesMax is not sent, and one from elsewhere not taken', async () => {
  const [a, b] = [node([testRedisUrl()]).bus, node([testRedisUrl()]).bus]
  const heard = await listening(b, 'room:{two}')
  await whole(a, b)
  expect(await a.publish('room:{two}', 'x'.repeat(a.messageBytesMax + 1))).toBeNull()
  const foreign = createRedis(testRedisUrl(), silentLog)
  await foreign.spublish('room:{two}', `other\n${'x'.repeat(2000)}`)
  const longest = 'x'.repeat(a.messageBytesMax)
  await a.publish('room:{two}', longest)
  await expect.poll(() => heard).toEqual([longest])
  foreign.disconnect()
})

test('N4: after a restart of Redis the rooms are heard again, and what may have been missed is told', async () => {
  const redis = await ownRedis()
  const [a, b] = [node([redis.url]).bus, node([redis.url]).bus]
  const heard = await listening(b, 'room:{three}')
  let repairs = 0
  b.onWhole(() => repairs++)
  await whole(a, b)
  expect(repairs).toBe(1)
  redis.kill()
  await expect.poll(() => a.isWhole || b.isWhole, POLL).toBe(false)
  expect(await a.publish('room:{three}', 'lost')).toBeNull()
  redis.start()
  await whole(a, b)
  await expect.poll(() => repairs, POLL).toBeGreaterThan(1)
  await a.publish('room:{three}', 'heard')
  await expect.poll(() => heard).toEqual(['heard'])
})

test('N4: a network that stalls is noticed within stalledMs, and mends by itself', async () => {
  const redis = await ownRedis()
  const network = await faultyNetwork(redis.port)
  const through = network.url.replace('ws://', 'redis://').replace('/rooms', '/0')
  const [a, b] = [node([through]).bus, node([redis.url]).bus]
  const heard = await listening(a, 'room:{four}')
  await whole(a, b)
  network.state.stalled = true // the proxy loses what it is given meanwhile
  await expect.poll(() => a.isWhole, POLL).toBe(false)
  expect(b.isWhole).toBe(true)
  await b.publish('room:{four}', 'missed')
  await new Promise((resolve) => setTimeout(resolve, 100))
  network.state.stalled = false
  await whole(a)
  await b.publish('room:{four}', 'heard')
  await expect.poll(() => heard).toEqual(['heard'])
})

test('N5: viewers are counted over all nodes; those of a node that stops telling go after its life', async () => {
  const [a, b] = [node([testRedisUrl()]).presence, node([testRedisUrl()]).presence]
  expect(await a.tell('five', 3)).toBe(0)
  expect(await b.tell('five', 4)).toBe(3)
  expect(await a.tell('five', 2)).toBe(4)
  await expect.poll(() => a.tell('five', 2), POLL).toBe(0) // b is dead
  expect(await b.tell('five', 1)).toBe(2)
  await a.tell('five', 0)
  expect(await b.tell('five', 1)).toBe(0)
})

test('N1: on a Redis Cluster each room lives with its shard', async () => {
  const shards = [await clusterNode('0', '8191'), await clusterNode('8192', '16383')]
  await command(shards[0]!.url, 'MEET', '127.0.0.1', String(shards[1]!.port))
  const urls = shards.map(({ url }) => url)
  for (const url of urls) await formed(url)
  const [a, b] = [node(urls), node(urls)]
  const rooms = ['six', 'seven', 'eight', 'nine']
  const heard = await Promise.all(rooms.map((room) => listening(b.bus, `room:{${room}}`)))
  await whole(a.bus, b.bus)
  for (const room of rooms) {
    expect(await a.bus.publish(`room:{${room}}`, room)).toBe(1)
    expect(await a.presence.tell(room, 2)).toBe(0)
    expect(await b.presence.tell(room, 1)).toBe(2)
  }
  await expect.poll(() => heard, POLL).toEqual(rooms.map((room) => [room]))
})

async function clusterNode(from: string, to: string) {
  const redis = await ownRedis(
    '--cluster-enabled',
    'yes',
    '--cluster-config-file',
    `/tmp/shelfcast-cluster-${process.pid}-${from}.conf`,
  )
  await command(redis.url, 'ADDSLOTSRANGE', from, to)
  return redis
}

async function formed(url: string): Promise<void> {
  const probe = new Redis(url)
  await expect.poll(() => probe.cluster('INFO'), POLL).toContain('cluster_state:ok')
  await expect.poll(() => probe.cluster('INFO'), POLL).toContain('cluster_known_nodes:2')
  probe.disconnect()
}

async function command(url: string, ...args: [string, ...string[]]): Promise<void> {
  const redis = new Redis(url)
  await redis.call('CLUSTER', ...args)
  redis.disconnect()
}
