import * as api from '@shelfcast/shared/api/battles.ts'
import { Fault } from '../kernel/errors.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Battles } from './battles.ts'

interface BattleRouteDeps {
  battles: Battles
  shows: {
    mayHost(tenantId: string, showId: string, personId: string): Promise<boolean>
    /** @throws Fault `not_found` */
    get(tenantId: string, showId: string): Promise<unknown>
  }
}

export function battleRoutes({ battles, shows }: BattleRouteDeps): Route[] {
  /** Who hosts some shows of a merchant does not fight for the others. */
  async function assertHosts({ tenantId, showId }: { tenantId: string; showId: string }, personId: string) {
    await shows.get(tenantId, showId)
    if (!(await shows.mayHost(tenantId, showId, personId))) throw new Fault('not_found')
  }

  return [
    handle(api.readBattles, async ({ params, actor }) => {
      await assertHosts(params, actor.personId)
      const { tenantId, showId } = params
      const [challenge, rivals] = await Promise.all([
        battles.openChallenge(tenantId, showId),
        battles.rivals(tenantId, showId),
      ])
      return { challenge, rivals }
    }),

    handle(api.makeBattleCode, async ({ params, actor }) => {
      await assertHosts(params, actor.personId)
      return battles.code(params.showId)
    }),

    handle(api.challengeShow, async ({ params, body, actor }) => {
      await assertHosts(params, actor.personId)
      return battles.challenge(params, body)
    }),

    handle(api.acceptBattle, async ({ params, actor }) => {
      await assertHosts(params, actor.personId)
      await battles.accept(params)
      return null
    }),

    handle(api.refuseBattle, async ({ params, actor }) => {
      await assertHosts(params, actor.personId)
      await battles.refuse(params)
      return null
    }),

    handle(api.giveUpBattle, async ({ params, actor }) => {
      await assertHosts(params, actor.personId)
      await battles.giveUp(params)
      return null
    }),
  ]
}
