import { expect, test } from 'vitest'
import { pathOf, routeOf } from './route.ts'

test.each([
  '/me/orders',
  '/me/orders/ord_1',
  '/me/addresses',
  '/me/coins',
  '/me/earnings',
  '/me/profile',
  '/me/data',
  '/privacy',
  '/reset',
  '/verify',
  '/setup',
])('%s is a place with that very address', (path) => {
  expect(pathOf(routeOf(path))).toBe(path)
})

test('the short address leads to the orders, what is not there is unknown', () => {
  expect(routeOf('/me')).toEqual({ page: 'orders' })
  for (const path of ['/me/nothing', '/me/profile/more', '/me/orders/1/2']) {
    expect(routeOf(path)).toEqual({ page: 'unknown' })
  }
  for (const path of ['/reset/x', '/nothing', '/a/b/c/d']) {
    expect(routeOf(path)).toEqual({ page: 'nowhere' })
  }
})
