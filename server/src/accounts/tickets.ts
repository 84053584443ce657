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
  /** `order`: to order in the show's flash sales. */
  right: z.enum(['room', 'media', 'order']),
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
     * Newer tickets of the same claims, for who is in the room: for it, and for its flash sales. `renewMs` after the
     * first, new ones must be asked for. @throws Fault `ticket_invalid`
     */
    async renew(ticket: TicketClaims): Promise<{ ticket: string; orderTicket: string; lifeMs: number }> {
      const now = deps.clock.now()
      const since = ticket.since ?? now
      if (now - since > deps.renewMs) throw new Fault('ticket_invalid')
      const [again, orderTicket] = await Promise.all([
        issue({ ...ticket, since }),
        issue({ ...ticket, since, right: 'order' }),
      ])
      return { ticket: again, orderTicket, lifeMs: deps.lifeMs }
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
