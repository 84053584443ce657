import type { openEmbedSession } from '@shelfcast/shared/api/embed.ts'
import type { z } from 'zod'
import type { Accounts } from '../accounts/index.ts'
import type { Limits } from '../config.ts'
import type { Actor } from '../kernel/actor.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { createRate } from '../kernel/rate.ts'
import type { Redis } from '../kernel/redis.ts'
import { createCodes } from './codes.ts'
import { createIdentity } from './identity.ts'
import { createIdentityKeys } from './keys.ts'

export interface EmbedDeps {
  db: Db
  redis: Redis
  clock: Clock
  accounts: Pick<Accounts, 'people' | 'sessions' | 'tenants'>
  shows: { find(showId: string): Promise<{ tenantId: string } | null> }
  publicUrl: string
  limits: Limits['embed']
}

export type Embed = ReturnType<typeof createEmbed>
type Grant = z.output<typeof openEmbedSession.body>
type Place = Pick<Grant, 'showId' | 'origin'>
/** Who comes, and the merchant's key that says so, where one does. */
type Comer = { id: string; name: string; guest: boolean; operator: boolean; keyId: string | null }

const TEN_MINUTES_S = 600

/**
 * The player on other origins. Browsers keep our cookie from it, so its frame holds a bearer session of its own, bound to
 * the merchant and to the origin of the page around it. That origin is what the frame's own page saw (it is ours, and
 * `frame-ancestors` keeps it out of any other), so a forger gains a guest's view of a public show and no more.
 */
export function createEmbed(deps: EmbedDeps) {
  const { accounts, limits, redis } = deps
  const keys = createIdentityKeys(deps)
  const identity = createIdentity({ ...deps, keys })
  const codes = createCodes(deps)
  const rate = (name: string, times: number) => createRate(redis, name, { times, inS: TEN_MINUTES_S })
  const sessionsByAddress = rate('embed-session', limits.sessionsPerAddressPer10Min)
  const codesByPerson = rate('embed-code', limits.codesPerPersonPer10Min)

  /** Whose show it is. @throws Fault `not_found`, `origin_refused` where the merchant does not embed there */
  async function tenantAt({ showId, origin }: Place): Promise<string> {
    const { tenantId } = found(await deps.shows.find(showId))
    const { allowedOrigins } = await accounts.tenants.get(tenantId)
    if (!allowedOrigins.includes(origin)) throw new Fault('origin_refused')
    return tenantId
  }

  async function comerOf(tenantId: string, by: Grant): Promise<Comer> {
    switch (by.grant) {
      case 'guest':
        return { ...(await accounts.people.createGuest()), keyId: null }
      case 'code': {
        const personId = await codes.redeem(by.code, { tenantId, ...by })
        return { ...(await accounts.people.get(personId)), operator: false, keyId: null }
      }
      case 'identity': {
        const { personId, name, keyId } = await identity.accept(tenantId, by.token)
        return { id: personId, name, guest: false, operator: false, keyId }
      }
    }
  }

  return {
    keys,
    audience: identity.audience,
    sweep: identity.sweep,

    /**
     * A session for the player at `by.origin`. A guest who comes back as somebody keeps what they ordered.
     * @throws Fault `not_found`, `origin_refused`, `sign_in_code_invalid`, `identity_invalid`, `too_many_requests`
     */
    async open(by: Grant, before: Actor | null, request: { ip: string; sessionToken: string | null }) {
      await sessionsByAddress.spend(request.ip)
      const tenantId = await tenantAt(by)
      const { keyId, ...person } = await comerOf(tenantId, by)
      const session = await accounts.sessions.openEmbed(person.id, {
        ...{ tenantId, origin: by.origin, keyId },
        device: before?.embed ? before.device : null,
      })
      if (before?.embed && request.sessionToken) {
        if (before.guest && !person.guest) await accounts.people.mergeGuest(before.personId, person.id)
        await accounts.sessions.end(request.sessionToken)
      }
      return { ...session, person }
    },

    /** @throws Fault `not_found`, `origin_refused`, `too_many_requests` */
    async issueCode({ challenge, ...at }: Place & { challenge: string }, personId: string) {
      await codesByPerson.spend(personId)
      return codes.issue({ personId, tenantId: await tenantAt(at), origin: at.origin, challenge })
    },

    /** On which pages a show's player may stand. */
    async originsOf(showId: string): Promise<readonly string[]> {
      const show = await deps.shows.find(showId)
      return show ? (await accounts.tenants.get(show.tenantId)).allowedOrigins : []
    },
  }
}
