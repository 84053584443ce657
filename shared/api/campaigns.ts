import { z } from 'zod'
import { amountMinor, contract, id, nothing, page, pageOf, timeMs, title } from './contract.ts'

const tag = 'Campaign prices'
const inTenant = z.object({ tenantId: id })
const ofCampaign = z.object({ tenantId: id, campaignId: id })

export const campaignView = z.object({
  id,
  name: z.string(),
  skuId: id,
  productTitle: z.string(),
  options: z.record(z.string(), z.string()),
  code: z.string(),
  listPriceMinor: amountMinor,
  priceMinor: amountMinor,
  startsAt: timeMs,
  endsAt: timeMs,
  /** Rises with every change; an order's adjustment names the one it was priced by. */
  version: z.int(),
})
export type CampaignView = z.infer<typeof campaignView>

const terms = z.object({
  name: title,
  priceMinor: amountMinor.min(1),
  startsAt: timeMs,
  endsAt: timeMs,
})

export const listCampaigns = contract({
  method: 'GET',
  path: '/tenants/:tenantId/campaign-prices',
  tag,
  summary: 'The dated prices of the tenant’s SKUs, newest first',
  who: 'catalog:read',
  params: inTenant,
  query: page,
  output: pageOf(campaignView),
})

export const createCampaign = contract({
  method: 'POST',
  path: '/tenants/:tenantId/campaign-prices',
  tag,
  summary:
    'Give a SKU another price between two moments, in all shows. A live price and a flash sale go before it; of several at once the lowest holds',
  who: 'sales:write',
  params: inTenant,
  body: terms.extend({ skuId: id }),
  output: campaignView,
  status: 201,
  errors: ['too_many_campaigns'],
})

export const changeCampaign = contract({
  method: 'PATCH',
  path: '/tenants/:tenantId/campaign-prices/:campaignId',
  tag,
  summary: 'Change a campaign price that is not over; orders placed before keep theirs',
  who: 'sales:write',
  params: ofCampaign,
  body: terms.partial(),
  output: campaignView,
})

export const endCampaign = contract({
  method: 'DELETE',
  path: '/tenants/:tenantId/campaign-prices/:campaignId',
  tag,
  summary: 'End a campaign price now; one that has not begun is gone',
  who: 'sales:write',
  params: ofCampaign,
  output: nothing,
  status: 204,
})
