import type { ISql } from 'postgres'

/** A database, or a transaction of one. */
interface Reader {
  readonly sql: ISql
}

/** A sentence about what must hold once everything is quiet, and what finds rows that break it. */
export type Rule = readonly [sentence: string, find: (db: Reader) => Promise<readonly object[]>]

const SHOWN_MAX = 5

/** Refunds but for those that failed and that another one took the place of. */
export const lastRefunds = ({ sql }: Reader) => sql`(
  select r.* from refunds r where not exists (select from refunds a where a.again_of = r.id))`

/** A line for each row that breaks a rule, up to a few. */
export async function broken(rules: readonly Rule[], db: Reader): Promise<string[]> {
  const lines = await Promise.all(
    rules.map(async ([sentence, find]) => {
      const rows = await find(db)
      return [
        ...rows.slice(0, SHOWN_MAX).map((row) => `${sentence}: ${JSON.stringify(row)}`),
        ...(rows.length > SHOWN_MAX ? [`${sentence}: and ${rows.length - SHOWN_MAX} more`] : []),
      ]
    }),
  )
  return lines.flat()
}

/**
 * Order lines with what their buyers still count for. `taken`: units that an unpaid order holds. `sold`: units paid for,
 * less those that a refund put on sale again, whatever became of the refund. One that takes another's place puts none.
 */
export const linesAtRest = ({ sql }: Reader) => sql`(
  select l.tenant_id, l.id, l.order_id, l.sku_id, l.sale_id, o.person_id, o.status,
    case when o.status = 'pending_payment' and f.allocation is distinct from 'first_paid' then l.quantity else 0 end as taken,
    case when o.paid_at is null then 0 else l.quantity - back.units end as sold
  from order_lines l
  join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
  left join flash_sales f on f.tenant_id = l.tenant_id and f.id = l.sale_id,
  lateral (
    select coalesce(sum((x->>'quantity')::int), 0) as units from refunds r, jsonb_array_elements(r.lines) x
    where r.tenant_id = o.tenant_id and r.order_id = o.id and r.restocked and r.again_of is null and x->>'lineId' = l.id
  ) back)`
