/** The pages of the studio. */
export type Route = { page: 'shows' } | { page: 'join' } | { page: 'live'; tenantId: string; showId: string }

/** `/studio` lists shows, `/studio/:tenantId/:showId` is one of them, `/studio/join` is where an invitation leads; any other path is the list. */
export function routeOf(pathname: string): Route {
  const [, , tenantId, showId] = pathname.split('/')
  if (tenantId === 'join' && !showId) return { page: 'join' }
  if (!tenantId || !showId) return { page: 'shows' }
  return { page: 'live', tenantId: decoded(tenantId), showId: decoded(showId) }
}

export const liveUrl = (tenantId: string, showId: string): string =>
  `/studio/${encodeURIComponent(tenantId)}/${encodeURIComponent(showId)}`

export const viewersUrl = (showId: string): string => `/s/${encodeURIComponent(showId)}`

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // a lone percent sign: the server will not know it, and says so
  }
}
