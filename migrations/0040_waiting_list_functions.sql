-- Waiting lists of flash sales, and sales that go to who pays first. Lock order as before: orders, stock rows by SKU,
-- flash sales by SKU; then places on the waiting list.

-- A place on a waiting list as its person sees it (SaleWait of shared/protocol/parts.ts).
create function wait_view(w sale_waiters) returns jsonb language sql stable as $$
  select jsonb_build_object('saleId', w.sale_id, 'status', w.status,
    'ahead', (select count(*) from sale_waiters o
      where o.tenant_id = w.tenant_id and o.sale_id = w.sale_id and o.status = 'waiting' and o.place < w.place),
    'until', case when w.status = 'offered' then (extract(epoch from w.offer_until) * 1000)::bigint end)
$$;
--> statement-breakpoint

-- Tells a person what became of their place, once this is committed.
create function tell_wait(w sale_waiters) returns void language sql as $$
  insert into outbox (topic, key, payload)
    select 'sale.wait', w.id, jsonb_build_object('showId', f.show_id, 'personId', w.person_id, 'wait', wait_view(w))
    from flash_sales f where f.tenant_id = w.tenant_id and f.id = w.sale_id
$$;
--> statement-breakpoint

-- Whether a person may have one more unit of a sale.
create function may_have_one(p_sale flash_sales, p_person_id text) returns boolean language sql stable as $$
  select not exists (
      select from buyer_counts c where c.tenant_id = p_sale.tenant_id and c.sku_id = p_sale.sku_id
        and c.scope = p_sale.id and c.person_id = p_person_id and c.quantity >= p_sale.per_buyer_limit)
    and not exists (
      select from skus k join buyer_counts c on c.tenant_id = k.tenant_id and c.sku_id = k.id
        and c.scope = '' and c.person_id = p_person_id
      where k.tenant_id = p_sale.tenant_id and k.id = p_sale.sku_id and c.quantity >= k.per_buyer_limit)
$$;
--> statement-breakpoint

-- Offers what is free of a sale to those who wait for it, in their order, one unit each: from now on it is reserved for
-- them. Who has reached the limit meanwhile, with units that came another way, gives up the place. The caller has locked
-- the stock row. An offer ends with the sale at the latest; a trigger knows no clock but the database's.
create function offer_units(p_tenant_id text, p_sale_id text) returns void language plpgsql set enable_seqscan = off as $$
declare
  v_at constant timestamptz := clock_timestamp();
  v_sale flash_sales;
  v_wait sale_waiters;
  v_free integer;
  v_offered integer := 0;
begin
  select * into v_sale from flash_sales where tenant_id = p_tenant_id and id = p_sale_id for no key update;
  if not sale_is_open(v_sale, v_at) then return; end if;
  select least(v_sale.quantity - v_sale.taken, s.available) into v_free
    from stock s where s.tenant_id = p_tenant_id and s.sku_id = v_sale.sku_id;
  while v_offered < v_free loop
    update sale_waiters set status = 'offered', offered_at = v_at,
        offer_until = least(v_sale.ends_at, v_at + offer_ms * interval '1 millisecond')
      where tenant_id = p_tenant_id and id = (
        select id from sale_waiters where tenant_id = p_tenant_id and sale_id = p_sale_id and status = 'waiting'
        order by place limit 1)
      returning * into v_wait;
    exit when not found;
    if may_have_one(v_sale, v_wait.person_id) then
      v_offered := v_offered + 1;
    else
      update sale_waiters set status = 'left' where tenant_id = p_tenant_id and id = v_wait.id returning * into v_wait;
    end if;
    perform tell_wait(v_wait);
  end loop;
  if v_offered = 0 then return; end if;
  update stock set available = available - v_offered, reserved = reserved + v_offered
    where tenant_id = p_tenant_id and sku_id = v_sale.sku_id;
  update flash_sales set taken = taken + v_offered where tenant_id = p_tenant_id and id = p_sale_id;
end $$;
--> statement-breakpoint

