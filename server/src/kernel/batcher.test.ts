import { expect, test } from 'vitest'
import { createBatcher } from './batcher.ts'

test('items of a key leave together, bounded, and each gets its own answer', async () => {
  const sizes: number[] = []
  const double = createBatcher({ waitMs: 2, itemsMax: 4 }, async (items: number[]) => {
    sizes.push(items.length)
    return items.map((item) => item * 2)
  })
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => double('k', i)))
  expect(answers).toEqual(Array.from({ length: 10 }, (_, i) => i * 2))
  expect(sizes).toEqual([4, 4, 2])
})

test('one batch of a key at a time; keys do not wait for each other', async () => {
  let running = 0
  let most = 0
  const slow = createBatcher({ waitMs: 1, itemsMax: 1 }, async (items: string[]) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    running--
    return items
  })
  await Promise.all([slow('a', '1'), slow('a', '2'), slow('a', '3')])
  expect(most).toBe(1)
  await Promise.all([slow('a', '1'), slow('b', '2')])
  expect(most).toBe(2)
})

test('a failure reaches every caller of its batch and none of the next', async () => {
  let calls = 0
  const once = createBatcher({ waitMs: 1, itemsMax: 9 }, async (items: number[]) => {
    if (++calls === 1) throw new Error('down')
    return items
  })
  const first = await Promise.allSettled([once('k', 1), once('k', 2)])
  expect(first.map((one) => one.status)).toEqual(['rejected', 'rejected'])
  expect(await once('k', 3)).toBe(3)
})

test('an item that cannot be done does not take its batch with it, where the caller says so', async () => {
  const sizes: number[] = []
  const halve = createBatcher(
    { waitMs: 1, itemsMax: 9, apart: (error) => error instanceof RangeError },
    async (items: number[]) => {
      sizes.push(items.length)
      if (items.some((item) => item % 2 !== 0)) throw new RangeError('odd')
      return items.map((item) => item / 2)
    },
  )
  const answers = await Promise.allSettled([halve('k', 2), halve('k', 3), halve('k', 4)])
  expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : 'odd'))).toEqual([1, 'odd', 2])
  expect(sizes).toEqual([3, 1, 1, 1])
})

test('the next batch is on its way before the callers of the last are told', async () => {
  const happened: string[] = []
  const slow = createBatcher({ waitMs: 1, itemsMax: 1 }, async (items: string[]) => {
    happened.push(`runs ${items[0]}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
    return items
  })
  await Promise.all(['1', '2'].map((item) => slow('k', item).then(() => happened.push(`told ${item}`))))
  expect(happened).toEqual(['runs 1', 'runs 2', 'told 1', 'told 2'])
})
