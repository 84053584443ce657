import type { Contract } from '@shelfcast/shared/api/contract.ts'
import type { Actor } from '../../kernel/actor.ts'
import { Fault } from '../../kernel/errors.ts'

/**
 * Whether the actor may call a route. Of a tenant one does not work for, nothing is to be seen, not even that it
 * exists: 404. In one's own tenant a missing scope is told: 403. The session of an embedded player opens the few routes
 * that say so.
 */
export function authorise(
  { who, embed }: Pick<Contract, 'who' | 'embed'>,
  actor: Actor | null,
  tenantId: string | undefined,
): void {
  if (actor?.embed && !embed) throw new Fault('own_page_needed')
  if (who === 'anyone') return
  if (!actor) throw new Fault('not_signed_in')
  if (who === 'visitor') return
  if (actor.guest) throw new Fault('account_needed')
  if (who === 'person') return
  if (who === 'operator') {
    if (!actor.operator) throw new Fault('not_found')
    return
  }
  const membership = tenantId === undefined ? undefined : actor.roles.get(tenantId)
  if (!membership) throw new Fault('not_found')
  if (!membership.scopes.has(who))
    throw new Fault('scope_missing', { detail: `This needs the scope ${who}.` })
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A cookie is sent by a browser whoever's page asks, so a write that relies on one comes from our own origin. So does
 * whatever an embedded player asks: its frame is a page of ours. What is no browser sends neither Origin nor
 * Sec-Fetch-Site.
 */
export function assertOwnOrigin(
  request: { method: string; byCookie: boolean; origin: string | null; headers: ReadonlyMap<string, string> },
  actor: Actor | null,
  publicUrl: string,
): void {
  if (!actor?.embed && (READING.has(request.method) || !request.byCookie)) return
  const { origin } = request
  const site = request.headers.get('sec-fetch-site')
  if (origin === null && (site === undefined || site === 'same-origin')) return
  if (!isOwnOrigin(origin, request.headers.get('host'), publicUrl)) throw new Fault('origin_refused')
}

/** Our public origin, or the very host the request came to. */
export function isOwnOrigin(origin: string | null, host: string | undefined, publicUrl: string): boolean {
  if (origin === null || origin === 'null' || !URL.canParse(origin)) return false
  return origin === new URL(publicUrl).origin || (host !== undefined && new URL(origin).host === host)
}
