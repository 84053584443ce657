import type { Down } from '@shelfcast/shared/protocol/down.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MemoryRedis } from '../../test/memoryRedis.ts'
import {
  chatEvent,
  emptyView,
  engineWorld,
  entering,
  limits,
  MemoryLog,
  offsetsOf,
  place,
  tipEvent,
} from '../../test/rooms.ts'
import type { Heard } from './engine.ts'

/** Several nodes on one log and one Redis, in memory. The bus itself is tested on real Redis in kernel/bus.test.ts. */

const { flushMsMin, headPollMs, headPollAloneMs, presenceMs, viewersBeatMs, stateGapMs } = limits.rooms

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function cluster(count = 2, displayPerS = 20, more: Partial<typeof limits.rooms> = {}) {
  const shared = { log: new MemoryLog(), redis: new MemoryRedis() }
  const nodes = Array.from({ length: count }, () => engineWorld(more, displayPerS, shared))
  return { ...shared, nodes }
}

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const crossed = () => wait(3 * flushMsMin)
const stock = (left: number) => ({ t: 'stock', key: 'sku', left, sale: null }) as const
const of = (events: readonly Down[], type: Down['t']) => events.filter(({ t }) => t === type)

test('N1: each class published on one node reaches the viewers of all, once', async () => {
  const { nodes, log } = cluster(3)
  const links = await Promise.all(nodes.map(async (node) => (await node.viewer()).link))
  const line = chatEvent()
  nodes[1]!.publish(line)
  nodes[1]!.publish(tipEvent('tip'))
  nodes[1]!.publish(stock(4), 1)
  nodes[1]!.publish(log.commit('itm'))
  await wait(5)
  for (const { events } of links) expect(offsetsOf(events)).toEqual([1])
  await crossed()
  for (const { events } of links) {
    expect(of(events, 'chat')).toEqual([line])
    expect(of(events, 'tip')).toHaveLength(1)
    expect(of(events, 'stock')).toEqual([stock(4)])
  }
})

test('N1: a node without viewers tells those that have some, and hears nothing itself', async () => {
  const { nodes, log } = cluster()
  const { link } = await nodes[0]!.viewer()
  nodes[1]!.publish(log.commit())
  nodes[1]!.publish(chatEvent())
  await crossed()
  expect(offsetsOf(link.events)).toEqual([1])
  expect(of(link.events, 'chat')).toHaveLength(1)
  expect(await nodes[1]!.count('shelfcast_rooms', {})).toBe(0)
})

test('N1: chat stays where no other node hears the room, and crosses once one says that it does', async () => {
  const { nodes, log, redis } = cluster()
  await nodes[0]!.viewer()
  const deliver = vi.spyOn(redis, 'deliver')
  nodes[0]!.publish(chatEvent()) // nobody knows yet
  await crossed()
  expect(deliver).toHaveBeenCalledTimes(1)
  nodes[0]!.publish(chatEvent())
  await crossed()
  expect(deliver).toHaveBeenCalledTimes(1)
  nodes[0]!.publish(tipEvent())
  nodes[0]!.publish(stock(4))
  nodes[0]!.publish(log.commit())
  await crossed()
  expect(deliver).toHaveBeenCalledTimes(3)
  const { link } = await nodes[1]!.viewer('host', entering(), undefined, false)
  await wait(5)
  nodes[0]!.publish(chatEvent())
  await crossed()
  expect(of(link.events, 'chat')).toHaveLength(1)
})

test('N1: a node that does not say that it hears the room gets chat within a second', async () => {
  const { nodes, redis } = cluster(1)
  await nodes[0]!.viewer()
  nodes[0]!.publish(chatEvent())
  await crossed()
  const heard: string[] = []
  await redis.node().bus.subscribe(`room:{${place.showId}}`, (text) => heard.push(text))
  nodes[0]!.publish(chatEvent('viewer', 'first'))
  await wait(1000)
  nodes[0]!.publish(chatEvent('viewer', 'second'))
  nodes[0]!.publish(chatEvent('viewer', 'third'))
  await crossed()
  nodes[0]!.publish(chatEvent('viewer', 'fourth'))
  await crossed()
  expect(heard.join().match(/first|second|third|fourth/g)).toEqual(['second', 'third', 'fourth'])
})

test('N1: state of two nodes comes in order of offset, whichever is heard first', async () => {
  const { nodes, log } = cluster()
  const { link } = await nodes[0]!.viewer()
  const [first, second] = [log.commit(), log.commit()]
  nodes[1]!.publish(second)
  await wait(5)
  expect(offsetsOf(link.events)).toEqual([])
  nodes[0]!.publish(first)
  await wait(5)
  expect(offsetsOf(link.events)).toEqual([1, 2])
})

