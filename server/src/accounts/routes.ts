import * as api from '@shelfcast/shared/api/accounts.ts'
import { found } from '../kernel/errors.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Accounts } from './index.ts'

export const accountRoutes = ({ people, sessions, tenants, attempts, recovery }: Accounts): Route[] => [
  handle(api.signIn, async ({ body, actor, request, setSession }) => {
    await attempts.signIn(body.login, request.ip)
    const person = await people.signIn(body.login, body.password)
    await attempts.signedIn(body.login)
    if (actor?.guest) await people.mergeGuest(actor.personId, person.id)
    if (request.sessionToken) await sessions.end(request.sessionToken)
    setSession(await sessions.open(person.id, request))
    return person
  }),

  handle(api.signUp, async ({ body, actor, request, setSession }) => {
    await attempts.signUp(request.ip)
    const guest = actor?.guest ? { guestId: actor.personId } : {}
    const person = await people.signUp({ ...body, ...guest, language: request.language })
    if (body.login.includes('@')) await recovery.askVerification(person.id)
    if (request.sessionToken) await sessions.end(request.sessionToken)
    setSession(await sessions.open(person.id, request))
    return person
  }),

  handle(api.signInAsGuest, async ({ body, actor, request, setSession }) => {
    if (actor) return { id: actor.personId, name: actor.name, guest: actor.guest, operator: actor.operator }
    await attempts.guest(request.ip)
    const guest = await people.createGuest(body.name)
    setSession(await sessions.open(guest.id, request))
    return guest
  }),

  handle(api.signOut, async ({ request, setSession }) => {
    if (request.sessionToken) await sessions.end(request.sessionToken)
    setSession(null)
    return null
  }),

  handle(api.me, async ({ actor }) => ({
    person: { id: actor.personId, name: actor.name, guest: actor.guest, operator: actor.operator },
    memberships: await tenants.membershipsOf(actor.personId),
  })),

  handle(api.listTenants, ({ query }) => tenants.list(query)),

  handle(api.createTenant, async ({ body }) => {
    const owner = found(await people.findByLogin(body.ownerLogin))
    return tenants.create({ ...body, ownerId: owner.id })
  }),

  handle(api.getTenant, ({ params }) => tenants.get(params.tenantId)),

  handle(api.updateTenant, ({ params, body }) => tenants.change(params.tenantId, body)),

  handle(api.listMembers, async ({ params }) => ({ items: await tenants.members(params.tenantId) })),

  handle(api.putMember, async ({ params, body }) => {
    const person = found(await people.findByLogin(body.login))
    await tenants.putMember(params.tenantId, person.id, body.role)
    return { personId: person.id, name: person.name, role: body.role }
  }),
]