-- Whatever gives units back (an order that ends, a refund, a delivery, an offer that lapses): who waits has them before
-- anybody else can see them, in the same transaction. Taking units costs no more than the trigger's condition.
create function offer_freed() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  v_sale_id text;
begin
  if tg_table_name = 'flash_sales' then
    v_sale_id := new.id;
  else
    select id into v_sale_id from flash_sales
      where tenant_id = new.tenant_id and sku_id = new.sku_id and status in ('countdown', 'running');
  end if;
  if exists (select from sale_waiters where tenant_id = new.tenant_id and sale_id = v_sale_id and status = 'waiting') then
    perform offer_units(new.tenant_id, v_sale_id);
  end if;
  return null;
end $$;
--> statement-breakpoint

create trigger flash_sales_freed after update of taken on flash_sales
  for each row when (new.taken < old.taken) execute function offer_freed();
--> statement-breakpoint

create trigger stock_freed after update of available on stock
  for each row when (new.available > old.available) execute function offer_freed();
--> statement-breakpoint

-- Locks the stock row of a sale, then the sale. Answers the sale; its id is null where there is none.
create function lock_sale(p_tenant_id text, p_sale_id text) returns flash_sales language plpgsql as $$
declare
  v_sale flash_sales;
begin
  perform 1 from stock s join flash_sales f on f.tenant_id = s.tenant_id and f.sku_id = s.sku_id
    where f.tenant_id = p_tenant_id and f.id = p_sale_id for no key update of s;
  select * into v_sale from flash_sales where tenant_id = p_tenant_id and id = p_sale_id for no key update;
  return v_sale;
end $$;
--> statement-breakpoint

-- Gives units that were set aside for offers back to the sale, from where the trigger offers them to the next.
create function free_offered(p_sale flash_sales, p_units integer) returns void language plpgsql as $$
begin
  if p_units = 0 then return; end if;
  update stock set available = available + p_units, reserved = reserved - p_units
    where tenant_id = p_sale.tenant_id and sku_id = p_sale.sku_id;
  update flash_sales set taken = taken - p_units where tenant_id = p_sale.tenant_id and id = p_sale.id;
  insert into outbox (topic, key, payload) values ('stock.changed', p_sale.sku_id,
    jsonb_build_object('tenantId', p_sale.tenant_id, 'skuIds', jsonb_build_array(p_sale.sku_id)));
end $$;
--> statement-breakpoint

-- A place on the waiting list of a sale that runs and is sold out: {"wait": …}, the one that the person has already where
-- they have one; or {"code", "extra"}.
create function join_waiting_list(
  p_tenant_id text, p_show_id text, p_sale_id text, p_person_id text, p_id text, p_max integer, p_offer_ms integer, p_now timestamptz)
returns jsonb language plpgsql set enable_seqscan = off as $$
declare
  v_sale constant flash_sales := lock_sale(p_tenant_id, p_sale_id);
  v_wait sale_waiters;
begin
  if v_sale.id is null or v_sale.show_id <> p_show_id then return jsonb_build_object('code', 'not_found'); end if;
  select * into v_wait from sale_waiters where tenant_id = p_tenant_id and sale_id = p_sale_id
    and person_id = p_person_id and status in ('waiting', 'offered');
  if found then return jsonb_build_object('wait', wait_view(v_wait)); end if;
  if not sale_is_open(v_sale, p_now) then
    return jsonb_build_object('code', 'sale_not_running', 'extra', jsonb_build_object('saleId', p_sale_id));
  end if;
  if v_sale.allocation <> 'hold' or (v_sale.taken < v_sale.quantity and exists (
    select from stock s where s.tenant_id = p_tenant_id and s.sku_id = v_sale.sku_id and s.available > 0)) then
    return jsonb_build_object('code', 'waiting_list_closed');
  end if;
  if not may_have_one(v_sale, p_person_id) then
    return jsonb_build_object('code', 'buyer_limit', 'extra', jsonb_build_object(
      'skuId', v_sale.sku_id, 'saleId', p_sale_id, 'limit', v_sale.per_buyer_limit));
  end if;
  if (select count(*) >= p_max from sale_waiters
      where tenant_id = p_tenant_id and sale_id = p_sale_id and status = 'waiting') then
    return jsonb_build_object('code', 'waiting_list_full', 'extra', jsonb_build_object('max', p_max));
  end if;
  insert into sale_waiters (tenant_id, id, sale_id, person_id, offer_ms, created_at)
    values (p_tenant_id, p_id, p_sale_id, p_person_id, p_offer_ms, p_now) returning * into v_wait;
  return jsonb_build_object('wait', wait_view(v_wait));
