import type { Limits } from '../config.ts'
import { createBatcher } from '../kernel/batcher.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import {
  type KeptAnswer,
  type Keyed,
  keepRefusals,
  keptAnswers,
  type Refusal,
  type Refused,
} from '../kernel/idempotency.ts'
import { isRefusedData, untilDecided } from '../kernel/retry.ts'
import type { Draft } from './draft.ts'

/** What Postgres said to an order, after commit. `replayed`: the key had this answer before. */
export type Verdict = KeptAnswer & { replayed: boolean }

/** `onTerms`: the order takes up an offer, or is of a sale in which who pays first is served first. */
type Asked = { tenantId: string; draft: Draft; by: Keyed; onTerms: boolean }

/**
 * Hands orders to the SQL function `place_orders`, and those on a sale's own terms to `place_on_terms`. Orders of one line travel in micro-batches: a SKU always takes the
 * same one of its tenant's few lanes, so a hot SKU's row is locked once for many and never waited for by the next
 * batch, and warm SKUs share the cost of a statement. Orders of several lines go alone, and lock in SKU order.
 */
export function createDecisions(deps: { db: Db; clock: Clock; limits: Limits['orders'] }) {
  const { db, clock, limits } = deps

  const placed = (tenantId: string, orders: string) =>
    db.sql`place_orders(${tenantId}, ${orders}::text::jsonb, ${new Date(clock.now())})`
  const placedOnTerms = (tenantId: string, orders: string) => db.sql`
    place_on_terms(${tenantId}, ${orders}::text::jsonb, ${limits.unpaidPerSaleMax}, ${new Date(clock.now())})`

  async function send(asked: readonly Asked[]): Promise<Verdict[]> {
    const { tenantId, onTerms } = asked[0]!
    const orders = JSON.stringify(
      asked.map(({ draft, by }) => ({ ...draft, ...by, unpaidMax: limits.unpaidPerPersonMax })),
    )
    const rows = await untilDecided(
      () => db.sql<(Verdict & { id: string })[]>`
        select order_id as id, status, response, replayed
        from ${onTerms ? placedOnTerms(tenantId, orders) : placed(tenantId, orders)}`,
    )
    const byId = new Map(rows.map(({ id, ...verdict }) => [id, verdict]))
    return asked.map(({ draft }) => {
      const verdict = byId.get(draft.id)!
      return { ...verdict, response: verdict.response ?? draft.view } // placed as drawn up
    })
  }

  // One order that Postgres cannot even write must not take its batch with it.
  const together = { waitMs: limits.batchMs, itemsMax: limits.batchOrdersMax, apart: isRefusedData }
  const batch = createBatcher(together, send)
  const lookUp = createBatcher(together, (asked: Keyed[]) => keptAnswers(db, asked))
  const keep = createBatcher(together, (refused: Refused[]) => keepRefusals(db, refused))

  return {
    async decide(asked: Asked): Promise<Verdict> {
      const [line, ...more] = asked.draft.lines
      if (!line || more.length > 0) return (await send([asked]))[0]!
      const lane = laneOf(line.skuId, limits.batchLanes)
      return batch(`${asked.tenantId}/${lane}${asked.onTerms ? '/terms' : ''}`, asked)
    },

    /** Keeps a refusal; an earlier answer of the key stays. Batched: every loser of a rush is told by it. */
    refuse: (by: Keyed, refusal: Refusal): Promise<KeptAnswer> => keep('', { by, refusal }),

    /** The answer that a key was given before, if any. */
    kept: (by: Keyed): Promise<KeptAnswer | null> => lookUp('', by),
  }
}

/** The last characters of an id are random. */
const laneOf = (skuId: string, lanes: number): number => (Number.parseInt(skuId.slice(-3), 36) || 0) % lanes
