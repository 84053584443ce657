import { CHAT_ROLES } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test } from 'vitest'
import { ChatQueue } from './chatQueue.ts'

const [VIEWER, BUYER, MODERATOR, HOST] = CHAT_ROLES.keys() as Iterable<number> as [
  number,
  number,
  number,
  number,
]

test('C4: lines come in order of arrival, whatever their rank', () => {
  const queue = new ChatQueue({ displayPerS: 20, pendingMax: 100 }, 0)
  for (const [rank, json] of [
    [VIEWER, 'a'],
    [HOST, 'b'],
    [BUYER, 'c'],
  ] as const)
    queue.push(rank, json)
  expect(queue.take(0)).toEqual({ shown: ['a', 'b', 'c'], dropped: 0 })
  expect(queue.size).toBe(0)
})

test('C4: above the display rate viewers go first, then buyers, moderators, hosts', () => {
  const queue = new ChatQueue({ displayPerS: 4, pendingMax: 100 }, 0)
  for (const rank of [VIEWER, BUYER, MODERATOR, HOST, VIEWER, HOST]) queue.push(rank, String(rank))
  expect(queue.take(0)).toEqual({ shown: [BUYER, MODERATOR, HOST, HOST].map(String), dropped: 2 })
})

test('C4: a flood of viewers leaves room for a host at any time', () => {
  const queue = new ChatQueue({ displayPerS: 20, pendingMax: 500 }, 0)
  for (let now = 0; now < 10_000; now += 50) {
    for (let i = 0; i < 50; i++) queue.push(VIEWER, 'viewer')
    queue.push(HOST, 'host')
    if (now % 1000 === 0) expect(queue.take(now).shown).toContain('host')
    else queue.take(now)
  }
})

test('C4: over time no more than the display rate is shown, and the rest is counted', () => {
  const queue = new ChatQueue({ displayPerS: 20, pendingMax: 500 }, 0)
  let shown = 0
  let dropped = 0
  for (let now = 0; now <= 10_000; now += 50) {
    for (let i = 0; i < 10; i++) queue.push(VIEWER, 'x')
    const taken = queue.take(now)
    shown += taken.shown.length
    dropped += taken.dropped
  }
  expect(shown).toBeGreaterThan(190)
  expect(shown).toBeLessThanOrEqual(220) // ten seconds and the burst of the first
  expect(shown + dropped).toBe(2010)
})

test('C4: a lifted display rate shows all', () => {
  const queue = new ChatQueue({ displayPerS: Number.POSITIVE_INFINITY, pendingMax: 10_000 }, 0)
  for (let i = 0; i < 5000; i++) queue.push(VIEWER, 'x')
  expect(queue.take(0)).toMatchObject({ dropped: 0 })
})

test('the queue is bounded: a full one lets the lowest rank go', () => {
  const queue = new ChatQueue({ displayPerS: 100, pendingMax: 2 }, 0)
  expect(queue.push(BUYER, 'b')).toBe(0)
  expect(queue.push(VIEWER, 'v')).toBe(0)
  expect(queue.push(VIEWER, 'v2')).toBe(1)
  expect(queue.push(HOST, 'h')).toBe(1)
  expect(queue.size).toBe(2)
  expect(queue.take(0).shown).toEqual(['b', 'h'])
})