end $$;
--> statement-breakpoint

-- Gives up a place; a unit that was offered to it goes to the next. Answers whether there was one.
create function leave_waiting_list(p_tenant_id text, p_sale_id text, p_person_ids text[])
returns boolean language plpgsql set enable_seqscan = off as $$
declare
  v_sale constant flash_sales := lock_sale(p_tenant_id, p_sale_id);
  v_was text[];
begin
  select array_agg(status) into v_was from sale_waiters
    where tenant_id = p_tenant_id and sale_id = p_sale_id and person_id = any(p_person_ids) and status in ('waiting', 'offered');
  update sale_waiters set status = 'left'
    where tenant_id = p_tenant_id and sale_id = p_sale_id and person_id = any(p_person_ids) and status in ('waiting', 'offered');
  perform free_offered(v_sale, coalesce(cardinality(array_positions(v_was, 'offered')), 0));
  return v_was is not null;
end $$;
--> statement-breakpoint

-- What time does to a waiting list: offers lapse and go to the next; with the sale every place is over. Answers how many.
create function sweep_waiting_list(p_tenant_id text, p_sale_id text, p_now timestamptz)
returns integer language plpgsql set enable_seqscan = off as $$
declare
  v_sale constant flash_sales := lock_sale(p_tenant_id, p_sale_id);
  v_open constant boolean := sale_is_open(v_sale, p_now);
  v_wait sale_waiters;
  v_freed integer := 0;
  v_count integer := 0;
begin
  for v_wait in select * from sale_waiters
    where tenant_id = p_tenant_id and sale_id = p_sale_id and (status = 'offered' and offer_until <= p_now
      or not v_open and status in ('waiting', 'offered')) order by place loop
    v_freed := v_freed + (v_wait.status = 'offered')::int;
    v_count := v_count + 1;
    update sale_waiters set status = case when v_open then 'lapsed' else 'over' end
      where tenant_id = p_tenant_id and id = v_wait.id returning * into v_wait;
    perform tell_wait(v_wait);
  end loop;
  perform free_offered(v_sale, v_freed);
  return v_count;
end $$;
--> statement-breakpoint

-- As before, with the sale's allocation.
create or replace function sale_view(s flash_sales) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', s.id, 'skuId', s.sku_id, 'productId', k.product_id, 'title', p.title, 'status', s.status,
    'priceMinor', s.price_minor, 'listPriceMinor', k.price_minor, 'quantity', s.quantity,
    'left', greatest(0, least(s.quantity - s.taken, coalesce(t.available, 0))),
    'perBuyerLimit', s.per_buyer_limit, 'allocation', s.allocation,
    'countdownS', s.countdown_s, 'durationS', s.duration_s,
    'startsAt', (extract(epoch from s.starts_at) * 1000)::bigint,
    'endsAt', (extract(epoch from s.ends_at) * 1000)::bigint)
  from skus k
  join products p on p.tenant_id = k.tenant_id and p.id = k.product_id
  left join stock t on t.tenant_id = k.tenant_id and t.sku_id = k.id
  where k.tenant_id = s.tenant_id and k.id = s.sku_id
$$;
--> statement-breakpoint

