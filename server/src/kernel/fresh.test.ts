import { expect, test } from 'vitest'
import { keepFresh } from './fresh.ts'

function asked(answer: (key: string) => Promise<string> = async (key) => `about ${key}`) {
  const keys: string[] = []
  let now = 0
  const about = keepFresh(
    (key) => {
      keys.push(key)
      return answer(key)
    },
    { freshMs: 100, keptMax: 2 },
    { now: () => now },
  )
  return { about, keys, pass: (ms: number) => (now += ms) }
}

test('all who ask within the time share one answer; after it, it is asked again', async () => {
  const { about, keys, pass } = asked()
  expect(await Promise.all([about('a'), about('a')])).toEqual(['about a', 'about a'])
  pass(99)
  await about('a')
  expect(keys).toEqual(['a'])
  pass(1)
  await about('a')
  expect(keys).toEqual(['a', 'a'])
})

test('an error is told to all who wait and is not kept', async () => {
  let works = false
  const { about } = asked(async () => {
    if (!works) throw new Error('away')
    return 'here'
  })
  await expect(Promise.all([about('a'), about('a')])).rejects.toThrow('away')
  works = true
  expect(await about('a')).toBe('here')
})

test('more than `keptMax` push out the oldest answer', async () => {
  const { about, keys } = asked()
  for (const key of ['a', 'b', 'c', 'b', 'a']) await about(key)
  expect(keys).toEqual(['a', 'b', 'c', 'a'])
})
