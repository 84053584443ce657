import { expect, test } from 'vitest'
import { taskOf } from './task.ts'

const at = (pathname: string, query: Record<string, string>) =>
  taskOf({ pathname, search: `?${new URLSearchParams(query)}` })

test('a whole address is a task', () => {
  const signIn = { show: 'shw_1', origin: 'https://blog.example', challenge: 'c' }
  expect(at('/embed/sign-in', signIn)).toEqual({
    is: 'sign-in',
    showId: 'shw_1',
    origin: 'https://blog.example',
    challenge: 'c',
  })
  expect(at('/embed/wallet', { show: 'shw_1', gift: 'flower', count: '2' })).toEqual({
    is: 'wallet',
    showId: 'shw_1',
    giftId: 'flower',
    count: 2,
  })
})

test.each([
  ['/embed/sign-in', { show: 'shw_1', origin: 'https://blog.example' }],
  ['/embed/sign-in', { show: 'shw_1', origin: 'blog', challenge: 'c' }],
  ['/embed/sign-in', { origin: 'https://blog.example', challenge: 'c' }],
  ['/embed/wallet', { show: 'shw_1', gift: 'yacht', count: '1' }],
  ['/embed/wallet', { show: 'shw_1', gift: 'heart', count: '0' }],
  ['/embed/wallet', { show: 'shw_1', gift: 'heart', count: '1.5' }],
  ['/embed/wallet', { show: 'shw_1', gift: 'heart', count: '100' }],
])('%s %j is none', (path, query) => {
  expect(at(path, query)).toEqual({ is: 'nothing' })
})
