import { expect, test } from 'vitest'
import { keepFresh, keepKnown } from './fresh.ts'

function asked(
  answer: (key: string) => Promise<string> = async (key) => `about ${key}`,
  keep = keepFresh<string>,
) {
  const keys: string[] = []
  let now = 0
  const about = keep(
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

test('what is known is told at once, asked anew behind it, and holds where that fails', async () => {
  let answer: () => Promise<string> = async () => 'first'
  const { about, keys, pass } = asked(() => answer(), keepKnown)
  expect(await about('a')).toBe('first')
  pass(100)
  answer = () => new Promise(() => {}) // it never comes
  expect(await about('a')).toBe('first')
  pass(100)
  answer = () => Promise.reject(new Error('away'))
  expect(await about('a')).toBe('first')
  pass(99)
  expect(await about('a')).toBe('first')
  expect(keys).toHaveLength(3)
  pass(1)
  answer = async () => 'second'
  expect(await about('a')).toBe('first')
  expect(await about('a')).toBe('second')
})

test('where nothing is known an error is told, and not kept', async () => {
  let works = false
  const { about } = asked(async () => {
    if (!works) throw new Error('away')
    return 'here'
  }, keepKnown)
  await expect(about('a')).rejects.toThrow('away')
  works = true
  expect(await about('a')).toBe('here')
})
