import { type iceServer, listItemPictures, visitShow } from '@shelfcast/shared/api/shows.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import type { chatRole } from '@shelfcast/shared/protocol/parts.ts'
import type { z } from 'zod'
import type { Accounts, Tickets } from '../accounts/index.ts'
import type { Actor } from '../kernel/actor.ts'
import { Fault, found } from '../kernel/errors.ts'
import { handle, type RequestFacts, type Route } from '../kernel/route.ts'
import type { ShowRecord } from './records.ts'
import type { Shows } from './shows.ts'

export interface Visits {
  accounts: Accounts
  shows: Shows
  tickets: Tickets
  /** Whether this person has bought from the tenant: their chat lines go before a passer-by's. */
  hasBought(tenantId: string, personId: string): Promise<boolean>
  isBanned(tenantId: string, personId: string): Promise<boolean>
  iceServers(personId: string): z.input<typeof iceServer>[]
  paymentProviders(currency: Currency): string[]
}

/** Entering a show: one request makes a guest where nobody is signed in and hands out its tickets. */
export const visitRoutes = (deps: Visits): Route[] => [
  handle(listItemPictures, async ({ params }) => ({
    items: await deps.shows.shelf.pictures(params.showId, params.itemId),
  })),

  handle(visitShow, async ({ params, actor, request, setSession }) => {
    const show = found(await deps.shows.find(params.showId))
    const tenant = await deps.accounts.tenants.get(show.tenantId)
    if (actor && (await deps.isBanned(show.tenantId, actor.personId))) throw new Fault('banned')
    const person = actor ? personOf(actor) : await newGuest(deps.accounts, request, setSession)
    const claims = {
      tenantId: show.tenantId,
      showId: show.id,
      personId: person.id,
      name: person.name,
      guest: person.guest,
      role: await roleIn(deps, show, actor),
    }
    const [roomTicket, mediaTicket, orderTicket] = await Promise.all([
      deps.tickets.issue({ ...claims, right: 'room' }),
      deps.tickets.issue({ ...claims, right: 'media' }),
      deps.tickets.issue({ ...claims, right: 'order' }),
    ])
    return {
      person,
      show: {
        id: show.id,
        title: show.title,
        description: show.description,
        coverUrl: show.coverUrl,
        status: show.status,
        tenantName: tenant.name,
        currency: tenant.currency,
      },
      roomTicket,
      mediaTicket,
      orderTicket,
      iceServers: deps.iceServers(person.id),
      paymentProviders: deps.paymentProviders(tenant.currency),
    }
  }),
]

const personOf = (actor: Actor) => ({
  id: actor.personId,
  name: actor.name,
  guest: actor.guest,
  operator: actor.operator,
})

async function newGuest(accounts: Accounts, request: RequestFacts, setSession: (token: string) => void) {
  await accounts.attempts.guest(request.ip)
  const guest = await accounts.people.createGuest()
  setSession(await accounts.sessions.open(guest.id, request))
  return guest
}

async function roleIn(
  deps: Visits,
  show: ShowRecord,
  actor: Actor | null,
): Promise<z.infer<typeof chatRole>> {
  if (!actor) return 'viewer'
  if (await deps.shows.isHost(show.id, actor.personId)) return 'host'
  if (actor.roles.get(show.tenantId)?.scopes.has('chat:moderate')) return 'moderator'
  return (await deps.hasBought(show.tenantId, actor.personId)) ? 'buyer' : 'viewer'
}
