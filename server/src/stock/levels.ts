import type { Limits } from '../config.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'

export type Levels = { onHand: number; available: number; reserved: number; sold: number }

export interface Adjustment {
  tenantId: string
  skuId: string
  /** Units that came, or went when negative. */
  delta: number
  note: string
  personId: string
}

/** What Postgres knows of a SKU that the gate and the room need. */
export interface SkuFacts {
  tenantId: string
  skuId: string
  available: number
  /** The flash sale of this SKU whose countdown or time runs; the schema allows one at a time. */
  openSale: { id: string; showId: string; left: number } | null
  /** Shows on air with this SKU on their shelf. */
  showIds: string[]
  /** How far the database had come when this was read: of two facts, the one with more is newer. */
  asOf: number
}

/** The stock rows: on_hand = available + reserved + sold, backed by CHECKs. */
export function createLevels({ db: { sql }, limits }: { db: Db; limits: Limits['stock'] }) {
  const columns = sql`on_hand as "onHand", available, reserved, sold`

  async function of(tenantId: string, skuId: string): Promise<Levels> {
    const [row] = await sql<Levels[]>`
      select ${columns} from stock where tenant_id = ${tenantId} and sku_id = ${skuId}`
    return found(row)
  }

  /** @returns nothing where that leaves too few units or too many */
  async function moved({ tenantId, skuId, delta, note, personId }: Adjustment): Promise<Levels | undefined> {
    const [row] = await sql<Levels[]>`
      with changed as (
        update stock set on_hand = on_hand + ${delta}, available = available + ${delta}
        where tenant_id = ${tenantId} and sku_id = ${skuId}
          and available + ${delta} >= 0 and on_hand + ${delta} <= ${limits.unitsMax}
        returning *
      ), noted as (
        insert into stock_adjustments (tenant_id, sku_id, delta, note, person_id)
        select tenant_id, sku_id, ${delta}, ${note}, ${personId} from changed
      ), told as (
        insert into outbox (topic, key, payload)
        select 'stock.changed', sku_id, jsonb_build_object('tenantId', tenant_id, 'skuIds', jsonb_build_array(sku_id))
        from changed
      )
      select ${columns} from changed`
    return row
  }

  return {
    async levels(tenantId: string, skuIds: readonly string[]): Promise<Map<string, Levels>> {
      const rows = await sql<(Levels & { skuId: string })[]>`
        select sku_id as "skuId", ${columns} from stock where tenant_id = ${tenantId} and sku_id = any(${[...skuIds]})`
      return new Map(rows.map(({ skuId, ...levels }) => [skuId, levels]))
    },

    /** @throws Fault `stock_below_zero` when fewer units than that are available, `invalid_input` when it is too many */
    async adjust(change: Adjustment): Promise<Levels> {
      const { tenantId, skuId, delta } = change
      for (;;) {
        const row = await moved(change)
        if (row) return row
        const now = await of(tenantId, skuId)
        if (now.available + delta < 0) throw new Fault('stock_below_zero', { extra: now })
        if (now.onHand + delta > limits.unitsMax) {
          throw new Fault('invalid_input', {
            issues: [{ path: 'delta', message: `a SKU holds at most ${limits.unitsMax} units` }],
          })
        }
        // What stood in the way has gone in the meantime.
      }
    },

    async facts(skus: readonly { tenantId: string; skuId: string }[]): Promise<SkuFacts[]> {
      return sql<SkuFacts[]>`
        select s.tenant_id as "tenantId", s.sku_id as "skuId", s.available,
          (select jsonb_build_object('id', f.id, 'showId', f.show_id, 'left', f.quantity - f.taken)
            from flash_sales f where f.tenant_id = s.tenant_id and f.sku_id = s.sku_id
              and f.status in ('countdown', 'running')) as "openSale",
          array(select i.show_id from skus k
            join shelf_items i on i.tenant_id = k.tenant_id and i.product_id = k.product_id
            join shows w on w.tenant_id = i.tenant_id and w.id = i.show_id and w.status in ('live', 'paused')
            where k.tenant_id = s.tenant_id and k.id = s.sku_id) as "showIds",
          read_point() as "asOf"
        from unnest(${skus.map((one) => one.tenantId)}::text[], ${skus.map((one) => one.skuId)}::text[])
          as asked(tenant_id, sku_id)
        join stock s on s.tenant_id = asked.tenant_id and s.sku_id = asked.sku_id`
    },
  }
}