test('N1: lines of one flush cross in one message, cut to the display rate', async () => {
  const { nodes, redis } = cluster()
  const { link } = await nodes[0]!.viewer()
  await nodes[1]!.viewer()
  await wait(viewersBeatMs * 2)
  const deliver = vi.spyOn(redis, 'deliver')
  for (let i = 0; i < 100; i++) nodes[1]!.publish(chatEvent())
  await crossed()
  expect(deliver).toHaveBeenCalledTimes(1)
  expect(of(link.events, 'chat').length).toBeGreaterThan(0)
  expect(of(link.events, 'chat').length).toBeLessThanOrEqual(20)
})

test('N2: of two values the one read later counts on every node, in whichever order they come', async () => {
  const { nodes } = cluster()
  const links = await Promise.all(nodes.map(async (node) => (await node.viewer()).link))
  nodes[0]!.publish(stock(3), 12)
  await crossed()
  nodes[1]!.publish(stock(5), 11) // read before, told after
  await crossed()
  for (const { events } of links) expect(of(events, 'stock').at(-1)).toEqual(stock(3))
})

test('N2: a value that a node died with is read again within latestRepairMs', async () => {
  const { nodes } = cluster()
  let left = 9
  const view = { compose: async () => emptyView, latestOf: () => [stock(left)] }
  const { link } = await nodes[0]!.viewer('per', entering(undefined, view))
  left = 7
  nodes[1]!.publish(stock(left), 5)
  nodes[1]!.node.kill()
  await wait(limits.rooms.latestRepairMs * 1.2)
  expect(of(link.events, 'stock').at(-1)).toEqual(stock(7))
})

test('N3: what is personal reaches the person on another node, and evict ends its connections there', async () => {
  const { nodes } = cluster()
  const ann = await nodes[0]!.viewer('ann')
  const ben = await nodes[0]!.viewer('ben')
  const heard: [string, Heard][] = []
  nodes[0]!.rooms.onHeard((showId, what) => heard.push([showId, what]))
  const muted = { t: 'you', me: { mutedUntil: 5 } } as const
  nodes[1]!.rooms.tell(place.showId, 'ann', muted)
  nodes[1]!.rooms.evict(place.showId, 'ben')
  await crossed()
  expect(of(ann.link.events, 'you')).toEqual([muted])
  expect(of(ben.link.events, 'you')).toEqual([])
  expect([ann.link.closedWith, ben.link.closedWith]).toEqual([null, 'evicted'])
  expect(heard).toEqual([
    [place.showId, { is: 'personal', personId: 'ann', event: muted }],
    [place.showId, { is: 'evicted', personId: 'ben' }],
  ])
})

test('N3: what waits for one person is bounded by personalQueueMax; what is pushed out is counted', async () => {
  const { nodes } = cluster(2, 20, { personalQueueMax: 3 })
  const { link } = await nodes[0]!.viewer('ann')
  for (const { node } of nodes) {
    node.stall()
    node.noticeStall()
  }
  for (let i = 1; i <= 5; i++) nodes[1]!.rooms.tell(place.showId, 'ann', { t: 'you', me: { mutedUntil: i } })
  await crossed()
  for (const { node } of nodes) node.resume('lost')
  await wait(1000)
  const until = of(link.events, 'you').map((event) => event.t === 'you' && event.me.mutedUntil)
  expect(until).toEqual([3, 4, 5])
  const dropped = { class: 'personal', reason: 'bus_queue_full' }
  expect(await nodes[1]!.count('shelfcast_room_drops_total', dropped)).toBe(2)
})

test('N5: lines beyond the display rate do not cross, and are counted where somebody watches elsewhere', async () => {
  const { nodes } = cluster(2, 4)
  const crossing = () => nodes[0]!.count('shelfcast_room_drops_total', { class: 'chat', reason: 'bus_rate' })
  await nodes[0]!.viewer()
  for (let i = 0; i < 10; i++) nodes[0]!.publish(chatEvent('host'))
  await crossed()
  expect(await crossing()).toBe(0)
  const { link } = await nodes[1]!.viewer()
  await wait(3 * viewersBeatMs)
  for (let i = 0; i < 10; i++) nodes[0]!.publish(chatEvent('host'))
  await crossed()
  expect(of(link.events, 'chat')).toHaveLength(4)
  expect(await crossing()).toBe(6)
})

test('N1: what is too long for the bus is counted and holds up nothing; much goes in several messages', async () => {
  const { nodes } = cluster(2, 1000)
  const { link } = await nodes[1]!.viewer()
  nodes[0]!.publish(chatEvent('viewer', 'x'.repeat(70_000)))
  for (let i = 0; i < 100; i++) nodes[0]!.publish(chatEvent('viewer', 'x'.repeat(1000)))
  await crossed()
  expect(of(link.events, 'chat')).toHaveLength(100)
  const dropped = { class: 'chat', reason: 'bus_too_long' }
  expect(await nodes[0]!.count('shelfcast_room_drops_total', dropped)).toBe(1)
})

