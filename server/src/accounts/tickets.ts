import { chatRole } from '@shelfcast/shared/protocol/parts.ts'
import { jwtVerify, SignJWT } from 'jose'
import * as z from 'zod/mini'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/errors.ts'

/**
 * A ticket opens one right in one show for one person, for a minute. It is checked by its signature alone, so that a
 * storm of reconnects touches neither Postgres nor sessions.
 */
const claims = z.object({
  right: z.enum(['room', 'media']),
  tenantId: z.string(),
  showId: z.string(),
  personId: z.string(),
  name: z.string(),
  guest: z.boolean(),
  role: chatRole,
  /** When the first of a line of renewed tickets was, in milliseconds since 1970. */
  since: z.optional(z.int()),
})
export type TicketClaims = z.infer<typeof claims>
export type Tickets = ReturnType<typeof createTickets>

const AUDIENCE = 'shelfcast:ticket'

export function createTickets(deps: {
  key: Uint8Array
  lifeMs: number
  /** How long a ticket can be renewed without asking who holds it and in which role. */
  renewMs: number
  clock: Clock
}) {
  /** Made once: making it costs as much as checking a ticket. */
  const key = crypto.subtle.importKey(
    'raw',
    Uint8Array.from(deps.key),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  )

  /** A signed ticket (JWT, HS256) that lives `lifeMs`. */
  async function issue(ticket: TicketClaims): Promise<string> {
    const nowS = Math.floor(deps.clock.now() / 1000)
    return new SignJWT({ ...ticket })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(AUDIENCE)
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + Math.ceil(deps.lifeMs / 1000))
      .sign(await key)
  }

  return {
    issue,

    /**
     * A newer ticket of the same claims, for who is in the room; `renewMs` after the first, a new one must be asked
     * for. @throws Fault `ticket_invalid`
     */
    async renew(ticket: TicketClaims): Promise<{ ticket: string; lifeMs: number }> {
      const now = deps.clock.now()
      const since = ticket.since ?? now
      if (now - since > deps.renewMs) throw new Fault('ticket_invalid')
      return { ticket: await issue({ ...ticket, since }), lifeMs: deps.lifeMs }
    },

    /** @throws Fault `ticket_invalid` for a forged, expired or other kind of ticket */
    async verify(token: string, right: TicketClaims['right']): Promise<TicketClaims> {
      try {
        const { payload } = await jwtVerify(token, await key, {
          algorithms: ['HS256'],
          audience: AUDIENCE,
          currentDate: new Date(deps.clock.now()),
        })
        const ticket = claims.parse(payload)
        if (ticket.right === right) return ticket
      } catch (cause) {
        throw new Fault('ticket_invalid', { cause })
      }
      throw new Fault('ticket_invalid')
    },
  }
}
