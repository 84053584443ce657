import { expect, test } from 'vitest'
import { Backoff } from './backoff.ts'
import { ServerClock } from './clock.ts'
import { Seen } from './seen.ts'

test('T1: of several samples the one with the shortest round trip counts', () => {
  let local = 0
  const clock = new ServerClock(() => local)
  clock.restart(5000)
  expect(clock.now()).toBe(5000)
  const sample = (sent: number, received: number, serverTime: number) => {
    local = received
    clock.answered(sent, serverTime)
  }
  sample(0, 400, 10_350) // slow one way: thinks the server is 150 ms further than it is
  sample(500, 520, 10_510) // the server is 10,000 ms ahead
  sample(600, 900, 10_610)
  local = 1000
  expect(clock.now()).toBe(11_000)
})

test('T1: a new series forgets the old samples, and holds the old result until the first new one', () => {
  let local = 0
  const clock = new ServerClock(() => local)
  clock.answered(0, 1000)
  clock.restart(99)
  expect(clock.now()).toBe(1000)
  local = 50
  clock.answered(0, 2000)
  expect(clock.now()).toBe(2025)
})

test('B6: waits are drawn below a ceiling that doubles', () => {
  const backoff = new Backoff({ first: 100, max: 500 }, () => 0.5)
  expect([1, 2, 3, 4, 5].map(() => backoff.nextMs())).toEqual([50, 100, 200, 250, 250])
  backoff.reset()
  expect(backoff.nextMs()).toBe(50)
})

test('the ids that were seen are bounded', () => {
  const seen = new Seen(2)
  expect(['a', 'b', 'a', 'c', 'a'].map((id) => seen.add(id))).toEqual([true, true, false, true, true])
})
