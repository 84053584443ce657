import { ORDER_TRANSITIONS } from '@shelfcast/shared/order-transitions.ts'
import type { Redis } from 'ioredis'
import type { Db } from '../src/kernel/db.ts'
import type { Promises } from './ask.ts'
import { MONEY_RULES } from './money-rules.ts'
import { broken, type Rule } from './rules.ts'
import { STOCK_RULES } from './stock-rules.ts'

/** What does not hold, though everything is quiet: a line each. */
export async function violations(db: Db, redis: Redis, promises: Promises): Promise<string[]> {
  return [
    ...(await broken(RULES, db)),
    ...(await lostOrders(db, promises)),
    ...(await lostMoney(db, promises)),
    ...promises.contradictions.map((one) => `contradicted: ${one}`),
    ...(await gateDiffers(db, redis)),
  ]
}

const MOVES = JSON.stringify(ORDER_TRANSITIONS.map(({ from, to }) => [from, to]))

const PROGRESS_RULES: readonly Rule[] = [
  ['the outbox is empty', ({ sql }) => sql`select topic, state, attempts, last_error from outbox limit 5`],
  [
    'no unpaid order is past its time, and none is being refunded for ever',
    ({ sql }) => sql`
      select id, status from orders
      where status = 'pending_payment' and expires_at < now() - interval '5 s' or status = 'refunding'`,
  ],
  [
    'an order’s trail goes by allowed moves from its beginning to where it stands',
    ({ sql }) => sql`
      with trail as (
        select o.id, o.status, e.from_status, e.to_status from orders o
        join order_events e on e.tenant_id = o.tenant_id and e.order_id = o.id
      ), moves as (
        select m->>0 as "from", m->>1 as "to" from jsonb_array_elements(${MOVES}::text::jsonb) m
      )
      select id, status from trail group by id, status
      -- Each status is entered as often as it is left, but for the present one.
      having exists (select from unnest(array_agg(distinct to_status)) s
          where (select count(*) from trail t where t.id = trail.id and t.to_status = s)
            - (select count(*) from trail t where t.id = trail.id and t.from_status = s) <> (s = status)::int)
      union all
      select id, from_status || ' to ' || to_status from trail where from_status is not null
        and (from_status, to_status) not in (select "from", "to" from moves)`,
  ],
]

export const RULES: readonly Rule[] = [...STOCK_RULES, ...MONEY_RULES, ...PROGRESS_RULES]

async function lostOrders({ sql }: Db, { orders }: Promises): Promise<string[]> {
  const rows = await sql<{ id: string; totalMinor: number; personId: string }[]>`
    select id, total_minor as "totalMinor", person_id as "personId" from orders where id = any(${[...orders.keys()]})`
  const kept = new Map(rows.map((row) => [row.id, row]))
  return [...orders].flatMap(([id, { totalMinor, personId }]) => {
    const row = kept.get(id)
    if (!row) return [`acknowledged, and gone: ${id}`]
    return row.totalMinor === totalMinor && row.personId === personId
      ? []
      : [`acknowledged, and changed: ${id}`]
  })
}

/** Tips, payouts and refunds that were acknowledged, and are not there or are another amount. */
async function lostMoney({ sql }: Db, { tips, payouts, refunds }: Promises): Promise<string[]> {
  const rows = await sql<{ name: string; amount: number }[]>`
    select id as name, coins as amount from tips union all select id, amount_minor from payouts
    union all select reason, 0 from refunds where requested_by is not null and again_of is null`
  const kept = new Map(rows.map(({ name, amount }) => [name, amount]))
  const told = [...tips, ...payouts, ...[...refunds].map((reason) => [reason, 0] as const)]
  return told
    .filter(([name, amount]) => kept.get(name) !== amount)
    .map(([name, amount]) => `acknowledged, and gone or changed: ${name} of ${amount}, now ${kept.get(name)}`)
}

/** At rest Redis says what Postgres says, of every SKU that it has and of its open flash sale. */
async function gateDiffers({ sql }: Db, redis: Redis): Promise<string[]> {
  const rows = await sql<
    { skuId: string; available: number; saleId: string | null; saleLeft: number | null }[]
  >`
    select s.sku_id as "skuId", s.available, f.id as "saleId", f.quantity - f.taken as "saleLeft" from stock s
    left join flash_sales f on f.tenant_id = s.tenant_id and f.sku_id = s.sku_id and f.status in ('countdown', 'running')`
  const lines: string[] = []
  for (const { skuId, available, saleId, saleLeft } of rows) {
    const [left, sale, leftOfSale] = await redis.hmget(`stock:{${skuId}}`, 'left', 'saleId', 'saleLeft')
    if (left !== null && Number(left) !== available)
      lines.push(`Redis says ${left} of ${skuId}, Postgres ${available}`)
    if (saleId !== null && sale === saleId && Number(leftOfSale) !== saleLeft)
      lines.push(`Redis says ${leftOfSale} of the sale of ${skuId}, Postgres ${saleLeft}`)
  }
  return lines
}
