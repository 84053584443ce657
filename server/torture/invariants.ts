import type { Redis } from 'ioredis'
import type { Db } from '../src/kernel/db.ts'
import type { Promises } from './buyers.ts'

/** Sentences about what must hold once everything is quiet; each violation is one line. */
export async function violations(db: Db, redis: Redis, promises: Promises): Promise<string[]> {
  const bySql = await Promise.all(RULES.map(async ([rule, find]) => told(rule, await find(db))))
  return [
    ...bySql.flat(),
    ...(await lostOrders(db, promises)),
    ...promises.contradictions.map((one) => `contradicted: ${one}`),
    ...(await gateDiffers(db, redis)),
  ]
}

type Finder = (db: Db) => Promise<readonly object[]>

const RULES: readonly (readonly [string, Finder])[] = [
  [
    'on hand = available + reserved + sold, none below zero',
    ({ sql }) => sql`
      select sku_id, on_hand, available, reserved, sold from stock
      where on_hand <> available + reserved + sold or least(available, reserved, sold) < 0`,
  ],
  [
    'reserved and sold are what orders and offers to waiting lists say',
    ({ sql }) => sql`
      select s.sku_id, s.reserved, s.sold, o.reserved as ordered, o.sold as bought from stock s, lateral (
        select coalesce(sum(l.quantity) filter (
            where o.status = 'pending_payment' and f.allocation is distinct from 'first_paid'), 0)
            + (select count(*) from sale_waiters w join flash_sales x on x.tenant_id = w.tenant_id and x.id = w.sale_id
              where x.sku_id = s.sku_id and w.status = 'offered') as reserved,
          coalesce(sum(l.quantity - l.refunded_quantity) filter (
            where o.paid_at is not null and o.status not in ('refunding', 'refunded')), 0) as sold
        from order_lines l join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
        left join flash_sales f on f.tenant_id = l.tenant_id and f.id = l.sale_id
        where l.sku_id = s.sku_id) o
      where s.reserved <> o.reserved or s.sold <> o.sold`,
  ],
  [
    'a flash sale has taken what its orders and offers say, and counts its unpaid ones',
    ({ sql }) => sql`
      select f.id, f.allocation, f.taken, f.unpaid_orders, o.taken as ordered, o.unpaid from flash_sales f, lateral (
        select coalesce(sum(l.quantity) filter (where o.paid_at is not null and o.status not in ('refunding', 'refunded')
              or o.status = 'pending_payment' and f.allocation = 'hold'), 0)
            + (select count(*) from sale_waiters w where w.tenant_id = f.tenant_id and w.sale_id = f.id and w.status = 'offered') as taken,
          count(distinct o.id) filter (where o.status = 'pending_payment' and f.allocation = 'first_paid') as unpaid
        from order_lines l join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
        where l.tenant_id = f.tenant_id and l.sale_id = f.id) o
      where f.taken <> o.taken or f.unpaid_orders <> o.unpaid or f.taken > f.quantity`,
  ],
  [
    'nobody waits for units that are free, and no offer is past its time',
    ({ sql }) => sql`
      select w.id, w.status, w.offer_until, f.quantity - f.taken as left, s.available from sale_waiters w
      join flash_sales f on f.tenant_id = w.tenant_id and f.id = w.sale_id
      join stock s on s.tenant_id = f.tenant_id and s.sku_id = f.sku_id
      where w.status = 'waiting' and sale_is_open(f, now()) and least(f.quantity - f.taken, s.available) > 0
        or w.status = 'offered' and w.offer_until < now() - interval '5 s'`,
  ],
  [
    'offers went in the order of joining',
    ({ sql }) => sql`
      select later.id, earlier.id as before from sale_waiters later join sale_waiters earlier
        on earlier.tenant_id = later.tenant_id and earlier.sale_id = later.sale_id and earlier.place < later.place
      where earlier.offered_at > later.offered_at`,
  ],
  [
    'nobody has more than their limit',
    ({ sql }) => sql`
      select l.sku_id, o.person_id, sum(l.quantity) as has, k.per_buyer_limit
      from order_lines l join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
      join skus k on k.tenant_id = l.tenant_id and k.id = l.sku_id
      left join flash_sales f on f.tenant_id = l.tenant_id and f.id = l.sale_id
      where o.status not in ('cancelled', 'expired', 'refunding', 'refunded')
        and (o.status <> 'pending_payment' or f.allocation is distinct from 'first_paid')
      group by l.sku_id, o.person_id, k.per_buyer_limit having sum(l.quantity) > k.per_buyer_limit`,
  ],
  [
    'what buyers are counted to have is what they have',
    ({ sql }) => sql`
      select c.sku_id, c.person_id, c.quantity, coalesce(sum(l.quantity), 0) as has
      from buyer_counts c left join (
        order_lines l join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
          and o.status not in ('cancelled', 'expired', 'refunding', 'refunded')
        left join flash_sales f on f.tenant_id = l.tenant_id and f.id = l.sale_id)
        on l.sku_id = c.sku_id and o.person_id = c.person_id
          and (o.status <> 'pending_payment' or f.allocation is distinct from 'first_paid')
      where c.scope = '' group by c.sku_id, c.person_id, c.quantity having c.quantity <> coalesce(sum(l.quantity), 0)`,
  ],
  [
    'captured money is a paid order or is given back',
    ({ sql }) => sql`
      select p.id, p.status, p.captured_minor, p.refunded_minor, o.status as "order" from payments p
      join payment_allocations a on a.payment_id = p.id
      join orders o on o.tenant_id = a.tenant_id and o.id = a.order_id
      where p.captured_minor > p.refunded_minor and o.paid_at is null`,
  ],
  [
    'an order is paid once at most',
    ({ sql }) => sql`
      select a.order_id, sum(p.captured_minor - p.refunded_minor) as paid, o.total_minor from payment_allocations a
      join payments p on p.id = a.payment_id join orders o on o.tenant_id = a.tenant_id and o.id = a.order_id
      group by a.order_id, o.total_minor, o.paid_at
      having sum(p.captured_minor - p.refunded_minor) <> case when o.paid_at is null then 0 else o.total_minor end`,
  ],
  [
    'no more is given back than was captured, and all of it',
    ({ sql }) => sql`
      select p.id, p.captured_minor, p.refunded_minor, r.asked from payments p, lateral (
        select coalesce(sum(amount_minor), 0) as asked from refunds where payment_id = p.id) r
      where p.refunded_minor > p.captured_minor or r.asked <> p.refunded_minor`,
  ],
  [
    'the books of the sandbox and ours agree',
    ({ sql }) => sql`
      select p.id, p.status, p.captured_minor, p.refunded_minor, s.choice, s.refunded_minor as given from payments p
      left join sandbox_payments s on s.ref = p.provider_ref
      where p.provider = 'sandbox' and p.provider_ref is not null and (s.ref is null
        or p.captured_minor <> case when s.choice <> 'decline' then s.amount_minor else 0 end
        or p.refunded_minor <> s.refunded_minor)`,
  ],
  [
    'the ledger sums to zero',
    ({ sql }) => sql`
      select currency, sum(amount_minor) as sum from ledger_entries group by currency having sum(amount_minor) <> 0`,
  ],
  ['the outbox is empty', ({ sql }) => sql`select topic, state, attempts, last_error from outbox limit 5`],
  [
    'no unpaid order is past its time',
    ({ sql }) =>
      sql`select id from orders where status = 'pending_payment' and expires_at < now() - interval '5 s'`,
  ],
]

const SHOWN_MAX = 5

const told = (rule: string, rows: readonly object[]): string[] => [
  ...rows.slice(0, SHOWN_MAX).map((row) => `${rule}: ${JSON.stringify(row)}`),
  ...(rows.length > SHOWN_MAX ? [`${rule}: and ${rows.length - SHOWN_MAX} more`] : []),
]

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
