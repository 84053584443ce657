import { expect, test } from 'vitest'
import { pathOf, type Route, routeOf } from './route.ts'

const places: Route[] = [
  { page: 'home' },
  { page: 'operator' },
  { page: 'shows', tenantId: 'ten_1' },
  { page: 'desk', tenantId: 'ten_1', showId: 'shw_2' },
  { page: 'figures', tenantId: 'ten_1', showId: 'shw_2' },
  { page: 'products', tenantId: 'a/b' },
  { page: 'orders', tenantId: 'ten_1', orderId: null },
  { page: 'orders', tenantId: 'ten_1', orderId: 'ord_3' },
  { page: 'payouts', tenantId: 'ten_1' },
  { page: 'members', tenantId: 'ten_1' },
  { page: 'campaigns', tenantId: 'ten_1' },
  { page: 'settings', tenantId: 'ten_1' },
]

test('every place has an address that leads back to it', () => {
  for (const place of places) expect(routeOf(pathOf(place))).toEqual(place)
})

test('a merchant alone means its shows, with or without a slash at the end', () => {
  expect(routeOf('/console/ten_1')).toEqual({ page: 'shows', tenantId: 'ten_1' })
  expect(routeOf('/console/ten_1/shows/')).toEqual({ page: 'shows', tenantId: 'ten_1' })
})

test('what does not exist is unknown', () => {
  for (const path of [
    '/console/t/nonsense',
    '/console/t/shows/s/more',
    '/console/t/shows/s/figures/x',
    '/console/t/orders/o/figures',
    '/console/t/members/x',
    '/console/t/payouts/x',
    '/elsewhere',
  ]) {
    expect(routeOf(path)).toEqual({ page: 'unknown' })
  }
})

test('a lone percent sign is no error', () => {
  expect(routeOf('/console/%')).toEqual({ page: 'shows', tenantId: '%' })
})
