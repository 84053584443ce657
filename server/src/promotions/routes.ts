import * as campaigns from '@shelfcast/shared/api/campaigns.ts'
import * as api from '@shelfcast/shared/api/promotions.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Promotions } from './promotions.ts'

export interface PromotionRoutes {
  promotions: Promotions
  /** @throws Fault `not_found` for a show of another tenant */
  shows: { get(tenantId: string, showId: string): Promise<unknown> }
}

export const promotionRoutes = ({ promotions, shows }: PromotionRoutes): Route[] => [
  handle(api.listSales, async ({ params }) => {
    await shows.get(params.tenantId, params.showId)
    return { items: await promotions.list(params.tenantId, params.showId) }
  }),
  handle(api.createSale, ({ params, body, actor }) =>
    promotions.create(params.tenantId, params.showId, body, actor.personId),
  ),
  handle(api.narrowSale, ({ params, body, actor }) => promotions.narrow(params, body, actor.personId)),
  handle(api.listSaleChanges, ({ params }) => promotions.history(params)),
  handle(api.startSale, ({ params, actor }) => promotions.start(params, actor.personId)),
  handle(api.stopSale, ({ params, actor }) => promotions.stop(params, actor.personId)),
  ...campaignRoutes(promotions),
  handle(api.listWaits, async ({ params, actor }) => ({
    items: await promotions.waitingList.mine(params.showId, actor.personId),
  })),
  handle(api.joinWaitingList, ({ params, actor }) =>
    promotions.waitingList.join(params.showId, params.saleId, actor.personId),
  ),
  handle(api.leaveWaitingList, async ({ params, actor }) => ({
    left: await promotions.waitingList.leave(params.showId, params.saleId, actor.personId),
  })),
]

const campaignRoutes = ({ campaigns: prices }: Promotions): Route[] => [
  handle(campaigns.listCampaigns, ({ params, query }) => prices.list(params.tenantId, query)),
  handle(campaigns.createCampaign, ({ params, body, actor }) =>
    prices.create(params.tenantId, body, actor.personId),
  ),
  handle(campaigns.changeCampaign, ({ params, body, actor }) => prices.change(params, body, actor.personId)),
  handle(campaigns.endCampaign, async ({ params, actor }) => {
    await prices.end(params, actor.personId)
    return null
  }),
]