-- As before, but a line that takes up an offer (`offered`) needs no free unit: it is reserved already.
create or replace function units_refusal(p_tenant_id text, p_person_id text, p_lines jsonb, p_at timestamptz)
returns jsonb language plpgsql as $$ begin return (
  with asked as (
    select l->>'skuId' as sku_id, l->>'saleId' as sale_id, (l->>'quantity')::int as quantity,
      case when (l->>'offered')::boolean then 0 else (l->>'quantity')::int end as free
    from jsonb_array_elements(p_lines) l
  ), by_sku as (
    select sku_id, sum(quantity) as quantity, sum(free) as free from asked group by 1
  ), by_sale as (
    select sale_id, sku_id, sum(quantity) as quantity, sum(free) as free from asked where sale_id is not null group by 1, 2
  )
  select jsonb_build_object('code', code, 'extra', extra) from (
    select 1 as rank, 'sale_not_running' as code, jsonb_build_object('saleId', b.sale_id) as extra
      from by_sale b left join flash_sales f
        on f.tenant_id = p_tenant_id and f.id = b.sale_id and f.sku_id = b.sku_id
      where p_at is not null and (f.id is null or not sale_is_open(f, p_at))
    union all
    select 2, 'sold_out', jsonb_build_object('skuId', b.sku_id, 'left', coalesce(s.available, 0))
      from by_sku b left join stock s on s.tenant_id = p_tenant_id and s.sku_id = b.sku_id
      where coalesce(s.available, 0) < b.free
    union all
    select 3, 'sold_out', jsonb_build_object('skuId', b.sku_id, 'saleId', b.sale_id, 'left', f.quantity - f.taken)
      from by_sale b join flash_sales f on f.tenant_id = p_tenant_id and f.id = b.sale_id
      where f.quantity - f.taken < b.free
    union all
    select 4, 'buyer_limit', jsonb_build_object('skuId', b.sku_id, 'limit', k.per_buyer_limit, 'has', coalesce(c.quantity, 0))
      from by_sku b join skus k on k.tenant_id = p_tenant_id and k.id = b.sku_id
      left join buyer_counts c on c.tenant_id = p_tenant_id and c.sku_id = b.sku_id and c.scope = '' and c.person_id = p_person_id
      where coalesce(c.quantity, 0) + b.quantity > k.per_buyer_limit
    union all
    select 5, 'buyer_limit', jsonb_build_object('skuId', b.sku_id, 'saleId', b.sale_id, 'limit', f.per_buyer_limit, 'has', coalesce(c.quantity, 0))
      from by_sale b join flash_sales f on f.tenant_id = p_tenant_id and f.id = b.sale_id
      left join buyer_counts c on c.tenant_id = p_tenant_id and c.sku_id = b.sku_id and c.scope = b.sale_id and c.person_id = p_person_id
      where coalesce(c.quantity, 0) + b.quantity > f.per_buyer_limit
  ) refusals
  order by rank limit 1
); end $$;
--> statement-breakpoint

-- Those of an order's lines whose units an order takes; `p_first_paid` the others, whose units a payment takes.
create function lines_by_allocation(p_tenant_id text, p_lines jsonb, p_first_paid boolean) returns jsonb
language sql stable as $$
  select coalesce(jsonb_agg(l), '[]') from jsonb_array_elements(p_lines) l
  left join flash_sales f on f.tenant_id = p_tenant_id and f.id = l->>'saleId'
  where (f.allocation is not distinct from 'first_paid') = p_first_paid
$$;
--> statement-breakpoint

-- Why an order cannot be on its sales' terms: its offer is over, or too many orders of a sale wait for payment.
create function terms_refusal(p_tenant_id text, p_person_id text, p_lines jsonb, p_unpaid_max integer, p_now timestamptz)
returns jsonb language sql stable set enable_seqscan = off as $$
  select jsonb_build_object('code', code, 'extra', jsonb_build_object('saleId', sale_id)) from (
    select 'offer_over' as code, l->>'saleId' as sale_id from jsonb_array_elements(p_lines) l
      where (l->>'offered')::boolean and ((l->>'quantity')::int <> 1 or not exists (
        select from sale_waiters w where w.tenant_id = p_tenant_id and w.sale_id = l->>'saleId'
          and w.person_id = p_person_id and w.status = 'offered' and w.offer_until > p_now))
    union all
    select 'sale_busy', f.id from jsonb_array_elements(p_lines) l
      join flash_sales f on f.tenant_id = p_tenant_id and f.id = l->>'saleId'
      where f.allocation = 'first_paid' and f.unpaid_orders >= p_unpaid_max
  ) refusals limit 1
$$;
--> statement-breakpoint

-- What an order takes when it is placed, on its sales' terms: free units; or the one that was offered; or, where who pays
-- first is served first, nothing but a place among the unpaid.
create function take_on_terms(p_tenant_id text, p_person_id text, p_order_id text, p_lines jsonb)
returns void language plpgsql set enable_seqscan = off as $$
declare
  v_held constant jsonb := lines_by_allocation(p_tenant_id, p_lines, false);
