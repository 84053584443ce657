import type { Limits } from '../config.ts'
import { createBatcher } from '../kernel/batcher.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import {
  isRefusal,
  type KeptAnswer,
  type Keyed,
  keepRefusals,
  keptAnswers,
  type Refusal,
  type Refused,
} from '../kernel/idempotency.ts'
import type { Outbox, OutboxRow } from '../kernel/outbox.ts'
import { isRefusedData, untilDecided } from '../kernel/retry.ts'
import type { Draft } from './draft.ts'

/** What Postgres said to an order, after commit. `replayed`: the key had this answer before. */
export type Verdict = KeptAnswer & { replayed: boolean }

/** A verdict as Postgres gives it. With `newsId`, the order's outbox row is leased to this process. */
type Decided = Verdict & { id: string; newsId: number | null; news: OutboxRow['payload'] }

/** `onTerms`: the order takes up an offer, or is of a sale in which who pays first is served first. */
type Asked = { tenantId: string; draft: Draft; onTerms: boolean }

/** In JSON before its batch leaves: the one before is decided meanwhile, and nothing waits for that. */
type Sent = Asked & { json: string }

/**
 * Hands orders to the SQL function `place_orders`, and those on a sale's own terms to `place_on_terms`. Orders of one line travel in micro-batches: a SKU always takes the
 * same one of its tenant's few lanes, so a hot SKU's row is locked once for many and never waited for by the next
 * batch, and warm SKUs share the cost of a statement. Orders of several lines go alone, and lock in SKU order.
 */
export function createDecisions(deps: {
  db: Db
  outbox: Pick<Outbox, 'nudge' | 'lease'>
  clock: Clock
  limits: Limits['orders']
}) {
  const { db, outbox, clock, limits } = deps

  const placeOnTerms = (tenantId: string, orders: string) => db.sql<Decided[]>`
    select order_id as id, status, response, replayed, null as "newsId"
    from place_on_terms(${tenantId}, ${orders}::text::jsonb, ${limits.unpaidPerSaleMax}, ${new Date(clock.now())})`

  const place = (tenantId: string, orders: string, leaseMs: number | null) => db.sql<Decided[]>`
    select order_id as id, status, response, replayed, news_id as "newsId", news
    from place_orders(${tenantId}, ${orders}::text::jsonb, ${new Date(clock.now())},
      ${leaseMs} * interval '1 millisecond')`

  /** Places them, and hands their news to this process's outbox as far as it has room. */
  async function placeOnLease(tenantId: string, orders: string, count: number): Promise<Decided[]> {
    const lease = outbox.lease(count)
    let decided: Decided[] = []
    try {
      decided = await untilDecided(() => place(tenantId, orders, lease.ms))
    } finally {
      lease.take(
        decided.flatMap(({ id, newsId, news }) =>
          newsId === null ? [] : [{ id: newsId, topic: 'order.changed', key: id, payload: news }],
        ),
      )
    }
    return decided
  }

  async function send(asked: readonly Sent[]): Promise<Verdict[]> {
    const { tenantId, onTerms } = asked[0]!
    const orders = `[${asked.map(({ json }) => json).join(',')}]`
    const decided = onTerms
      ? await untilDecided(() => placeOnTerms(tenantId, orders))
      : await placeOnLease(tenantId, orders, asked.length)
    if (decided.some((one) => isPlaced(one) && one.newsId === null)) outbox.nudge()
    const byId = new Map(decided.map((one) => [one.id, one]))
    return asked.map(({ draft }) => {
      const { status, response, replayed } = byId.get(draft.id)!
      return { status, response: response ?? draft.view, replayed } // placed as drawn up
    })
  }

  // One order that Postgres cannot even write must not take its batch with it.
  const together = { waitMs: limits.batchMs, itemsMax: limits.batchOrdersMax, apart: isRefusedData }
  const batch = createBatcher(together, send)
  const lookUp = createBatcher(together, (asked: Keyed[]) => keptAnswers(db, asked))
  const keep = createBatcher(together, (refused: Refused[]) => keepRefusals(db, refused))

  return {
    async decide({ tenantId, draft, onTerms }: Asked): Promise<Verdict> {
      const sent = { tenantId, draft, onTerms, json: JSON.stringify(draft) }
      const [line, ...more] = draft.lines
      if (!line || more.length > 0) return (await send([sent]))[0]!
      const lane = laneOf(line.skuId, limits.batchLanes)
      return batch(`${tenantId}/${lane}${onTerms ? '/terms' : ''}`, sent)
    },

    /** Keeps a refusal; an earlier answer of the key stays. Batched: every loser of a rush is told by it. */
    refuse: (by: Keyed, refusal: Refusal): Promise<KeptAnswer> => keep('', { by, refusal }),

    /** The answer that a key was given before, if any. */
    kept: (by: Keyed): Promise<KeptAnswer | null> => lookUp('', by),
  }
}

export const isPlaced = (verdict: Verdict): boolean => !isRefusal(verdict) && !verdict.replayed

/** The last characters of an id are random. */
const laneOf = (skuId: string, lanes: number): number => (Number.parseInt(skuId.slice(-3), 36) || 0) % lanes
