/** The places of a person's own pages, each with an address that can be opened and kept. */
export type Route =
  | { page: 'orders' }
  | { page: 'order'; orderId: string }
  | { page: 'addresses' }
  | { page: 'coins' }
  | { page: 'earnings' }
  | { page: 'profile' }
  | { page: 'data' }
  | { page: 'privacy' }
  | { page: 'reset' }
  | { page: 'verify' }
  | { page: 'setup' }
  /** One's own pages have no such page. */
  | { page: 'unknown' }
  /** The server has none. */
  | { page: 'nowhere' }

export function routeOf(pathname: string): Route {
  const [root, section, id, ...rest] = pathname.split('/').filter(Boolean)
  if (root === 'privacy' || root === 'reset' || root === 'verify' || root === 'setup') {
    return section === undefined ? { page: root } : { page: 'nowhere' }
  }
  if (root !== 'me') return { page: 'nowhere' }
  if (rest.length > 0) return { page: 'unknown' }
  switch (section) {
    case undefined:
      return { page: 'orders' }
    case 'orders':
      return id === undefined ? { page: 'orders' } : { page: 'order', orderId: id }
    case 'addresses':
    case 'coins':
    case 'earnings':
    case 'profile':
    case 'data':
      return id === undefined ? { page: section } : { page: 'unknown' }
    default:
      return { page: 'unknown' }
  }
}

/** `routeOf(pathOf(route))` is the route again. */
export function pathOf(route: Route): string {
  switch (route.page) {
    case 'order':
      return `/me/orders/${route.orderId}`
    case 'orders':
    case 'addresses':
    case 'coins':
    case 'earnings':
    case 'profile':
    case 'data':
      return `/me/${route.page}`
    case 'unknown':
    case 'nowhere':
      return '/me'
    default:
      return `/${route.page}`
  }
}
