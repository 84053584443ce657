import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import { call } from '../../kit/api.ts'
import type { Me } from '../../kit/session.ts'

/** The shows of one tenant that the signed-in person hosts. */
export interface TenantShows {
  tenant: Me['memberships'][number]['tenant']
  mayCreate: boolean
  open: ShowView[]
  ended: ShowView[]
}

const ENDED_MAX = 5
const PAGES_MAX = 3
const RANK: Record<ShowView['status'], number> = { live: 0, paused: 1, scheduled: 2, ended: 3 }

/**
 * What a host wants to see first: what is on air, then what comes next by its time (without one last), then the
 * latest that ended.
 */
export function hostedBy(
  personId: string,
  shows: readonly ShowView[],
): { open: ShowView[]; ended: ShowView[] } {
  const mine = shows.filter((show) => show.hosts.some((host) => host.personId === personId))
  const soonest = (show: ShowView) => show.scheduledAt ?? Number.POSITIVE_INFINITY
  const open = mine.filter((show) => show.status !== 'ended')
  open.sort(
    (a, b) =>
      RANK[a.status] - RANK[b.status] || (soonest(a) < soonest(b) ? -1 : soonest(a) > soonest(b) ? 1 : 0),
  )
  const ended = mine.filter((show) => show.status === 'ended')
  ended.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
  return { open, ended: ended.slice(0, ENDED_MAX) }
}

/** Loads the shows of every tenant where this person may host. @throws ApiError, NetworkError */
export async function loadShows({ person, memberships }: Me): Promise<TenantShows[]> {
  const hosting = memberships.filter(({ scopes }) => scopes.includes('stage:host'))
  return Promise.all(
    hosting.map(async ({ tenant, scopes }) => ({
      tenant,
      mayCreate: scopes.includes('shows:write'),
      ...hostedBy(person.id, await showsOf(tenant.id)),
    })),
  )
}

/** The newest shows, some pages of them. */
async function showsOf(tenantId: string): Promise<ShowView[]> {
  const shows: ShowView[] = []
  let after: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await call('GET /tenants/:tenantId/shows', {
      params: { tenantId },
      query: { limit: 100, ...(after ? { after } : {}) },
    })
    shows.push(...answer.items)
    if (answer.next === null) break
    after = answer.next
  }
  return shows
}
