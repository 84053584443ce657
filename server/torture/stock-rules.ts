import { linesAtRest, type Rule } from './rules.ts'

/** Units: on shelves, in orders and flash sales, set aside for who waits, and sent. */
export const STOCK_RULES: readonly Rule[] = [
  [
    'on hand = available + reserved + sold, none below zero',
    ({ sql }) => sql`
      select sku_id, on_hand, available, reserved, sold from stock
      where on_hand <> available + reserved + sold or least(available, reserved, sold) < 0`,
  ],
  [
    'reserved and sold are what orders, refunds and offers to waiting lists say',
    (db) => db.sql`
      select s.sku_id, s.reserved, s.sold, o.reserved as ordered, o.sold as bought from stock s, lateral (
        select coalesce(sum(l.taken), 0)
            + (select count(*) from sale_waiters w join flash_sales x on x.tenant_id = w.tenant_id and x.id = w.sale_id
              where x.sku_id = s.sku_id and w.status = 'offered') as reserved,
          coalesce(sum(l.sold), 0) as sold
        from ${linesAtRest(db)} l where l.sku_id = s.sku_id) o
      where s.reserved <> o.reserved or s.sold <> o.sold`,
  ],
  [
    'a flash sale has taken what its orders and offers say, and counts its unpaid ones',
    (db) => db.sql`
      select f.id, f.allocation, f.taken, f.unpaid_orders, o.taken as ordered, o.unpaid from flash_sales f, lateral (
        select coalesce(sum(l.taken + l.sold), 0)
            + (select count(*) from sale_waiters w where w.tenant_id = f.tenant_id and w.sale_id = f.id and w.status = 'offered') as taken,
          count(distinct l.order_id) filter (where l.status = 'pending_payment' and f.allocation = 'first_paid') as unpaid
        from ${linesAtRest(db)} l where l.sale_id = f.id) o
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
    'nobody has more of a SKU than its limit',
    (db) => db.sql`
      select l.sku_id, l.person_id, sum(l.taken + l.sold) as has, k.per_buyer_limit from ${linesAtRest(db)} l
      join skus k on k.tenant_id = l.tenant_id and k.id = l.sku_id
      group by l.sku_id, l.person_id, k.per_buyer_limit having sum(l.taken + l.sold) > k.per_buyer_limit`,
  ],
  [
    'nobody has more of a flash sale than its own limit',
    (db) => db.sql`
      select l.sale_id, l.person_id, sum(l.taken + l.sold) as has, f.per_buyer_limit from ${linesAtRest(db)} l
      join flash_sales f on f.tenant_id = l.tenant_id and f.id = l.sale_id
      group by l.sale_id, l.person_id, f.per_buyer_limit having sum(l.taken + l.sold) > f.per_buyer_limit`,
  ],
  [
    'what buyers are counted to have, of SKUs and of sales, is what they have',
    (db) => db.sql`
      with has as (
        select sku_id, scope, person_id, sum(taken + sold) as quantity
        from ${linesAtRest(db)} l, unnest(array['', l.sale_id]) scope where scope is not null group by 1, 2, 3
      )
      select sku_id, scope, person_id, c.quantity as counted, has.quantity as has
      from buyer_counts c full join has using (sku_id, scope, person_id)
      where coalesce(c.quantity, 0) <> coalesce(has.quantity, 0)`,
  ],
  [
    'every version of a sale’s terms is kept, and the last is how it stands',
    ({ sql }) => sql`
      select f.id, f.terms_version, c.versions, c.last from flash_sales f, lateral (
        select count(*) as versions, max(version) as most,
          (array_agg(after order by version desc))[1] as last from sale_changes
        where tenant_id = f.tenant_id and sale_id = f.id) c
      where c.versions > 0 and (c.versions <> f.terms_version or c.most <> f.terms_version or c.last <> sale_terms(f))`,
  ],
  [
    'no unit is sent twice',
    ({ sql }) => sql`
      select l.id, l.quantity, sum(p.quantity) as sent from order_lines l
      join parcel_lines p on p.tenant_id = l.tenant_id and p.line_id = l.id
      group by l.tenant_id, l.id having sum(p.quantity) > l.quantity`,
  ],
]
