import type { showFigures } from '@shelfcast/shared/api/facts.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'

type Figures = z.output<typeof showFigures.output>
type Totals = Pick<
  Figures,
  'viewers' | 'likes' | 'opened' | 'bagged' | 'comments' | 'orders' | 'paidOrders'
> &
  NonNullable<Figures['money']>

const DAY_MS = 24 * 3600_000
const LIST_MAX = 50

/** What a show did, counted from its facts alone. Every statement reads one show's facts between two times. */
export function createFigures(deps: { db: Db; clock: Clock; limits: Limits['facts'] }) {
  const { clock, limits } = deps
  const { sql } = deps.db

  /** @throws Fault `invalid_input` where the times are not in order or too far apart */
  function rangeOf(asked: { from?: number | undefined; to?: number | undefined }) {
    const to = asked.to ?? clock.now()
    const from = asked.from ?? to - DAY_MS
    if (from >= to || to - from > limits.figuresMsMax || to > clock.now() + DAY_MS) {
      const message = 'before `to`, and not too far before'
      throw new Fault('invalid_input', { issues: [{ path: 'from', message }] })
    }
    return { from, to }
  }

  return async function figures(
    show: { tenantId: string; showId: string; currency: Figures['currency'] },
    asked: { from?: number | undefined; to?: number | undefined; withMoney: boolean },
  ): Promise<Figures> {
    const { from, to } = rangeOf(asked)
    const inRange = sql`tenant_id = ${show.tenantId} and show_id = ${show.showId}
      and at >= ${new Date(from)} and at < ${new Date(to)}`
    const [[totals], [dwell], products, sources] = await Promise.all([
      sql<Totals[]>`
        select count(distinct person_id) filter (where session_id is not null)::int as viewers,
          coalesce(sum((data->>'count')::int) filter (where type = 'like'), 0)::int as likes,
          count(*) filter (where type = 'product_opened')::int as opened,
          count(*) filter (where type = 'bagged')::int as bagged,
          count(*) filter (where type = 'comment')::int as comments,
          count(distinct data->>'orderId') filter (where type = 'ordered')::int as orders,
          count(distinct data->>'orderId') filter (where type = 'paid')::int as "paidOrders",
          coalesce(sum(value_minor) filter (where type = 'ordered'), 0)::bigint as "gmvMinor",
          coalesce(sum(value_minor) filter (where type = 'paid'), 0)::bigint as "paidMinor",
          coalesce(sum(value_minor) filter (where type = 'refunded'), 0)::bigint as "refundedMinor",
          count(*) filter (where type = 'tipped')::int as tips,
          coalesce(sum(value_minor) filter (where type = 'tipped'), 0)::bigint as "tipCoins"
        from facts where ${inRange}`,
      sql<{ median: number }[]>`
        select coalesce(percentile_cont(0.5) within group (order by ms), 0)::int as median
        from (select sum((data->>'ms')::int) as ms from facts
              where ${inRange} and type = 'dwell' group by person_id) viewer`,
      sql<Figures['products']>`
        select f.product_id as "productId", p.title, f.seen, f.opened, f.bagged, f.ordered, f.paid
        from (select product_id,
            count(distinct person_id) filter (where type = 'seen')::int as seen,
            count(distinct person_id) filter (where type = 'product_opened')::int as opened,
            count(distinct person_id) filter (where type = 'bagged')::int as bagged,
            count(distinct person_id) filter (where type = 'ordered')::int as ordered,
            count(distinct person_id) filter (where type = 'paid')::int as paid
          from facts where ${inRange} and product_id is not null group by product_id) f
        join products p on p.tenant_id = ${show.tenantId} and p.id = f.product_id
        order by f.paid desc, f.ordered desc, f.opened desc, f.seen desc, p.id limit ${LIST_MAX}`,
      sql<Figures['sources']>`
        select coalesce(source->>'utm_source', source->>'embed', source->>'referrer') as name,
          count(distinct person_id) filter (where session_id is not null)::int as viewers,
          count(distinct data->>'orderId') filter (where type = 'ordered')::int as orders
        from facts where ${inRange} and consent and (session_id is not null or type = 'ordered')
        group by 1 order by 2 desc, 3 desc, 1 limit ${LIST_MAX}`,
    ])
    const { gmvMinor, paidMinor, refundedMinor, tips, tipCoins, ...counts } = found(totals)
    return {
      ...{
        from,
        to,
        currency: show.currency,
        dwellMsMedian: found(dwell).median,
        ...counts,
        products,
        sources,
      },
      money: asked.withMoney ? { gmvMinor, paidMinor, refundedMinor, tips, tipCoins } : null,
    }
  }
}
