import type { Scope } from '@shelfcast/shared/scopes.ts'
import type { Route } from './route.ts'

/** The places that belong to one merchant. */
export type Place = Extract<Route, { tenantId: string }>

/** What a role needs to open each of them; the server asks for the same. */
export const PAGE_SCOPES: Record<Place['page'], Scope> = {
  shows: 'shows:read',
  desk: 'shows:read',
  figures: 'shows:read',
  products: 'catalog:read',
  campaigns: 'sales:write',
  orders: 'orders:read',
  payouts: 'payouts:read',
  members: 'members:write',
  settings: 'catalog:write', // shipping is the catalogue's; the other panels ask for more
}
