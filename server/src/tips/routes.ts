import * as api from '@shelfcast/shared/api/tips.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Tips } from './tips.ts'

export interface TipRoutes {
  tips: Tips
  /** @throws Fault `not_found` for a show of another tenant */
  shows: { get(tenantId: string, showId: string): Promise<unknown> }
}

export const tipRoutes = ({ tips, shows }: TipRoutes): Route[] => [
  handle(api.wallet, ({ actor }) => tips.wallet(actor.personId)),
  handle(api.walletEntries, ({ actor, query }) => tips.walletEntries(actor.personId, query)),
  handle(api.tipStatement, ({ params, query }) => tips.settlements.statement(params.tenantId, query)),
  handle(api.getCoinRate, () => tips.settlements.rate()),
  handle(api.putCoinRate, ({ actor, body }) =>
    tips.settlements.putRate(body.minorPer100Coins, actor.personId),
  ),
  handle(api.buyCoins, ({ actor, body, idempotencyKey }) =>
    tips.buyCoins(actor, body.packId, body.provider, idempotencyKey),
  ),
  handle(api.sendTip, ({ actor, params, body, idempotencyKey }) =>
    tips.send(actor, params.showId, body, idempotencyKey),
  ),
  handle(api.showEarnings, async ({ params }) => {
    await shows.get(params.tenantId, params.showId)
    return tips.earnings(params.tenantId, params.showId)
  }),
]