test('N4: state comes from the log while the others are not heard; gifts wait, chat is shed and counted', async () => {
  const { nodes, log } = cluster()
  const { link } = await nodes[0]!.viewer()
  nodes[0]!.node.stall()
  nodes[1]!.publish(log.commit()) // before anybody noticed
  await wait(headPollMs + headPollAloneMs + stateGapMs)
  expect(offsetsOf(link.events)).toEqual([1])
  nodes[1]!.node.stall()
  nodes[1]!.node.noticeStall()
  nodes[1]!.publish(chatEvent())
  nodes[1]!.publish(tipEvent())
  await crossed()
  expect(await nodes[1]!.count('shelfcast_room_drops_total', { class: 'chat', reason: 'bus_away' })).toBe(1)
  nodes[0]!.node.resume('lost')
  nodes[1]!.node.resume('lost')
  await wait(1000)
  expect(of(link.events, 'chat')).toEqual([])
  expect(of(link.events, 'tip')).toHaveLength(1)
})

test('N4: viewers are told while audience of other nodes is not heard, and only where there is any', async () => {
  const { nodes } = cluster()
  const { link } = await nodes[0]!.viewer()
  const told = () => of(link.events, 'reach').map((event) => (event.t === 'reach' ? event.whole : null))
  nodes[0]!.node.stall()
  nodes[0]!.node.noticeStall()
  await wait(3 * viewersBeatMs)
  expect(told()).toEqual([])
  nodes[0]!.node.resume('lost')
  await nodes[1]!.viewer()
  await wait(3 * viewersBeatMs)
  nodes[0]!.node.stall()
  nodes[0]!.node.noticeStall()
  await wait(3 * viewersBeatMs)
  expect(told()).toEqual([false])
  const { link: late } = await nodes[0]!.viewer()
  expect(of(late.events, 'reach')).toHaveLength(1)
  nodes[0]!.node.resume('lost')
  await wait(3 * viewersBeatMs)
  expect(told()).toEqual([false, true])
})

test('N4: a node that hears again says so, and reads the latest values anew', async () => {
  const { nodes, redis } = cluster()
  let left = 9
  const view = { compose: async () => emptyView, latestOf: () => [stock(left)] }
  const { link } = await nodes[0]!.viewer('per', entering(undefined, view))
  const heard: Heard[] = []
  nodes[0]!.rooms.onHeard((_showId, what) => heard.push(what))
  left = 2
  redis.restart()
  await crossed()
  expect(heard).toEqual([{ is: 'missed' }])
  expect(of(link.events, 'stock').at(-1)).toEqual(stock(2))
})

test('N5: viewers are counted over all nodes, and those of a dead node go within presenceMs', async () => {
  const { nodes } = cluster()
  const { link } = await nodes[0]!.viewer()
  await nodes[1]!.viewer()
  await nodes[1]!.viewer()
  await wait(2 * viewersBeatMs + flushMsMin)
  expect(of(link.events, 'viewers').at(-1)).toMatchObject({ count: 3 })
  nodes[1]!.node.kill()
  await wait(presenceMs + 2 * viewersBeatMs)
  expect(of(link.events, 'viewers').at(-1)).toMatchObject({ count: 1 })
  expect(nodes[0]!.rooms.viewers(place.showId)).toBe(1)
})

test('S6: who resumes from ahead of this node gets all from the log, by one read for all', async () => {
  const { nodes, log } = cluster()
  await nodes[0]!.viewer()
  for (let i = 0; i < 5; i++) log.commit() // told by nobody yet
  const before = log.reads
  const comers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => nodes[0]!.viewer(`p${i}`, entering([1, 3]))),
  )
  for (const { link } of comers) {
    expect(link.events[0]).toMatchObject({ t: 'welcome', recovered: true })
    expect(offsetsOf(link.events)).toEqual([4, 5])
  }
  expect(log.reads - before).toBe(1)
})

test('S6: a position that the log does not know is not believed', async () => {
  const { nodes } = cluster()
  const { link } = await nodes[0]!.viewer('liar', entering([1, 1000]))
  expect(link.events[0]).toMatchObject({ t: 'welcome', recovered: false, pos: [1, 0] })
  nodes[0]!.pin()
  expect(offsetsOf(link.events)).toEqual([1])
})

test('what another node sends is parsed: what is not understood changes nothing', async () => {
  const { nodes, redis } = cluster()
  const { link } = await nodes[0]!.viewer()
  const before = link.events.length
  const stranger = redis.node()
  for (const text of [
    'no json',
    '[]',
    '{"is":"events","events":[[{"t":"pinned","pos":[1,1]},0]]}',
    '{"is":"events","events":[[{"t":"resync"},0]]}',
    '{"is":"tell","personId":"per","event":{"t":"chat"}}',
    '{"is":"evict"}',
    '{"is":"other"}',
  ]) {
    await stranger.bus.publish(`room:{${place.showId}}`, text)
  }
  await crossed()
  expect(link.events).toHaveLength(before)
  expect(link.closedWith).toBeNull()
})
