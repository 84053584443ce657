import type { Down } from '@shelfcast/shared/protocol/down.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  chatEvent,
  emptyView,
  engineWorld,
  entering,
  filler,
  limits,
  offsetsOf,
  place,
  tipEvent,
  typesOf,
} from '../../test/rooms.ts'

const { flushMsMin, flushMsMax, viewersBeatMs, slowPollMs, chatShedBytes, sideShedBytes } = limits.rooms

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const flushed = () => vi.advanceTimersByTimeAsync(flushMsMin + 1)
const polled = () => vi.advanceTimersByTimeAsync(slowPollMs + 1)
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

test('J4: one snapshot serves all who come within snapshotMs, until a state event comes', async () => {
  const { viewer, pin } = engineWorld({ snapshotMs: 500 })
  let composed = 0
  const compose = async () => {
    composed++
    return emptyView
  }
  const come = () => viewer('per', entering(undefined, { compose }))
  await Promise.all([come(), come()])
  await vi.advanceTimersByTimeAsync(499)
  await come()
  expect(composed).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  await come()
  expect(composed).toBe(2)
  pin()
  await come()
  expect(composed).toBe(3)
})

test('N1: what is said while a room opens is kept up to earlyEventsMax, what is beyond it is counted', async () => {
  const { viewer, publish, pin, log, count } = engineWorld({ earlyEventsMax: 3 })
  const opened = deferred<void>()
  const head = log.head.bind(log)
  log.head = async () => {
    await opened.promise
    return head()
  }
  const entered = viewer()
  await vi.advanceTimersByTimeAsync(1)
  for (let i = 0; i < 5; i++) publish(tipEvent(`early${i}`))
  pin()
  opened.resolve()
  const { link } = await entered
  await vi.advanceTimersByTimeAsync(2 * limits.rooms.headPollMs)
  expect(await count('shelfcast_room_drops_total', { class: 'gift', reason: 'queue_full' })).toBe(2)
  expect(link.events.filter(({ t }) => t === 'tip')).toHaveLength(3)
  expect(link.events.find(({ t }) => t === 'welcome')).toMatchObject({ pos: [1, 1] })
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

test('J7: a room that is full refuses', async () => {
  const { viewer, rooms } = engineWorld({ viewersPerRoomMax: 2 })
  await viewer('a')
  const { seat } = await viewer('b')
  await expect(viewer('c')).rejects.toMatchObject({ code: 'room_full' })
  seat.leave()
  await viewer('d')
  expect(rooms.viewers(place.showId)).toBe(2)
})

test('J8: hosts and moderators are no audience, from whichever ticket on', async () => {
  const { viewer, rooms, network } = engineWorld()
  const host = await viewer('host', entering(), network.link(), false)
  const { seat } = await viewer('ann')
  await vi.advanceTimersByTimeAsync(viewersBeatMs + flushMsMin + 1)
  expect(host.link.events).toContainEqual({ t: 'viewers', key: 'viewers', count: 1 })
  seat.setOccupant({ personId: 'ann', isAudience: false })
  await vi.advanceTimersByTimeAsync(viewersBeatMs + flushMsMin + 1)
  expect(host.link.events).toContainEqual({ t: 'viewers', key: 'viewers', count: 0 })
  expect([rooms.viewers(place.showId), rooms.connections(place.showId)]).toEqual([0, 2])
})

test('J8: viewers are counted, told at the beat when the count changed; an empty room is dropped', async () => {
  const { viewer, rooms, network, count } = engineWorld()
  const first = await viewer('a')
  const second = await viewer('b')
  await vi.advanceTimersByTimeAsync(viewersBeatMs + flushMsMin + 1)
  expect(first.link.events).toContainEqual({ t: 'viewers', key: 'viewers', count: 2 })
  const published = network.published.length
  await vi.advanceTimersByTimeAsync(5 * viewersBeatMs)
  expect(network.published).toHaveLength(published)
  first.seat.leave()
  first.seat.leave()
  second.seat.leave()
  expect(rooms.viewers(place.showId)).toBe(0)
  expect(await count('shelfcast_rooms', {})).toBe(0)
})

test('J4: of a thousand who join at once, one snapshot and one reading of the log', async () => {
  const { viewer, log } = engineWorld()
  const compose = vi.fn(async () => emptyView)
  await Promise.all(Array.from({ length: 1000 }, () => viewer('per', entering(undefined, { compose }))))
  expect(compose).toHaveBeenCalledOnce()
  expect(log.reads).toBe(1)
})

test('J4, S4: what happens while the snapshot is made follows it in the same frame', async () => {
  const { viewer, pin } = engineWorld()
  await viewer() // the room is open
  pin()
  const { promise, resolve } = deferred<typeof emptyView>()
  const entered = viewer('late', entering(undefined, { compose: () => promise }))
  await vi.advanceTimersByTimeAsync(10)
  pin()
  pin()
  resolve(emptyView)
  const { link } = await entered
  expect(link.frames).toHaveLength(1)
  expect(link.events[0]).toMatchObject({ t: 'welcome', pos: [1, 1], recovered: false })
  expect(offsetsOf(link.events)).toEqual([2, 3])
  pin()
  expect(offsetsOf(link.events)).toEqual([2, 3, 4])
})

test('J4: lines that a shared snapshot does not hold follow it, before the state that may take them away', async () => {
  const { viewer, publish, pin } = engineWorld({ recentChatMax: 2 })
  const newsOf = (events: readonly Down[]) => events.filter(({ t }) => t !== 'likes' && t !== 'viewers')
  await viewer('early')
  const lines = ['one', 'two', 'three'].map((text) => chatEvent('viewer', text))
  for (const line of lines) publish(line)
  await vi.advanceTimersByTimeAsync(flushMsMax)
  const { link } = await viewer('late') // the same snapshot: no state came, and it is fresh
  expect(link.frames).toHaveLength(1)
  expect(newsOf(link.events).slice(1)).toEqual(lines.slice(1))

  const { promise, resolve } = deferred<typeof emptyView>()
  pin()
  const entered = viewer('later', entering(undefined, { compose: () => promise }))
  await vi.advanceTimersByTimeAsync(10)
  publish(chatEvent('viewer', 'four'))
  await vi.advanceTimersByTimeAsync(flushMsMax)
  pin()
  resolve(emptyView)
  expect(typesOf(newsOf((await entered).link.events))).toEqual(['welcome', 'chat', 'pinned'])
})

test('S2: what is published while the room opens is not lost', async () => {
  const { viewer, pin } = engineWorld()
  const entering = viewer()
  pin()
  const { link } = await entering
  pin()
  const [welcome] = link.events
  const from = welcome?.t === 'welcome' ? welcome.pos[1] : -1
  expect(offsetsOf(link.events)).toEqual([1, 2].filter((offset) => offset > from))
})

test('S2: what was committed and never published arrives with the next look at the log', async () => {
  const { viewer, log } = engineWorld()
  const { link } = await viewer()
  log.commit()
  await vi.advanceTimersByTimeAsync(limits.rooms.headPollMs + limits.rooms.stateGapMs + 2)
  expect(offsetsOf(link.events)).toEqual([1])
})

test('S3: who resumes gets exactly what it missed, with the gifts and latest values of its absence', async () => {
  const { viewer, pin, publish } = engineWorld()
  await viewer('stays')
  pin()
  pin()
  publish(tipEvent('t1'))
  publish(stock(4))
  pin()
  const { link } = await viewer('back', entering([1, 1]))
  expect(link.events[0]).toMatchObject({ t: 'welcome', pos: [1, 1], recovered: true, snapshot: null })
  expect(offsetsOf(link.events)).toEqual([2, 3])
  expect(link.events).toEqual(expect.arrayContaining([tipEvent('t1'), stock(4)]))
})

test('S3: a room that was opened anew resumes from the log, with latest values from a snapshot', async () => {
  const { viewer, log } = engineWorld()
  log.commit()
  log.commit()
  const { link } = await viewer('back', entering([1, 1], { latestOf: () => [stock(2)] }))
  expect(link.events[0]).toMatchObject({ recovered: true })
  expect(offsetsOf(link.events)).toEqual([2])
  expect(link.events).toContainEqual(stock(2))
})

test('S3: what is too old is not recovered: a snapshot and nothing of the log', async () => {
  const { viewer, log } = engineWorld({ logEventsMax: 2 })
  for (let i = 0; i < 5; i++) log.commit()
  const { link } = await viewer('back', entering([1, 1]))
  expect(link.events[0]).toMatchObject({ recovered: false, pos: [1, 5], snapshot: expect.anything() })
  expect(offsetsOf(link.events)).toEqual([])
})

test('J4: a room that changes faster than its snapshot is made refuses for now', async () => {
  const { viewer, log, publish } = engineWorld({ logEventsMax: 1 })
  await viewer()
  publish(log.commit()) // the snapshot of before is of no use
  const compose = async () => {
    for (let i = 0; i < 3; i++) publish(log.commit())
    return emptyView
  }
  await expect(viewer('late', entering(undefined, { compose }))).rejects.toMatchObject({
    code: 'unavailable',
  })
})

test('an unknown show is not found, and leaves nothing behind', async () => {
  const { viewer, rooms, log } = engineWorld()
  log.head = async () => null as never
  await expect(viewer()).rejects.toMatchObject({ code: 'not_found' })
  expect(rooms.viewers(place.showId)).toBe(0)
})

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

test('C8: likes beyond what one may send are counted', async () => {
  const { viewer, count } = engineWorld()
  const { seat } = await viewer()
  seat.likesRefused(40)
  expect(await count('shelfcast_room_drops_total', { class: 'latest', reason: 'likes_rate' })).toBe(40)
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

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
