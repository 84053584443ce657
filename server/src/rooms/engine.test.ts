import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { chatEvent, engineWorld, entering, limits, place, tipEvent, typesOf } from '../../test/rooms.ts'

/** Delivery by class, on a network and a log in memory. Rules C. */

const { flushMsMin, flushMsMax, viewersBeatMs } = limits.rooms

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const flushed = () => vi.advanceTimersByTimeAsync(flushMsMin + 1)
const stock = (left: number, key = 'sku') => ({ t: 'stock', key, left, sale: null }) as const

test('C1: state is sent at once, in its own frame, and what waits right behind it', async () => {
  const { viewer, publish, pin } = engineWorld()
  const { link } = await viewer()
  publish(chatEvent())
  publish(tipEvent())
  pin()
  expect(link.frames.map(typesOf).slice(1)).toEqual([['pinned'], ['tip'], ['chat']])
  await flushed()
  expect(link.frames).toHaveLength(4)
})

test('C4: the window of a room begins when it has something to send again', async () => {
  const { viewer, publish, pin } = engineWorld()
  const { link } = await viewer()
  publish(chatEvent())
  await vi.advanceTimersByTimeAsync(flushMsMin / 2)
  pin()
  publish(chatEvent())
  const frames = link.frames.length
  await vi.advanceTimersByTimeAsync(flushMsMin / 2 + 1)
  expect(link.frames).toHaveLength(frames)
  await vi.advanceTimersByTimeAsync(flushMsMin / 2)
  expect(link.frames).toHaveLength(frames + 1)
})

test('C2: latest values are conflated by key, and newcomers get the newest of each', async () => {
  const { viewer, publish } = engineWorld()
  const { link } = await viewer()
  for (const left of [9, 8, 7]) publish(stock(left))
  publish(stock(3, 'other'))
  await flushed()
  expect(link.events.slice(2)).toEqual([stock(7), stock(3, 'other')])
  const late = await viewer('late')
  expect(late.link.events).toEqual(expect.arrayContaining([stock(7), stock(3, 'other')]))
})

test('C2: the kept keys are bounded', async () => {
  const { viewer, publish, count } = engineWorld({ latestKeysMax: 3 })
  await viewer()
  for (let i = 0; i < 10; i++) publish(stock(i, `sku${i}`))
  await flushed()
  const { link } = await viewer('late')
  expect(link.events.filter(({ t }) => t === 'stock')).toHaveLength(3)
  // The ten are pushed out but for three, and so is the room's total of likes.
  expect(await count('shelfcast_room_drops_total', { class: 'latest', reason: 'keys_full' })).toBe(8)
})

test('C3: a gift is sent once for its id; the queue is bounded and its drops are counted', async () => {
  const { viewer, publish, count } = engineWorld({ giftQueueMax: 2 })
  const { link } = await viewer()
  for (const id of ['a', 'a', 'b', 'c']) publish(tipEvent(id))
  await flushed()
  publish(tipEvent('a'))
  await flushed()
  expect(link.events.flatMap((event) => (event.t === 'tip' ? [event.tip.id] : []))).toEqual(['a', 'b'])
  expect(await count('shelfcast_room_drops_total', { class: 'gift', reason: 'duplicate' })).toBe(2)
  expect(await count('shelfcast_room_drops_total', { class: 'gift', reason: 'queue_full' })).toBe(1)
})

test('C3: who resumes gets the last recentTipsMax gifts again', async () => {
  const { viewer, publish } = engineWorld({ recentTipsMax: 2 })
  await viewer()
  for (const id of ['a', 'b', 'c']) publish(tipEvent(id))
  await flushed()
  const { link } = await viewer('back', entering([1, 0]))
  expect(link.events.flatMap((event) => (event.t === 'tip' ? [event.tip.id] : []))).toEqual(['b', 'c'])
})

test('C3: the remembered gift ids are bounded', async () => {
  const { viewer, publish } = engineWorld({ giftIdsMax: 2 })
  const { link } = await viewer()
  for (const id of ['a', 'b', 'c', 'a']) publish(tipEvent(id))
  await flushed()
  expect(link.events.filter(({ t }) => t === 'tip')).toHaveLength(4)
})

test('C4: chat is one frame a flush, encoded and published once for all', async () => {
  const { viewer, publish, network } = engineWorld()
  const viewers = await Promise.all(['a', 'b', 'c'].map((personId) => viewer(personId)))
  for (let i = 0; i < 5; i++) publish(chatEvent())
  await flushed()
  expect(network.published.filter(({ topic }) => topic.endsWith('chat'))).toHaveLength(1)
  for (const { link } of viewers) expect(link.frames.at(-1)).toHaveLength(5)
})

