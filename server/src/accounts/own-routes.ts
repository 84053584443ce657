import * as api from '@shelfcast/shared/api/account.ts'
import { Fault } from '../kernel/errors.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Accounts } from './index.ts'

/** A person's own account: profile, password, sessions, mailed links; and the first operator's set-up. */
export const ownAccountRoutes = ({ profiles, recovery, sessions, attempts, setup }: Accounts): Route[] => [
  handle(api.getProfile, ({ actor }) => profiles.get(actor.personId)),

  handle(api.changeProfile, async ({ actor, body }) => {
    await profiles.change(actor.personId, body)
    return profiles.get(actor.personId)
  }),

  handle(api.changePassword, async ({ actor, body, request }) => {
    await attempts.password(actor.personId)
    await recovery.change(actor.personId, { ...body, sessionToken: request.sessionToken })
    return null
  }),

  handle(api.listSessions, async ({ actor, request }) => ({
    items: await sessions.list(actor.personId, request.sessionToken),
  })),

  handle(api.endOtherSessions, async ({ actor, request }) => {
    await sessions.endOthers(actor.personId, request.sessionToken)
    return null
  }),

  handle(api.askPasswordReset, async ({ body, request }) => {
    await attempts.reset(body.login, request.ip)
    await recovery.askReset(body.login, request.language)
    return null
  }),

  handle(api.resetPassword, async ({ body, request }) => {
    await attempts.link(request.ip)
    const { login } = await recovery.reset(body.token, body.password)
    await attempts.signedIn(login) // who was locked out by wrong tries gets in with the new one
    return null
  }),

  handle(api.askVerification, async ({ actor }) => {
    await attempts.verification(actor.personId)
    await recovery.askVerification(actor.personId)
    return null
  }),

  handle(api.verifyEmail, async ({ body, request }) => {
    await attempts.link(request.ip)
    await recovery.verify(body.token)
    return null
  }),

  handle(api.setupOpen, async () => {
    if (!(await setup.open())) throw new Fault('not_found')
    return null
  }),

  handle(api.setUp, async ({ body, request, setSession }) => {
    if (!(await setup.open())) throw new Fault('not_found')
    await attempts.setup(request.ip)
    const person = await setup.finish({ ...body, language: request.language })
    if (request.sessionToken) await sessions.end(request.sessionToken)
    setSession(await sessions.open(person.id, request))
    return person
  }),
]