begin
  perform take_units(p_tenant_id, p_person_id, (
    select coalesce(jsonb_agg(l), '[]') from jsonb_array_elements(v_held) l where (l->>'offered')::boolean is not true), 'reserved');
  update sale_waiters w set status = 'bought', order_id = p_order_id from jsonb_array_elements(v_held) l
    where (l->>'offered')::boolean and w.tenant_id = p_tenant_id and w.sale_id = l->>'saleId'
      and w.person_id = p_person_id and w.status = 'offered';
  insert into buyer_counts (tenant_id, sku_id, scope, person_id, quantity)
    select p_tenant_id, l->>'skuId', scope, p_person_id, sum((l->>'quantity')::int)
    from jsonb_array_elements(v_held) l, unnest(array['', l->>'saleId']) scope
    where (l->>'offered')::boolean group by 2, 3
    on conflict (tenant_id, sku_id, scope, person_id) do update set quantity = buyer_counts.quantity + excluded.quantity;
  update flash_sales f set unpaid_orders = f.unpaid_orders + 1
    where f.tenant_id = p_tenant_id and f.allocation = 'first_paid'
      and f.id in (select l->>'saleId' from jsonb_array_elements(p_lines) l);
end $$;
--> statement-breakpoint

-- place_orders for those that take up an offer or are of a sale that goes to who pays first: each on its own merits.
create function place_on_terms(p_tenant_id text, p_orders jsonb, p_unpaid_max integer, p_now timestamptz)
returns table (order_id text, status integer, response jsonb, replayed boolean) language plpgsql set enable_seqscan = off as $$
declare
  o jsonb;
  refusal jsonb;
  placed text[] := '{}';
  buyer text := '';
  of_buyer integer := 0;
begin
  perform lock_stock(p_tenant_id, (
    select jsonb_agg(l) from jsonb_array_elements(p_orders) ord, jsonb_array_elements(ord->'lines') l));
  for o in select value from jsonb_array_elements(p_orders) order by value->>'personId', value->>'key' loop
    order_id := o->>'id';
    if o->>'personId' <> buyer then
      buyer := o->>'personId';
      of_buyer := 0;
    end if;
    select k.status, k.response into status, response from kept_answer(buyer, o->>'route', o->>'key', o->>'requestHash') k;
    replayed := found;
    if not replayed then
      refusal := coalesce(
        unpaid_refusal(buyer, (o->>'unpaidMax')::int, of_buyer),
        terms_refusal(p_tenant_id, buyer, o->'lines', p_unpaid_max, p_now),
        units_refusal(p_tenant_id, buyer, o->'lines', p_now));
      if refusal is null then
        perform take_on_terms(p_tenant_id, buyer, order_id, o->'lines');
        placed := placed || order_id;
        of_buyer := of_buyer + 1;
      end if;
      status := case when refusal is null then 201 else 409 end;
      response := coalesce(refusal, o->'view');
      perform keep_answer(buyer, o->>'route', o->>'key', o->>'requestHash', status, response);
    end if;
    return next;
  end loop;
  if placed <> '{}' then perform write_orders(p_tenant_id, p_orders, placed, p_now); end if;
end $$;
--> statement-breakpoint

-- As before; an order of a sale that goes to who pays first has taken nothing but a place among the unpaid.
create or replace function give_back_units(p_order_ids text[]) returns void language plpgsql as $$
begin
  update stock s set available = s.available + b.quantity, reserved = s.reserved - b.quantity
    from (select l.tenant_id, l.sku_id, sum(l.quantity) as quantity
          from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
          left join flash_sales f on f.tenant_id = l.tenant_id and f.id = l.sale_id
          where o.id = any(p_order_ids) and f.allocation is distinct from 'first_paid' group by 1, 2) b
    where s.tenant_id = b.tenant_id and s.sku_id = b.sku_id;
  update buyer_counts c set quantity = c.quantity - b.quantity
    from (select l.tenant_id, l.sku_id, scope, o.person_id, sum(l.quantity) as quantity
          from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
          left join flash_sales f on f.tenant_id = l.tenant_id and f.id = l.sale_id, unnest(array['', l.sale_id]) scope
          where o.id = any(p_order_ids) and f.allocation is distinct from 'first_paid' and scope is not null group by 1, 2, 3, 4) b
    where c.tenant_id = b.tenant_id and c.sku_id = b.sku_id and c.scope = b.scope and c.person_id = b.person_id;
  update flash_sales f set
      taken = f.taken - case when f.allocation = 'hold' then b.quantity else 0 end,
      unpaid_orders = f.unpaid_orders - case when f.allocation = 'first_paid' then b.orders else 0 end
    from (select l.tenant_id, l.sale_id, sum(l.quantity) as quantity, count(distinct o.id) as orders
          from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
          where o.id = any(p_order_ids) and l.sale_id is not null group by 1, 2) b
    where f.tenant_id = b.tenant_id and f.id = b.sale_id;
