import { z } from 'zod'
import { eventId } from '../facts/fact.ts'
import { visitSource } from '../facts/source.ts'
import { CURRENCIES } from '../money.ts'
import { amountMinor, contract, id, timeMs } from './contract.ts'

const tag = 'Facts'

/** Most facts of one report. */
export const FACTS_PER_REPORT_MAX = 50

export const reportFacts = contract({
  method: 'POST',
  path: '/facts',
  tag,
  summary:
    'Report what a viewer did (the schemas are in shared/facts): each is judged by itself, one that was kept before is kept once, and without consent none is kept',
  who: 'visitor',
  embed: true,
  body: z.object({
    /** Of this visit of the page. */
    session: eventId,
    showId: id,
    source: visitSource.default({}),
    facts: z.array(z.unknown()).min(1).max(FACTS_PER_REPORT_MAX),
  }),
  output: z.object({
    /** False: nothing was kept, and nothing more need be sent. */
    consent: z.boolean(),
    accepted: z.int(),
    refused: z.array(
      z.object({ index: z.int(), why: z.enum(['invalid', 'too_old', 'in_future', 'unknown_product']) }),
    ),
  }),
  status: 202,
  errors: ['too_many_requests', 'unavailable'],
})

export const consentView = z.object({
  /** Null: the person was not asked, or did not answer; then nothing is kept. */
  facts: z.boolean().nullable(),
  decidedAt: timeMs.nullable(),
})

export const getConsent = contract({
  method: 'GET',
  path: '/consent',
  tag,
  summary: 'Whether I agreed that what I do in shows is kept',
  who: 'visitor',
  embed: true,
  output: consentView,
})

export const putConsent = contract({
  method: 'PUT',
  path: '/consent',
  tag,
  summary: 'Agree or refuse that what I do in shows is kept; it counts from now on',
  who: 'visitor',
  embed: true,
  body: z.object({ facts: z.boolean() }),
  output: consentView,
})

const count = z.int().min(0)

export const showFigures = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/figures',
  tag,
  summary: 'What a show did between two times, at most 31 days apart; the last 24 hours when left out',
  who: 'shows:read',
  params: z.object({ tenantId: id, showId: id }),
  query: z.object({
    from: z.coerce.number().int().positive().optional(),
    to: z.coerce.number().int().positive().optional(),
  }),
  output: z.object({
    from: timeMs,
    to: timeMs,
    currency: z.enum(CURRENCIES),
    /** Of viewers who agreed to be counted. */
    viewers: count,
    dwellMsMedian: count,
    likes: count,
    opened: count,
    bagged: count,
    /** Of everybody. */
    comments: count,
    orders: count,
    paidOrders: count,
    /** Null without `earnings:read`. */
    money: z
      .object({
        gmvMinor: amountMinor.max(Number.MAX_SAFE_INTEGER),
        paidMinor: amountMinor.max(Number.MAX_SAFE_INTEGER),
        refundedMinor: amountMinor.max(Number.MAX_SAFE_INTEGER),
        tips: count,
        tipCoins: count,
      })
      .nullable(),
    /** People at each step. */
    products: z.array(
      z.object({
        productId: id,
        title: z.string(),
        seen: count,
        opened: count,
        bagged: count,
        ordered: count,
        paid: count,
      }),
    ),
    /** `name` is a campaign's source or a referring host; null for visits that tell neither. */
    sources: z.array(z.object({ name: z.string().nullable(), viewers: count, orders: count })),
  }),
  errors: ['invalid_input'],
})
