import { expect, test } from 'vitest'
import { Channel } from './channel.ts'

/** What one node's channel tells another's. */

const LIMITS = {
  ...{ segmentMsMin: 1500, segmentMsMax: 4000, partMsMax: 500, segmentsMax: 3 },
  ...{ blockMsMax: 50, stepsMax: 8, stepsBytesMax: 1000 },
}
const made = () => new Channel({ showId: 'shw_1', key: 'key', firstMsn: 100 }, LIMITS)

function grow(channel: Channel, parts: number): void {
  for (let n = 0; n < parts; n++) {
    channel.add({ bytes: Buffer.from([n]), durationMs: 500, key: n % 4 === 0, atMs: n * 500 })
  }
}

test('who asks from the beginning is told every step; who has all of them waits, and is told that there is nothing new', async () => {
  const channel = made()
  channel.begin(Buffer.from('init'))
  grow(channel, 4)
  const told = await channel.stepsAfter(0, 10)
  expect(told.steps.map(({ is }) => is)).toEqual(['init', 'part', 'part', 'part', 'part'])
  expect(await channel.stepsAfter(told.next, 10)).toEqual({ next: told.next, steps: [] })
})

test('no more than `stepsMax` are kept: who comes late gets the last ones, what starts a decoder, and a whole segment', async () => {
  const [source, late] = [made(), made()]
  source.begin(Buffer.from('init'))
  grow(source, 40)
  const { next, steps } = await source.stepsAfter(0, 10)
  expect(next).toBe(41)
  expect(steps).toHaveLength(1 + LIMITS.stepsMax)
  expect(steps[0]).toMatchObject({ is: 'init', init: 1 })
  for (const one of steps) late.take(one)
  grow(source, 16)
  for (const one of (await source.stepsAfter(next, 10)).steps) late.take(one) // too late again
  expect(String(await late.file('init-1.mp4'))).toBe('init')
  const numbers = [...(await late.playlist(null, null)).matchAll(/^\.\.\/key\/seg-(\d+)\.m4s$/gm)].map(
    ([, n]) => Number(n),
  )
  expect(numbers.length).toBeGreaterThan(0)
  expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
})

test('an answer is no larger than `stepsBytesMax`, unless a single step is: the rest comes with the next ones', async () => {
  const channel = made()
  const sizes = [300, 300, 300, 600, 1200, 100]
  for (const [n, size] of sizes.entries()) {
    channel.add({ bytes: Buffer.alloc(size), durationMs: 500, key: n === 0, atMs: n * 500 })
  }
  const answers: number[][] = []
  for (let after = 0; after < sizes.length; ) {
    const { next, steps } = await channel.stepsAfter(after, 10)
    answers.push(steps.map(({ bytes }) => bytes.length))
    after = next
  }
  expect(answers).toEqual([[300, 300, 300], [600], [1200], [100]])
})

test('a closed channel keeps nobody waiting', async () => {
  const channel = made()
  const waiting = channel.playlist(null, null)
  channel.close()
  await expect(waiting).rejects.toMatchObject({ code: 'media_not_ready' })
})