end $$;
--> statement-breakpoint

-- The order's part of a captured payment: the order is paid, or its money goes back. What was held is sold; where who
-- pays first is served first, now is when the units are taken, or there are none.
-- Answers `paid`, `reallocated` (paid after it had expired, and its units were still there) or `refunding`.
create or replace function settle_order(p_payment payments, p_allocation payment_allocations, p_now timestamptz)
returns text language plpgsql as $$
declare
  v_order orders;
  v_lines jsonb;
  v_held jsonb;
  v_first_paid jsonb;
  v_clearing constant text := ledger_account('provider', p_payment.provider, 'clearing', p_payment.currency);
  v_outcome text := 'refunding';
  v_was text;
begin
  select * into strict v_order from orders where id = p_allocation.order_id for no key update;
  v_was := v_order.status;
  v_lines := order_lines_json(v_order.tenant_id, v_order.id);
  perform lock_stock(v_order.tenant_id, v_lines);
  v_first_paid := lines_by_allocation(v_order.tenant_id, v_lines, true);
  if v_was = 'pending_payment' and (v_first_paid = '[]'
      or units_refusal(v_order.tenant_id, v_order.person_id, v_first_paid, null) is null) then
    v_held := lines_by_allocation(v_order.tenant_id, v_lines, false);
    update stock s set reserved = s.reserved - b.quantity, sold = s.sold + b.quantity
      from (select l->>'skuId' as sku_id, sum((l->>'quantity')::int) as quantity
            from jsonb_array_elements(v_held) l group by 1) b
      where s.tenant_id = v_order.tenant_id and s.sku_id = b.sku_id;
    if v_first_paid <> '[]' then
      perform take_units(v_order.tenant_id, v_order.person_id, v_first_paid, 'sold');
      update flash_sales f set unpaid_orders = f.unpaid_orders - 1
        where f.tenant_id = v_order.tenant_id and f.id in (select l->>'saleId' from jsonb_array_elements(v_first_paid) l);
    end if;
    v_outcome := 'paid';
  elsif v_was = 'pending_payment' then
    perform give_back_units(array[v_order.id]);
    perform move_orders(array[v_order.id], 'cancelled', 'payments', 'sold out before it was paid', p_now);
  elsif v_was = 'expired' and units_refusal(v_order.tenant_id, v_order.person_id, v_lines, null) is null then
    perform take_units(v_order.tenant_id, v_order.person_id, v_lines, 'sold');
    v_outcome := 'reallocated';
  end if;
  if v_outcome = 'refunding' then
    perform ledger_transfer('late_payment', p_allocation.id, jsonb_build_array(
      ledger_entry(v_clearing, -p_allocation.amount_minor, p_payment.currency),
      ledger_entry(ledger_account('platform', 'shelfcast', 'refunds_due', p_payment.currency), p_allocation.amount_minor, p_payment.currency)));
    perform request_refund(p_payment, p_allocation.amount_minor, v_order.tenant_id, v_order.id,
      case v_was when 'pending_payment' then 'sold out before it was paid' else 'paid when the order was ' || v_was end);
    return v_outcome;
  end if;
  perform ledger_transfer('order_paid', p_allocation.id, (
    select jsonb_build_array(ledger_entry(v_clearing, -p_allocation.amount_minor, p_payment.currency))
      || jsonb_agg(ledger_entry(payee_account(y, p_payment.currency), y.amount_minor, p_payment.currency))
    from order_payees y where y.tenant_id = v_order.tenant_id and y.order_id = v_order.id and y.amount_minor > 0));
  perform move_orders(array[v_order.id], 'paid', 'payments', case v_outcome when 'reallocated' then 'paid late, units were left' else '' end, p_now);
  return v_outcome;
end $$;
--> statement-breakpoint

