import { z } from 'zod'
import { ALLOCATIONS } from '../allocation.ts'
import { SALE_STATUSES, WAIT_STATUSES } from '../protocol/parts.ts'
import { SALE_BOUNDS } from '../sale-bounds.ts'
import { amountMinor, contract, id, timeMs } from './contract.ts'

const tag = 'Flash sales'
const inShow = z.object({ tenantId: id, showId: id })
const inSale = z.object({ tenantId: id, showId: id, saleId: id })

const between = ([min, max]: readonly [number, number]) => z.int().min(min).max(max)

/** What a host may narrow: a higher price, and less of everything else. */
export const saleTerms = z.object({
  priceMinor: amountMinor.min(1),
  quantity: between(SALE_BOUNDS.quantity),
  perBuyerLimit: between(SALE_BOUNDS.perBuyerLimit),
  countdownS: between(SALE_BOUNDS.countdownS),
  durationS: between(SALE_BOUNDS.durationS),
})

/** Terms as they once were: bounds may have been others then. */
const termsBefore = z.object({
  priceMinor: amountMinor,
  quantity: z.int(),
  perBuyerLimit: z.int(),
  countdownS: z.int(),
  durationS: z.int(),
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
  allocation: z.enum(ALLOCATIONS),
  countdownS: z.int(),
  durationS: z.int(),
  startsAt: timeMs.nullable(),
  endsAt: timeMs.nullable(),
  /** When it is to begin by itself; null where somebody starts it. */
  plannedAt: timeMs.nullable(),
  /** What the merchant allowed: the lowest price, and the most of everything else. */
  allowed: termsBefore,
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
    /** `hold`: an order takes its units until it must be paid · `first_paid`: who pays first has them. */
    allocation: z.enum(ALLOCATIONS).default('hold'),
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

export const listSaleChanges = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/flash-sales/:saleId/changes',
  tag,
  summary:
    'All that happened to a flash sale: every version of its terms, and every move from one status to another, with who or what made it',
  who: 'shows:read',
  params: inSale,
  output: z.object({
    items: z.array(
      z.object({
        version: z.int(),
        by: z.string(),
        at: timeMs,
        before: termsBefore.nullable(),
        after: termsBefore,
      }),
    ),
    events: z.array(
      z.object({
        from: z.enum(SALE_STATUSES),
        to: z.enum(SALE_STATUSES),
        /** Somebody at the desk, the sale's own time, or the end of its show. */
        mover: z.enum(['desk', 'clock', 'show']),
        by: z.string().nullable(),
        at: timeMs,
        /** Its place in the room's log, as epoch and offset; null for what viewers never saw. */
        pos: z.tuple([z.int(), z.int()]).nullable(),
      }),
    ),
  }),
})

export const startSale = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/flash-sales/:saleId/start',
  tag,
  summary: 'Start the countdown, after which the sale runs',
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

const waitingList = 'Waiting lists'
const saleOfShow = z.object({ showId: id, saleId: id })

export const saleWait = z.object({
  saleId: id,
  status: z.enum(WAIT_STATUSES),
  /** How many wait before this one. */
  ahead: z.int(),
  /** Until when an offered unit is set aside. */
  until: timeMs.nullable(),
})

export const listWaits = contract({
  method: 'GET',
  path: '/shows/:showId/waits',
  tag: waitingList,
  summary: 'My places on the waiting lists of a show’s flash sales',
  who: 'visitor',
  embed: true,
  params: z.object({ showId: id }),
  output: z.object({ items: z.array(saleWait) }),
})

export const joinWaitingList = contract({
  method: 'POST',
  path: '/shows/:showId/flash-sales/:saleId/wait',
  tag: waitingList,
  summary: 'Wait for a unit of a flash sale that is sold out; the place that one has is kept',
  who: 'person',
  embed: true,
  params: saleOfShow,
  body: z.object({}),
  output: saleWait,
  errors: [
    'sale_not_running',
    'waiting_list_closed',
    'waiting_list_full',
    'buyer_limit',
    'too_many_requests',
  ],
})

export const leaveWaitingList = contract({
  method: 'DELETE',
  path: '/shows/:showId/flash-sales/:saleId/wait',
  tag: waitingList,
  summary: 'Give up one’s place; what was set aside goes to the next',
  who: 'person',
  embed: true,
  params: saleOfShow,
  output: z.object({ left: z.boolean().describe('Whether there was a place') }),
})
