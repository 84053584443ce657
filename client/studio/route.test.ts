import { expect, test } from 'vitest'
import { liveUrl, routeOf } from './route.ts'

test('a path with tenant and show is the live page, all else the list', () => {
  expect(routeOf('/studio/ten_1/shw_2')).toEqual({ page: 'live', tenantId: 'ten_1', showId: 'shw_2' })
  expect(routeOf('/studio')).toEqual({ page: 'shows' })
  expect(routeOf('/studio/')).toEqual({ page: 'shows' })
  expect(routeOf('/studio/ten_1')).toEqual({ page: 'shows' })
})

test('ids survive the way through an address, whatever is in them', () => {
  expect(routeOf(liveUrl('a/b', 'c%d'))).toEqual({ page: 'live', tenantId: 'a/b', showId: 'c%d' })
  expect(routeOf('/studio/ten_1/%')).toEqual({ page: 'live', tenantId: 'ten_1', showId: '%' })
})
