import { expect, test } from 'vitest'
import { moved } from './reorder.ts'

const list = ['a', 'b', 'c', 'd']

test('an item moves up, down and to the ends; the others keep their order', () => {
  expect(moved(list, 2, 1)).toEqual(['a', 'c', 'b', 'd'])
  expect(moved(list, 0, 2)).toEqual(['b', 'c', 'a', 'd'])
  expect(moved(list, 0, 3)).toEqual(['b', 'c', 'd', 'a'])
  expect(moved(list, 3, 0)).toEqual(['d', 'a', 'b', 'c'])
})

test('a move that leads nowhere gives the same list', () => {
  for (const [from, to] of [
    [1, 1],
    [0, -1],
    [3, 4],
    [9, 0],
  ] as const) {
    expect(moved(list, from, to)).toBe(list)
  }
})
