import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { numbers } from '../../test/mutate.ts'
import { createWaitingRoom, type WaitingRoomLimits } from './waiting-room.ts'

const LIMITS: WaitingRoomLimits = {
  admittedPerS: 100,
  admittedAtOnce: 10,
  drawMs: 1000,
  waitersMax: 1000,
  tickMs: 10,
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function room(over: Partial<WaitingRoomLimits> = {}, seed = 1) {
  const waiting = createWaitingRoom({ ...LIMITS, ...over }, { now: () => Date.now() }, numbers(seed))
  const admitted: { name: string; at: number }[] = []
  const refused: string[] = []
  const startedAt = Date.now()
  const come = (name: string, skuId = 'sku_1') =>
    waiting.enter(skuId, name).then(
      () => void admitted.push({ name, at: Date.now() - startedAt }),
      () => void refused.push(name),
    )
  return { waiting, admitted, refused, come, names: () => admitted.map(({ name }) => name) }
}
const buyers = (count: number, prefix = 'b') => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

test('under the rate nobody waits, and all go in as they came', async () => {
  const { waiting, come, names } = room()
  for (let i = 0; i < 30; i++) {
    void come(`b${i}`)
    await vi.advanceTimersByTimeAsync(10)
    expect(waiting.waiting).toBe(0)
  }
  expect(names()).toEqual(buyers(30))
})

test('past the rate, who came in the first second is drawn, and who came later follows in order', async () => {
  const { admitted, come, names } = room()
  for (const name of buyers(60)) void come(name)
  await vi.advanceTimersByTimeAsync(999)
  expect(names()).toEqual(buyers(10)) // what is free at once
  await vi.advanceTimersByTimeAsync(1)
  for (const name of buyers(20, 'late')) void come(name)
  await vi.advanceTimersByTimeAsync(2000)
  const drawn = names().slice(10, 60)
  expect(drawn).not.toEqual(buyers(60).slice(10))
  expect(drawn.toSorted()).toEqual(buyers(60).slice(10).toSorted())
  expect(names().slice(60)).toEqual(buyers(20, 'late'))
  const inTheSecond = admitted.filter(({ at }) => at > 1000 && at <= 2000).length
  expect(inTheSecond).toBeLessThanOrEqual(LIMITS.admittedPerS)
})

test('another SKU has a door of its own, and an empty room forgets all of them', async () => {
  const { waiting, come, names } = room()
  for (const name of buyers(20)) void come(name)
  void come('elsewhere', 'sku_2')
  await vi.advanceTimersByTimeAsync(0)
  expect(names()).toContain('elsewhere')
  await vi.advanceTimersByTimeAsync(5000)
  expect(waiting.waiting).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})

test('a person who asks twice has one lot', async () => {
  const { waiting, come, names } = room()
  for (const name of [...buyers(10), 'twice', 'twice', 'once']) void come(name)
  await vi.advanceTimersByTimeAsync(0)
  expect(waiting.waiting).toBe(2)
  await vi.advanceTimersByTimeAsync(2000)
  expect(names().slice(10).toSorted()).toEqual(['once', 'twice', 'twice'])
})

test('a process that goes away tells who waits to ask again', async () => {
  const { waiting, come, names, refused } = room()
  for (const name of buyers(12)) void come(name)
  await vi.advanceTimersByTimeAsync(0)
  waiting.close()
  await vi.advanceTimersByTimeAsync(0)
  expect([names(), refused]).toEqual([buyers(10), ['b10', 'b11']])
  expect(vi.getTimerCount()).toBe(0)
})

test('past `waitersMax` a buyer is told to come again', async () => {
  const { come, refused, names } = room({ waitersMax: 5 })
  for (const name of buyers(17)) void come(name)
  await vi.advanceTimersByTimeAsync(3000)
  expect(refused).toEqual(['b15', 'b16'])
  expect(names()).toHaveLength(15)
})

test('whoever comes whenever is admitted once, and never faster than the rate', async () => {
  const arrivals = fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 400 }), count: fc.integer({ min: 1, max: 80 }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  await fc.assert(
    fc.asyncProperty(arrivals, fc.nat(), async (crowds, seed) => {
      const { admitted, come, names } = room({}, seed)
      let count = 0
      for (const crowd of crowds) {
        await vi.advanceTimersByTimeAsync(crowd.after)
        for (let i = 0; i < crowd.count; i++) void come(`b${count++}`)
      }
      await vi.advanceTimersByTimeAsync(20_000)
      expect(names().toSorted()).toEqual(buyers(count).toSorted())
      const times = admitted.map(({ at }) => at)
      for (const from of times) {
        const within = times.filter((at) => at >= from && at < from + 1000).length
        expect(within).toBeLessThanOrEqual(LIMITS.admittedAtOnce + LIMITS.admittedPerS)
      }
    }),
    { numRuns: 60 },
  )
})

test('the draw favours nobody', async () => {
  const PLACES = 10
  const RUNS = 2000
  const first = new Array<number>(PLACES).fill(0)
  for (let seed = 0; seed < RUNS; seed++) {
    const { come, names } = room({ admittedAtOnce: 1 }, seed * 7919 + 1)
    for (const name of buyers(PLACES + 1)) void come(name)
    await vi.advanceTimersByTimeAsync(1200)
    first[Number(names()[1]!.slice(1)) - 1]!++
    await vi.advanceTimersByTimeAsync(1000)
  }
  const expected = RUNS / PLACES
  const chiSquare = first.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  expect(chiSquare).toBeLessThan(27.88) // 9 degrees of freedom, p = 0.001
})
