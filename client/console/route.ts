/** The places of the console, each with an address that can be opened and shared. */
export type Route =
  | { page: 'home' }
  | { page: 'operator' }
  | { page: 'shows'; tenantId: string }
  | { page: 'desk'; tenantId: string; showId: string }
  | { page: 'figures'; tenantId: string; showId: string }
  | { page: 'products'; tenantId: string }
  | { page: 'campaigns'; tenantId: string }
  | { page: 'orders'; tenantId: string; orderId: string | null }
  | { page: 'payouts'; tenantId: string }
  | { page: 'members'; tenantId: string }
  | { page: 'settings'; tenantId: string }
  | { page: 'unknown' }

/** The place at a path of this page, such as `/console/ten_1/shows/shw_2`. */
export function routeOf(pathname: string): Route {
  const [root, tenantId, section, id, part, ...rest] = pathname.split('/').filter(Boolean).map(decoded)
  if (root !== 'console' || rest.length > 0 || (part !== undefined && section !== 'shows'))
    return { page: 'unknown' }
  if (tenantId === undefined) return { page: 'home' }
  if (tenantId === 'operator' && section === undefined) return { page: 'operator' } // no tenant's id is a word
  switch (section) {
    case undefined:
      return { page: 'shows', tenantId }
    case 'shows':
      return id === undefined ? { page: 'shows', tenantId } : partOf(tenantId, id, part)
    case 'orders':
      return { page: 'orders', tenantId, orderId: id ?? null }
    case 'products':
    case 'campaigns':
    case 'payouts':
    case 'members':
    case 'settings':
      return id === undefined ? { page: section, tenantId } : { page: 'unknown' }
    default:
      return { page: 'unknown' }
  }
}

function partOf(tenantId: string, showId: string, part: string | undefined): Route {
  if (part === undefined) return { page: 'desk', tenantId, showId }
  return part === 'figures' ? { page: 'figures', tenantId, showId } : { page: 'unknown' }
}

/** The path of a place: `routeOf(pathOf(route))` is the route again. */
export function pathOf(route: Route): string {
  switch (route.page) {
    case 'home':
    case 'unknown':
      return '/console'
    case 'operator':
      return join('operator')
    case 'desk':
      return join(route.tenantId, 'shows', route.showId)
    case 'figures':
      return join(route.tenantId, 'shows', route.showId, 'figures')
    case 'orders':
      return route.orderId === null
        ? join(route.tenantId, 'orders')
        : join(route.tenantId, 'orders', route.orderId)
    default:
      return join(route.tenantId, route.page)
  }
}

export const publicUrl = (showId: string): string => `/s/${encodeURIComponent(showId)}`

export const studioUrl = (tenantId: string, showId: string): string =>
  `/studio/${encodeURIComponent(tenantId)}/${encodeURIComponent(showId)}`

const join = (...parts: string[]): string => `/console/${parts.map(encodeURIComponent).join('/')}`

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // a lone percent sign: the server will not know it, and says so
  }
}
