import type { Limits } from '../config.ts'
import { createBatcher } from '../kernel/batcher.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { type KeptAnswer, type Keyed, keptAnswers } from '../kernel/idempotency.ts'
import { isRefusedData, untilDecided } from '../kernel/retry.ts'
import type { Draft } from './draft.ts'

/** What Postgres said to an order, after commit. `replayed`: the key had this answer before. */
export type Verdict = KeptAnswer & { replayed: boolean }

type Asked = { tenantId: string; draft: Draft; by: Keyed }

/**
 * Hands orders to the SQL function `place_orders`. Orders of one line travel in micro-batches: a SKU always takes the
 * same one of its tenant's few lanes, so a hot SKU's row is locked once for many and never waited for by the next
 * batch, and warm SKUs share the cost of a statement. Orders of several lines go alone, and lock in SKU order.
 */
export function createDecisions(deps: { db: Db; clock: Clock; limits: Limits['orders'] }) {
  const { db, clock, limits } = deps

  async function send(asked: readonly Asked[]): Promise<Verdict[]> {
    const tenantId = asked[0]!.tenantId
    const orders = JSON.stringify(
      asked.map(({ draft, by }) => ({ ...draft, ...by, unpaidMax: limits.unpaidPerPersonMax })),
    )
    const rows = await untilDecided(
      () => db.sql<(Verdict & { id: string })[]>`
        select order_id as id, status, response, replayed
        from place_orders(${tenantId}, ${orders}::text::jsonb, ${new Date(clock.now())})`,
    )
    const byId = new Map(rows.map(({ id, ...verdict }) => [id, verdict]))
    return asked.map(({ draft }) => byId.get(draft.id)!)
  }

  /** One order that Postgres cannot even write must not take its batch with it. */
  async function sendBatch(asked: readonly Asked[]): Promise<PromiseSettledResult<Verdict>[]> {
    try {
      return (await send(asked)).map((value) => ({ status: 'fulfilled', value }))
    } catch (error) {
      if (asked.length === 1 || !isRefusedData(error)) throw error
      return Promise.allSettled(asked.map(async (one) => (await send([one]))[0]!))
    }
  }

  const batch = createBatcher({ waitMs: limits.batchMs, itemsMax: limits.batchOrdersMax }, sendBatch)
  const lookUp = createBatcher(
    { waitMs: limits.batchMs, itemsMax: limits.batchOrdersMax },
    (asked: Keyed[]) => keptAnswers(db, asked),
  )

  return {
    async decide(asked: Asked): Promise<Verdict> {
      const [line, ...more] = asked.draft.lines
      if (!line || more.length > 0) return (await send([asked]))[0]!
      const result = await batch(`${asked.tenantId}/${laneOf(line.skuId, limits.batchLanes)}`, asked)
      if (result.status === 'rejected') throw result.reason
      return result.value
    },

    /** The answer that a key was given before, if any. Batched: every loser of a rush asks. */
    kept: (by: Keyed): Promise<KeptAnswer | null> => lookUp('', by),
  }
}

/** The last characters of an id are random. */
const laneOf = (skuId: string, lanes: number): number => (Number.parseInt(skuId.slice(-3), 36) || 0) % lanes
