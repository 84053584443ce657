import { z } from 'zod'
import { SALE_STATUSES } from '../protocol/parts.ts'
import { amountMinor, contract, id, timeMs } from './contract.ts'

const tag = 'Flash sales'
const inShow = z.object({ tenantId: id, showId: id })
const inSale = z.object({ tenantId: id, showId: id, saleId: id })

/** What a host may narrow: a higher price, and less of everything else. */
export const saleTerms = z.object({
  priceMinor: amountMinor.min(1),
  quantity: z.int().min(1).max(100_000),
  perBuyerLimit: z.int().min(1).max(100),
  countdownS: z.int().min(0).max(300),
  durationS: z.int().min(60).max(1200),
})

export const saleView = z.object({
  id,
  skuId: id,
  productId: id,
  title: z.string(),
  status: z.enum(SALE_STATUSES),
  priceMinor: amountMinor,
  listPriceMinor: amountMinor,
  quantity: z.int(),
  left: z.int(),
  perBuyerLimit: z.int(),
  countdownS: z.int(),
  durationS: z.int(),
  startsAt: timeMs.nullable(),
  endsAt: timeMs.nullable(),
  /** When it is to begin by itself; null where somebody starts it. */
  plannedAt: timeMs.nullable(),
  /** What the merchant allowed: the lowest price, and the most of everything else. */
  allowed: saleTerms,
})

export const listSales = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/flash-sales',
  tag,
  summary: 'The flash sales of a show',
  who: 'shows:read',
  params: inShow,
  output: z.object({ items: z.array(saleView) }),
})

export const createSale = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/flash-sales',
  tag,
  summary: 'Prepare a flash sale of a SKU on the shelf',
  who: 'sales:write',
  params: inShow,
  body: saleTerms.extend({
    skuId: id,
    perBuyerLimit: saleTerms.shape.perBuyerLimit.default(1),
    countdownS: saleTerms.shape.countdownS.default(10),
    durationS: saleTerms.shape.durationS.default(300),
    /** When it begins by itself, its countdown before that; waits for the show to be on air, for half an hour. */
    plannedAt: timeMs.nullable().default(null),
  }),
  output: saleView,
  status: 201,
  errors: ['sale_conflict', 'sold_out', 'product_unavailable', 'show_ended'],
})

export const narrowSale = contract({
  method: 'PATCH',
  path: '/tenants/:tenantId/shows/:showId/flash-sales/:saleId',
  tag,
  summary: 'Narrow a flash sale before it begins, within what the merchant allowed',
  who: 'desk:run',
  params: inSale,
  body: saleTerms.partial(),
  output: saleView,
  errors: ['sale_terms_exceeded', 'sale_transition_refused'],
})

export const startSale = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/flash-sales/:saleId/start',
  tag,
  summary: 'Start the countdown; with a countdown of 0 the sale runs at once',
  who: 'desk:run',
  params: inSale,
  output: saleView,
  errors: ['sale_transition_refused', 'sale_conflict', 'show_not_live'],
})

export const stopSale = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/flash-sales/:saleId/stop',
  tag,
  summary: 'Stop a flash sale before its time; orders already placed stand',
  who: 'desk:run',
  params: inSale,
  output: saleView,
  errors: ['sale_transition_refused'],
})
