import type { Down } from '@shelfcast/shared/protocol/down.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  chatEvent,
  emptyView,
  engineWorld,
  entering,
  limits,
  offsetsOf,
  place,
  tipEvent,
  typesOf,
} from '../../test/rooms.ts'

/** Coming into a room, on a log in memory. Rules J, S and what happens meanwhile. */

const { flushMsMin, flushMsMax, viewersBeatMs } = limits.rooms

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const stock = (left: number, key = 'sku') => ({ t: 'stock', key, left, sale: null }) as const

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

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
