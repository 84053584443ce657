import * as api from '@shelfcast/shared/api/cohosts.ts'
import { Fault } from '../kernel/errors.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { CoHosts } from './cohosts.ts'

interface CoHostRouteDeps {
  coHosts: CoHosts
  shows: { mayHost(tenantId: string, showId: string, personId: string): Promise<boolean> }
  /** Where somebody may be on air whose invitation is taken back. */
  stage: { dismiss(showId: string, personId: string): Promise<void> }
}

export function coHostRoutes({ coHosts, shows, stage }: CoHostRouteDeps): Route[] {
  /** Who hosts some shows of a merchant does not invite to the others. */
  async function assertHosts({ tenantId, showId }: { tenantId: string; showId: string }, personId: string) {
    if (!(await shows.mayHost(tenantId, showId, personId))) throw new Fault('not_found')
  }

  return [
    handle(api.inviteCoHost, async ({ params, actor }) => {
      await assertHosts(params, actor.personId)
      return coHosts.invite(params, actor.personId)
    }),

    handle(api.listCoHosts, async ({ params, actor }) => {
      await assertHosts(params, actor.personId)
      return { items: await coHosts.list(params) }
    }),

    handle(api.withdrawCoHost, async ({ params, actor }) => {
      await assertHosts(params, actor.personId)
      const personId = await coHosts.withdraw(params, params.inviteId)
      if (personId !== null) await stage.dismiss(params.showId, personId)
      return null
    }),

    handle(api.readInvite, async ({ body }) => coHosts.read(body.token)),

    handle(api.acceptInvite, async ({ body, actor, request, setSession }) =>
      coHosts.accept(body, actor, { ...request, setSession }),
    ),
  ]
}
