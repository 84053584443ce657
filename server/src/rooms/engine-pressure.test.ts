import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  chatEvent,
  engineWorld,
  entering,
  filler,
  limits,
  offsetsOf,
  tipEvent,
  typesOf,
} from '../../test/rooms.ts'

/** Slow viewers of a room on a network in memory. Rules B1 to B3. */

const { flushMsMin, viewersBeatMs, slowPollMs, chatShedBytes, sideShedBytes } = limits.rooms

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const flushed = () => vi.advanceTimersByTimeAsync(flushMsMin + 1)
const polled = () => vi.advanceTimersByTimeAsync(slowPollMs + 1)
const stock = (left: number, key = 'sku') => ({ t: 'stock', key, left, sale: null }) as const

const line = (bytes: number) => chatEvent('host', 'x'.repeat(bytes))

test('B1: a slow viewer loses chat, then gifts and counts, keeps state, and gets all back', async () => {
  const { viewer, publish, pin, count } = engineWorld({}, 1000)
  const slow = await viewer('slow')
  const quick = await viewer('quick')
  slow.link.paused = true
  publish(line(chatShedBytes + 1))
  await flushed()
  await polled()
  publish(chatEvent())
  publish(tipEvent('seen'))
  await flushed()
  expect(await count('shelfcast_room_drops_total', { class: 'chat', reason: 'slow_reader' })).toBe(1)
  slow.link.send(filler(sideShedBytes)) // something personal and large
  await polled()
  publish(tipEvent('missed'))
  publish(stock(1))
  pin()
  await flushed()
  expect(await count('shelfcast_room_drops_total', { class: 'gift', reason: 'slow_reader' })).toBe(1)
  slow.link.resume()
  await polled()
  pin()
  expect(offsetsOf(slow.link.events)).toEqual([1, 2])
  const gifts = slow.link.events.flatMap((event) => (event.t === 'tip' ? [event.tip.id] : []))
  expect(new Set(gifts)).toEqual(new Set(['seen', 'missed']))
  expect(slow.link.events).toContainEqual(stock(1))
  expect(typesOf(quick.link.events).filter((type) => type === 'chat')).toHaveLength(2)
  publish(chatEvent())
  await flushed()
  expect(typesOf(slow.link.events).at(-1)).toBe('chat')
})

test('viewers are looked at while something may wait for them, and not in a room in which nothing is sent', async () => {
  const { viewer, publish } = engineWorld()
  const { link } = await viewer('slow')
  await flushed() // the count of viewers
  await polled()
  const looks = vi.spyOn(link, 'bufferedBytes')
  await polled()
  await polled()
  expect(looks).not.toHaveBeenCalled()
  link.paused = true
  publish(chatEvent())
  await flushed()
  for (const times of [1, 2, 3]) {
    looks.mockClear()
    await polled()
    expect(looks, `poll ${times}`).toHaveBeenCalled()
  }
  link.resume()
  await polled()
  looks.mockClear()
  await polled()
  expect(looks).not.toHaveBeenCalled()
})

test('B2: who lost a frame gets nothing more, then resync, and resumes on the same connection', async () => {
  const { viewer, pin } = engineWorld()
  const { link, seat } = await viewer('slow', entering(), undefined)
  link.paused = true
  link.send(filler(limits.rooms.backpressureBytesMax + 1))
  pin() // dropped
  expect(link.topics.size).toBe(0)
  pin()
  await polled()
  link.resume()
  expect(typesOf(link.events).at(-1)).toBe('resync')
  expect(offsetsOf(link.events)).toEqual([])
  await seat.reenter(entering([1, 0]))
  pin()
  expect(offsetsOf(link.events)).toEqual([1, 2, 3])
})

test('B2: who fell behind is in the record: who was told to resync, and who was closed', async () => {
  const { viewer, pin, log } = engineWorld()
  const viewers = await Promise.all(['back', 'gone'].map((personId) => viewer(personId)))
  for (const { link } of viewers) {
    link.paused = true
    link.send(filler(limits.rooms.backpressureBytesMax + 1))
  }
  pin()
  await polled()
  viewers[0]!.link.resume()
  await viewers[0]!.seat.reenter(entering([1, 0]))
  await vi.advanceTimersByTimeAsync(limits.rooms.behindMsMax + 2 * slowPollMs)
  viewers[1]!.seat.leave()
  await vi.advanceTimersByTimeAsync(2 * viewersBeatMs)
  const record = log.dropped.filter((one) => one.class === 'viewer')
  expect(record.map(({ reason, events }) => [reason, events])).toEqual([
    ['resync', 1],
    ['too_slow', 1],
  ])
})

test('B2: who has too much unsent loses its place before the transport drops a frame', async () => {
  const { viewer, pin, network, count } = engineWorld()
  const { link } = await viewer('slow', entering(), network.link(10 * limits.rooms.backpressureBytesMax))
  link.paused = true
  link.send(filler(limits.rooms.backpressureBytesMax + 1))
  await polled()
  pin()
  link.resume()
  expect(typesOf(link.events).at(-1)).toBe('resync')
  expect(offsetsOf(link.events)).toEqual([])
  expect(await count('shelfcast_room_resyncs_total', { outcome: 'told' })).toBe(1)
})

test('B2: who stays behind is closed with too_slow, and counted', async () => {
  const { viewer, pin, count } = engineWorld()
  const { link } = await viewer()
  link.paused = true
  link.send(filler(limits.rooms.backpressureBytesMax + 1))
  pin()
  await vi.advanceTimersByTimeAsync(limits.rooms.behindMsMax)
  expect(link.closedWith).toBeNull()
  await vi.advanceTimersByTimeAsync(2 * slowPollMs)
  expect(link.closedWith).toBe('too_slow')
  expect(await count('shelfcast_room_resyncs_total', { outcome: 'closed' })).toBeGreaterThan(0)
})

test('B3: a broken stream tells all to resync', async () => {
  const { viewer, log, publish } = engineWorld()
  const { link } = await viewer()
  log.pos = [2, 0]
  publish(log.commit())
  expect(typesOf(link.events).at(-1)).toBe('resync')
})