-- As before; nobody is sent to pay for what went to others who paid first.
create or replace function start_order_payment(
  p_person_id text, p_route text, p_key text, p_request_hash text, p_order_id text, p_provider text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_order orders;
  v_payment_id text;
  v_first_paid jsonb;
  v_refusal jsonb;
  kept record;
begin
  select * into v_order from orders where id = p_order_id and person_id in (select person_ids(p_person_id)) for no key update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  select * into kept from kept_answer(p_person_id, p_route, p_key, p_request_hash);
  if found then return kept.response; end if;
  if v_order.status <> 'pending_payment' or v_order.expires_at <= p_now then
    return jsonb_build_object('code', 'payment_not_payable', 'extra', jsonb_build_object('status', v_order.status));
  end if;
  v_first_paid := lines_by_allocation(v_order.tenant_id, order_lines_json(v_order.tenant_id, v_order.id), true);
  if v_first_paid <> '[]' then
    v_refusal := units_refusal(v_order.tenant_id, v_order.person_id, v_first_paid, null);
    if v_refusal is not null then return v_refusal; end if;
  end if;
  select p.id into v_payment_id from payments p join payment_allocations a on a.payment_id = p.id
    where a.tenant_id = v_order.tenant_id and a.order_id = v_order.id and p.provider = p_provider
      and p.status in ('created', 'pending');
  if v_payment_id is null then
    v_payment_id := new_id('pay');
    insert into payments (id, tenant_id, person_id, provider, amount_minor, currency, created_at)
      values (v_payment_id, v_order.tenant_id, p_person_id, p_provider, v_order.total_minor, v_order.currency, p_now);
    insert into payment_allocations (id, payment_id, tenant_id, order_id, amount_minor)
      values (new_id('alc'), v_payment_id, v_order.tenant_id, v_order.id, v_order.total_minor);
  end if;
  perform keep_answer(p_person_id, p_route, p_key, p_request_hash, 201, jsonb_build_object('paymentId', v_payment_id));
  return jsonb_build_object('paymentId', v_payment_id);
end $$;
--> statement-breakpoint

-- As before, with places on waiting lists.
create or replace function delete_account(p_person_id text, p_forfeit_coins boolean) returns jsonb language plpgsql as $$
declare
  v_mine constant text[] := array(select person_ids(p_person_id));
  v_wallet text;
  v_coins bigint := 0;
  v_refusal jsonb;
begin
  -- Held against orders, payments and memberships that come at the same moment: each refers to this row.
  perform 1 from tenants t join memberships m on m.tenant_id = t.id
    where m.person_id = any(v_mine) and m.role = 'owner' order by t.id for no key update of t;
  perform 1 from persons where id = any(v_mine) order by id for update;
  select id into v_wallet from ledger_accounts
    where owner_kind = 'person' and owner_id = p_person_id and kind = 'wallet' and currency = 'COIN' for update;
  if found then v_coins := ledger_balance(v_wallet); end if;
  v_refusal := deletion_refusal(v_mine, v_coins, p_forfeit_coins);
  if v_refusal is not null then return v_refusal; end if;
  if v_coins > 0 then perform forfeit_coins(p_person_id, v_wallet, v_coins); end if;

  delete from sessions where person_id = any(v_mine);
  delete from mailed_tokens where person_id = any(v_mine);
  delete from logins where person_id = any(v_mine);
  delete from addresses where person_id = any(v_mine);
  delete from show_reminders where person_id = any(v_mine);
  delete from notices where person_id = any(v_mine);
  delete from asserted_identities where person_id = any(v_mine);
  delete from cohost_invites where person_id = any(v_mine);
  delete from show_hosts where person_id = any(v_mine);
  delete from memberships where person_id = any(v_mine);
  delete from chat_lines where person_id = any(v_mine);
  delete from mutes where person_id = any(v_mine);
  -- What is set aside for them lapses with the next sweep, which locks the stock first.
  delete from sale_waiters where person_id = any(v_mine) and status <> 'offered';
  update sale_waiters set offer_until = now() where person_id = any(v_mine) and status = 'offered';
  delete from idempotency_keys where person_id = any(v_mine);
  update tips set name = '—' where person_id = any(v_mine);
  update facts set person_id = null, session_id = null, source = '{}' where person_id = any(v_mine);
  update orders set visit = '{}', address = address || '{"name": "—", "phone": "—", "region": "", "city": "—", "street": "—", "postcode": ""}'
    where person_id = any(v_mine);
  update persons set name = '—', operator = false, password_hash = null, deleted_at = now() where id = any(v_mine);
  return null;
end $$;
