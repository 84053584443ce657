import type { merchantOrderView } from '@shelfcast/shared/api/orders.ts'
import { DESK_ORDER, DESK_TIPS, watchDesk } from '@shelfcast/shared/rpc/desk.ts'
import type { z } from 'zod'
import type { ShowRecord } from '../../shows/index.ts'
import { authorise } from '../http/authorise.ts'
import { answer, type CallRow } from './call.ts'
import type { StudioSession } from './session.ts'

export type DeskOrder = z.input<typeof merchantOrderView>

export interface DeskDeps {
  /** @throws Fault `not_found` */
  show(tenantId: string, showId: string): Promise<ShowRecord>
  /** The show's orders, newest first, a page of them. */
  recentOrders(tenantId: string, showId: string): Promise<DeskOrder[]>
  tipCoins(tenantId: string, showId: string): Promise<number>
}

/** What other parts of the server tell to those who watch a show sell. */
export interface DeskFeed {
  /** Whether anybody watches: else there is nothing to look up. */
  watched(showId: string): boolean
  order(order: DeskOrder): void
  tips(showId: string, coins: number): void
}

interface Watch {
  readonly showId: string
  readonly seesOrders: boolean
  /** Events that came while the first answer was made: they are newer than it, so they go out after it. */
  held: (() => void)[] | null
}

export interface Desk {
  readonly calls: CallRow<StudioSession>[]
  readonly feed: DeskFeed
  forget(session: StudioSession): void
}

/** Who watches which show sell. A socket watches one show; watching another ends the first. */
export function createDesk(deps: DeskDeps): Desk {
  const watches = new Map<StudioSession, Watch>()

  function tell(
    showId: string,
    wants: (watch: Watch) => boolean,
    send: (session: StudioSession) => void,
  ): void {
    for (const [session, watch] of watches) {
      if (watch.showId !== showId || !wants(watch)) continue
      if (watch.held) watch.held.push(() => send(session))
      else send(session)
    }
  }

  function release(watch: Watch): void {
    const held = watch.held ?? []
    watch.held = null
    for (const send of held) send()
  }

  return {
    calls: [
      answer(watchDesk, async (session: StudioSession, { tenantId, showId }) => {
        const actor = await session.actor()
        authorise({ who: 'shows:read' }, actor, tenantId)
        await deps.show(tenantId, showId)
        const seesOrders = actor.roles.get(tenantId)?.scopes.has('orders:read') ?? false
        const watch: Watch = { showId, seesOrders, held: [] }
        if (!session.closed) watches.set(session, watch)
        const [orders, tipCoins] = await Promise.all([
          seesOrders ? deps.recentOrders(tenantId, showId) : [],
          deps.tipCoins(tenantId, showId),
        ])
        setImmediate(release, watch) // after the answer has been written
        return { orders, tipCoins }
      }),
    ],

    feed: {
      watched: (showId) => [...watches.values()].some((watch) => watch.showId === showId),

      order(order) {
        if (order.showId === null) return
        tell(
          order.showId,
          (watch) => watch.seesOrders,
          (session) => session.send(DESK_ORDER, order),
        )
      },
      tips(showId, coins) {
        tell(
          showId,
          () => true,
          (session) => session.send(DESK_TIPS, { coins }),
        )
      },
    },

    forget(session) {
      watches.delete(session)
    },
  }
}
