import type { StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { limits, MemoryLog } from '../../test/rooms.ts'
import { silentLog } from '../../test/world.ts'
import { systemClock } from '../kernel/clock.ts'
import { StateStream } from './stream.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function world(more: Partial<typeof limits.rooms> = {}) {
  const log = new MemoryLog()
  const delivered: number[] = []
  const broken = vi.fn()
  const make = () =>
    new StateStream(log.pos, log.events, {
      deliver: (json) => delivered.push((JSON.parse(json) as StateEvent).pos[1]),
      broken,
      read: (epoch, after, upTo) => log.range('shw', epoch, after, upTo, limits.rooms.logMsMax),
      clock: systemClock,
      log: silentLog,
      limits: { ...limits.rooms, ...more },
    })
  const offsetsSince = (stream: StateStream, pos: Position) =>
    stream.since(pos)?.map((json) => (JSON.parse(json) as StateEvent).pos[1]) ?? null
  return { log, delivered, broken, make, offsetsSince }
}

test('S2: events that come out of order are held back until the gap is filled', () => {
  const { log, delivered, make } = world()
  const stream = make()
  const [one, two, three] = [log.commit(), log.commit(), log.commit()]
  stream.accept(three)
  stream.accept(two)
  expect(delivered).toEqual([])
  stream.accept(one)
  expect(delivered).toEqual([1, 2, 3])
  expect(log.reads).toBe(0)
})

test('S2: what is never published is read from the log after a short wait', async () => {
  const { log, delivered, make, broken } = world()
  const stream = make()
  log.commit()
  log.commit()
  stream.accept(log.commit())
  await vi.advanceTimersByTimeAsync(limits.rooms.stateGapMs + 1)
  expect(delivered).toEqual([1, 2, 3])
  expect(broken).not.toHaveBeenCalled()
})

test('S2: an event that nobody published is found when the log is noticed to be ahead', async () => {
  const { log, delivered, make } = world()
  const stream = make()
  log.commit()
  stream.notice(log.pos)
  await vi.advanceTimersByTimeAsync(limits.rooms.stateGapMs + 1)
  expect(delivered).toEqual([1])
})

test('S2: while the log cannot be read, state is held back and nothing is lost', async () => {
  const { log, delivered, make, broken } = world()
  const stream = make()
  log.commit()
  const second = log.commit()
  log.isDown = true
  stream.accept(second)
  await vi.advanceTimersByTimeAsync(5000)
  expect(delivered).toEqual([])
  log.isDown = false
  await vi.advanceTimersByTimeAsync(1000)
  expect(delivered).toEqual([1, 2])
  expect(broken).not.toHaveBeenCalled()
})

test('C1: an event that comes twice is delivered once', () => {
  const { log, delivered, make } = world()
  const stream = make()
  const event = log.commit()
  stream.accept(event)
  stream.accept(event)
  expect(delivered).toEqual([1])
})

test('B3: what the log lacks breaks the stream: all begin anew at the head', async () => {
  const { log, delivered, make, broken } = world()
  const stream = make()
  log.commit()
  const second = log.commit()
  log.events.shift()
  stream.accept(second)
  await vi.advanceTimersByTimeAsync(limits.rooms.stateGapMs + 1)
  expect(broken).toHaveBeenCalledOnce()
  expect(stream.head).toEqual([1, 2])
  stream.accept(log.commit())
  expect(delivered.at(-1)).toBe(3)
})

test('B3: a new epoch breaks the stream', () => {
  const { log, make, broken } = world()
  const stream = make()
  stream.accept(log.commit())
  log.pos = [2, 6]
  stream.accept(log.commit())
  expect(broken).toHaveBeenCalledOnce()
  expect(stream.head).toEqual([2, 7])
  expect(stream.since([1, 1])).toBeNull()
})

test('B3: the held back events are bounded', () => {
  const { log, make, broken } = world({ logEventsMax: 5 })
  const stream = make()
  log.commit()
  for (let i = 0; i < 6; i++) stream.accept(log.commit())
  expect(broken).toHaveBeenCalledOnce()
  expect(stream.head).toEqual([1, 7])
})

test('S3: all that was missed, or nothing', () => {
  const { log, make, offsetsSince } = world({ logEventsMax: 3 })
  const stream = make()
  for (let i = 0; i < 5; i++) stream.accept(log.commit())
  expect(offsetsSince(stream, [1, 5])).toEqual([])
  expect(offsetsSince(stream, [1, 2])).toEqual([3, 4, 5])
  expect(offsetsSince(stream, [1, 1])).toBeNull()
  expect(offsetsSince(stream, [1, 6])).toBeNull() // from the future
  expect(offsetsSince(stream, [0, 5])).toBeNull()
  expect(offsetsSince(stream, [2, 5])).toBeNull()
})

test('S3: resuming reaches back logMsMax', () => {
  const { log, make, offsetsSince } = world({ logMsMax: 1000 })
  const stream = make()
  stream.accept(log.commit())
  vi.advanceTimersByTime(900)
  stream.accept(log.commit())
  expect(offsetsSince(stream, [1, 0])).toEqual([1, 2])
  vi.advanceTimersByTime(200)
  expect(offsetsSince(stream, [1, 0])).toBeNull()
  expect(offsetsSince(stream, [1, 1])).toEqual([2])
})

test('S3: resuming reaches back logBytesMax', () => {
  const { log, make, offsetsSince } = world({ logBytesMax: 2500 })
  const stream = make()
  for (let i = 0; i < 3; i++) stream.accept(log.commit('x'.repeat(1000)))
  expect(offsetsSince(stream, [1, 0])).toBeNull()
  expect(offsetsSince(stream, [1, 1])).toEqual([2, 3])
})

test('S3: a room that opens has the end of the log, up to its first hole', () => {
  const { log, make, offsetsSince } = world()
  for (let i = 0; i < 5; i++) log.commit()
  log.events.splice(1, 1) // offset 2
  const stream = make()
  expect(offsetsSince(stream, [1, 2])).toEqual([3, 4, 5])
  expect(offsetsSince(stream, [1, 1])).toBeNull()
})
