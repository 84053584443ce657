import { lastRefunds, type Rule } from './rules.ts'

/** How far apart two times may be of which it is not known which transaction committed first. */
const UNSURE = '10 s'

/** Money and coins: taken, given back, tipped, paid out, and booked. */
export const MONEY_RULES: readonly Rule[] = [
  [
    'captured money is a paid order, or coins, or is given back, or waits for who pays it back',
    (db) => db.sql`
      select p.id, p.status, p.captured_minor, p.refunded_minor, r.minor, o.status as "order", c.status as coins from payments p
      join payment_allocations a on a.payment_id = p.id
      left join orders o on o.tenant_id = a.tenant_id and o.id = a.order_id
      left join coin_purchases c on c.id = a.coin_purchase_id, lateral (
        select coalesce(sum(amount_minor), 0) as minor from ${lastRefunds(db)} r where payment_id = p.id) r
      where p.captured_minor > r.minor and o.paid_at is null and c.status is distinct from 'credited'`,
  ],
  [
    'an order is paid once at most, and its merchant gives back no more than that',
    (db) => db.sql`
      select o.id, o.status, o.total_minor, p.paid, r.given from orders o, lateral (
        select coalesce(sum(p.captured_minor - late.minor), 0) as paid from payments p
        join payment_allocations a on a.payment_id = p.id, lateral (
          select coalesce(sum(amount_minor), 0) as minor from ${lastRefunds(db)} r
          where payment_id = p.id and requested_by is null) late
        where a.tenant_id = o.tenant_id and a.order_id = o.id) p, lateral (
        select coalesce(sum(amount_minor), 0) as given from refunds
        where tenant_id = o.tenant_id and order_id = o.id and requested_by is not null and status in ('done', 'elsewhere')) r
      where p.paid <> case when o.paid_at is null then 0 else o.total_minor end or r.given > p.paid
        or (o.status = 'refunded') <> (o.paid_at is not null and r.given = o.total_minor)`,
  ],
  [
    'all units given back are all of the money for goods, and the rest stays',
    (db) => db.sql`
      select l.order_id, l.units, l.refunded, l.goods, r.given from (
        select tenant_id, order_id, sum(quantity) as units, sum(refunded_quantity) as refunded,
          sum(unit_price_minor * quantity) + coalesce((select sum(a.amount_minor) from order_adjustments a
            where a.tenant_id = l.tenant_id and a.order_id = l.order_id and a.line_id is not null), 0) as goods
        from order_lines l group by 1, 2) l, lateral (
        select coalesce(sum(amount_minor), 0) as given from ${lastRefunds(db)} r
        where r.tenant_id = l.tenant_id and r.order_id = l.order_id and requested_by is not null
          and (status <> 'failed' or restocked)) r
      where l.refunded = l.units and r.given < l.goods or l.refunded < l.units and r.given >= l.goods
        or l.refunded = 0 and r.given > 0`,
  ],
  [
    'of a payment no more is given back than was captured, and all that was asked for and not refused',
    ({ sql }) => sql`
      select p.id, p.captured_minor, p.refunded_minor, r.given, r.open from payments p, lateral (
        select coalesce(sum(amount_minor) filter (where status = 'done'), 0) as given,
          count(*) filter (where status = 'requested') as open
        from refunds where payment_id = p.id) r
      where p.refunded_minor > p.captured_minor or r.given <> p.refunded_minor or r.open > 0`,
  ],
  [
    'a refund is asked for once a key',
    ({ sql }) => sql`
      select order_id, reason, count(*) as refunds from refunds where requested_by is not null and again_of is null
      group by 1, 2 having count(*) > 1`,
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
    'each transfer of the ledger sums to zero',
    ({ sql }) => sql`
      select transfer_id, currency, sum(amount_minor) as sum from ledger_entries
      group by 1, 2 having sum(amount_minor) <> 0`,
  ],
  [
    'no wallet is below zero: it has what was bought and not tipped',
    ({ sql }) => sql`
      select a.owner_id, ledger_balance(a.id) as has, c.bought, t.tipped from ledger_accounts a, lateral (
        select coalesce(sum(coins), 0) as bought from coin_purchases where person_id = a.owner_id and status = 'credited') c, lateral (
        select coalesce(sum(coins), 0) as tipped from tips where person_id = a.owner_id) t
      where a.kind = 'wallet' and (ledger_balance(a.id) < 0 or ledger_balance(a.id) <> c.bought - t.tipped)`,
  ],
  [
    'a merchant has earned the tips that were sent',
    ({ sql }) => sql`
      select tenant_id, sum(coins) as tipped from tips group by 1
      having sum(coins) <> coalesce((select ledger_balance(id) from ledger_accounts
        where owner_kind = 'tenant' and owner_id = tenant_id and kind = 'earnings' and currency = 'COIN'), 0)`,
  ],
  [
    'coins are issued as often as they are paid for',
    ({ sql }) => sql`
      select c.id, c.status, p.status as payment from coin_purchases c
      join payment_allocations a on a.coin_purchase_id = c.id join payments p on p.id = a.payment_id
      where (c.status = 'credited') <> (p.captured_minor > 0)
        or (c.status = 'credited') <> exists (select from ledger_transfers t where t.kind = 'coins_bought' and t.ref = c.id)`,
  ],
  [
    'what was asked to be paid out was earned by then',
    ({ sql }) => sql`
      select y.id, y.amount_minor, y.state, had.minor from payouts y
      join ledger_accounts s on s.owner_kind = 'tenant' and s.owner_id = y.tenant_id and s.kind = 'sales', lateral (
        select coalesce(sum(e.amount_minor), 0) as minor from ledger_entries e join ledger_transfers t on t.id = e.transfer_id
        where e.account_id = s.id and t.ref <> y.id
          and e.created_at < y.created_at + case when e.amount_minor > 0 then 1 else -1 end * ${UNSURE}::text::interval) had
      where y.amount_minor > had.minor`,
  ],
  [
    'a merchant has what was paid, less refunds and payouts; payouts are due, paid or back',
    ({ sql }) => sql`
      select t.id, sales.has, sales.paid, sales.given, due.has as due, y.* from tenants t, lateral (
        select coalesce(sum(amount_minor), 0) as asked, coalesce(sum(amount_minor) filter (where state <> 'refused'), 0) as out,
          coalesce(sum(amount_minor) filter (where state = 'requested'), 0) as open
        from payouts where tenant_id = t.id) y, lateral (
        select coalesce(sum(e.amount_minor), 0) as has, coalesce(sum(e.amount_minor) filter (where x.kind = 'order_paid'), 0) as paid,
          coalesce(-sum(e.amount_minor) filter (where x.kind in ('order_refund', 'order_refund_failed', 'refund_elsewhere')), 0) as given
        from ledger_accounts s join ledger_entries e on e.account_id = s.id join ledger_transfers x on x.id = e.transfer_id
        where s.owner_kind = 'tenant' and s.owner_id = t.id and s.kind = 'sales') sales, lateral (
        select coalesce(sum(e.amount_minor), 0) as has from ledger_accounts s join ledger_entries e on e.account_id = s.id
        where s.owner_kind = 'tenant' and s.owner_id = t.id and s.kind = 'payouts_due') due
      where sales.has <> sales.paid - sales.given - y.out or y.out > sales.paid or due.has <> y.open
        or sales.paid <> (select coalesce(sum(e.amount_minor), 0) from order_payees e
          join orders o on o.tenant_id = e.tenant_id and o.id = e.order_id
          where o.tenant_id = t.id and o.paid_at is not null and e.kind = 'merchant')
        or sales.given > (select coalesce(sum(amount_minor), 0) from refunds where tenant_id = t.id and requested_by is not null)`,
  ],
  [
    'who is to have money back has it, or a provider refuses to give it',
    (db) => db.sql`
      select a.currency, ledger_balance(a.id) as owed, r.refused from ledger_accounts a, lateral (
        select coalesce(sum(r.amount_minor), 0) as refused from ${lastRefunds(db)} r join payments p on p.id = r.payment_id
        where r.status = 'failed' and r.requested_by is null and p.currency = a.currency) r
      where a.kind = 'refunds_due' and ledger_balance(a.id) <> r.refused`,
  ],
]
