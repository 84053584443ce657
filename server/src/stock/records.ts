import type { StockGateView } from '@shelfcast/shared/api/operator.ts'
import type { Limits } from '../config.ts'
import type { Db } from '../kernel/db.ts'
import { newId } from '../kernel/ids.ts'
import type { GateState } from './gate.ts'

type Kind = 'loaded' | 'repaired'

/**
 * What the gates of all processes did, in Postgres: each tells how it is every beat and adds what it repaired, so that
 * an operator sees their sum. Nothing of it is on an order's way.
 */
export function createGateRecords(deps: {
  db: Db
  state(): GateState & { open: boolean }
  limits: Pick<Limits['stock'], 'gateSeenMs' | 'gatesKeptMs' | 'repairsShownMax'>
}) {
  const { limits } = deps
  const { sql } = deps.db
  const node = newId('nod')
  let repairs = new Map<string, { tenantId: string; skuId: string; kind: Kind; times: number }>()

  async function tellRepairs(): Promise<void> {
    const told = [...repairs.values()].sort((a, b) => (a.skuId < b.skuId ? -1 : 1)) // all lock in one order
    if (told.length === 0) return
    repairs = new Map()
    // A SKU that Redis has and Postgres does not is none of a merchant's.
    await sql`
      insert into stock_repairs as r (tenant_id, sku_id, kind, times, last_at)
      select n.tenant_id, n.sku_id, n.kind, n.times, now()
      from unnest(${told.map((one) => one.tenantId)}::text[], ${told.map((one) => one.skuId)}::text[],
        ${told.map((one) => one.kind)}::text[], ${told.map((one) => one.times)}::int[]) as n(tenant_id, sku_id, kind, times)
      join skus s on s.tenant_id = n.tenant_id and s.id = n.sku_id
      on conflict (tenant_id, sku_id, kind) do update set times = r.times + excluded.times, last_at = excluded.last_at`
  }

  async function tellState(): Promise<void> {
    const { open, epoch, epochSince, epochChanges, timesAway } = deps.state()
    const since = epochSince === null ? null : new Date(epochSince)
    await sql`
      with old as (
        delete from stock_gates where seen_at < now() - ${limits.gatesKeptMs} * interval '1 millisecond' and node <> ${node})
      insert into stock_gates (node, open, epoch, epoch_since, epoch_changes, times_away, seen_at)
      values (${node}, ${open}, ${epoch}, ${since}, ${epochChanges}, ${timesAway}, now())
      on conflict (node) do update set open = excluded.open, epoch = excluded.epoch, epoch_since = excluded.epoch_since,
        epoch_changes = excluded.epoch_changes, times_away = excluded.times_away, seen_at = excluded.seen_at`
  }

  return {
    set({ tenantId, skuId }: { tenantId: string; skuId: string }, kind: Kind): void {
      const key = `${kind} ${skuId}`
      const known = repairs.get(key)
      if (known) known.times++
      else repairs.set(key, { tenantId, skuId, kind, times: 1 })
    },

    async tell(): Promise<void> {
      await tellState()
      await tellRepairs()
    },

    /** A process that ends is no gate any more. */
    async leave(): Promise<void> {
      await tellRepairs()
      await sql`delete from stock_gates where node = ${node}`
    },

    /** How the gates are that were heard lately, and what all that ever ran have set right. */
    async report(): Promise<StockGateView> {
      const [gates, [sums], last] = await Promise.all([
        sql<StockGateView['gates']>`
          select node, open, (extract(epoch from epoch_since) * 1000)::bigint as "epochSince",
            epoch_changes as "epochChanges", times_away as "timesAway"
          from stock_gates where seen_at > now() - ${limits.gateSeenMs} * interval '1 millisecond' order by node`,
        sql<{ loaded: number; repaired: number }[]>`
          select coalesce(sum(times) filter (where kind = 'loaded'), 0)::float8 as loaded,
            coalesce(sum(times) filter (where kind = 'repaired'), 0)::float8 as repaired from stock_repairs`,
        sql<StockGateView['last']>`
          select r.sku_id as "skuId", t.name as "tenantName", p.title as "productTitle", s.code, r.kind, r.times,
            (extract(epoch from r.last_at) * 1000)::bigint as at
          from stock_repairs r join skus s on s.tenant_id = r.tenant_id and s.id = r.sku_id
          join products p on p.tenant_id = s.tenant_id and p.id = s.product_id join tenants t on t.id = r.tenant_id
          order by r.last_at desc, r.sku_id limit ${limits.repairsShownMax}`,
      ])
      return { gates: [...gates], ...sums!, last: [...last] }
    },
  }
}