test('C4: what the display rate leaves out is counted, for the room in its record', async () => {
  const { viewer, publish, count, log } = engineWorld({}, 4)
  const { link } = await viewer()
  for (let i = 0; i < 10; i++) publish(chatEvent(i < 5 ? 'viewer' : 'host'))
  await flushed()
  const roles = link.events.flatMap((event) => (event.t === 'chat' ? [event.line.role] : []))
  expect(roles).toEqual(['host', 'host', 'host', 'host'])
  expect(await count('shelfcast_room_drops_total', { class: 'chat', reason: 'display_rate' })).toBe(6)
  log.isDown = true
  await vi.advanceTimersByTimeAsync(2 * viewersBeatMs)
  expect(log.dropped).toEqual([])
  log.isDown = false
  await vi.advanceTimersByTimeAsync(2 * viewersBeatMs)
  expect(log.dropped).toEqual([{ showId: place.showId, class: 'chat', reason: 'display_rate', events: 6 }])
})

test('C4: a show says how many lines its room shows, when it opens and while it runs', async () => {
  const { viewer, publish, log } = engineWorld({}, 20)
  log.displayPerS = 4
  const { link } = await viewer()
  const shown = async () => {
    const before = link.events.length
    for (let i = 0; i < 30; i++) publish(chatEvent('host'))
    await flushed()
    return link.events.slice(before).filter(({ t }) => t === 'chat').length
  }
  expect(await shown()).toBe(4)
  log.displayPerS = 10
  await vi.advanceTimersByTimeAsync(limits.rooms.headPollMs + limits.rooms.headPollAloneMs)
  expect(await shown()).toBe(10)
  log.displayPerS = null
  await vi.advanceTimersByTimeAsync(3 * limits.rooms.headPollMs)
  expect(await shown()).toBe(20)
})

test('C4: the flush window widens while the process is busy and narrows again, within its bounds', async () => {
  const { viewer, publish, load } = engineWorld()
  const { link } = await viewer()
  load.now = 1
  await vi.advanceTimersByTimeAsync(10 * viewersBeatMs)
  const frames = link.frames.length
  publish(chatEvent())
  await vi.advanceTimersByTimeAsync(flushMsMax - 1)
  expect(link.frames).toHaveLength(frames)
  await vi.advanceTimersByTimeAsync(2)
  expect(link.frames).toHaveLength(frames + 1)
  load.now = 0
  await vi.advanceTimersByTimeAsync(10 * viewersBeatMs)
  publish(chatEvent())
  await flushed()
  expect(link.frames).toHaveLength(frames + 2)
})

test('C5: what is personal goes to all connections of one person and to nobody else', async () => {
  const { viewer, rooms } = engineWorld()
  const [phone, laptop, other] = [await viewer('ann'), await viewer('ann'), await viewer('ben')]
  rooms.tell(place.showId, 'ann', { t: 'you', me: { mutedUntil: 5 } })
  expect(phone.link.events.at(-1)).toEqual({ t: 'you', me: { mutedUntil: 5 } })
  expect(laptop.link.events.at(-1)).toEqual({ t: 'you', me: { mutedUntil: 5 } })
  expect(typesOf(other.link.events)).not.toContain('you')
  rooms.evict(place.showId, 'ann')
  expect([phone, laptop, other].map(({ link }) => link.closedWith)).toEqual(['evicted', 'evicted', null])
})

test('C8: likes are a total that is told at the beat and written in batches, all rooms at once', async () => {
  const { viewer, log, rooms } = engineWorld()
  const { link, seat } = await viewer()
  seat.like(3)
  seat.like(4)
  log.isDown = true
  await vi.advanceTimersByTimeAsync(viewersBeatMs + flushMsMin + 1)
  expect(link.events).toContainEqual({ t: 'likes', key: 'likes', total: 7 })
  expect(log.likes).toBe(0)
  log.isDown = false
  seat.like(1)
  await rooms.close()
  expect(log.likes).toBe(8)
})

test('C8: likes beyond what one may send are counted', async () => {
  const { viewer, count } = engineWorld()
  const { seat } = await viewer()
  seat.likesRefused(40)
  expect(await count('shelfcast_room_drops_total', { class: 'latest', reason: 'likes_rate' })).toBe(40)
})

test('C8: likes of a room that was left are still written', async () => {
  const { viewer, log } = engineWorld()
  const { seat } = await viewer()
  seat.like(5)
  seat.leave()
  const again = await viewer()
  expect(again.link.events).toContainEqual({ t: 'likes', key: 'likes', total: 5 })
  await vi.advanceTimersByTimeAsync(viewersBeatMs + 1)
  expect(log.likes).toBe(5)
})
