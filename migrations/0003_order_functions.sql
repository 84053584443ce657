-- Stock and orders: one call decides, in one transaction. Locks are always taken in this order: orders by id, stock
-- rows by SKU, flash sales by SKU. `p_lines` is [{"skuId", "saleId", "quantity", …}] of one tenant.

-- Whether a flash sale sells at this moment. Time decides, not the ticker that announces it.
create function sale_is_open(s flash_sales, p_at timestamptz) returns boolean language sql immutable as $$
  select s.status in ('countdown', 'running') and p_at >= s.starts_at and p_at < s.ends_at
$$;
--> statement-breakpoint

-- A flash sale as the room and the API show it (SaleView of shared/protocol/parts.ts).
create function sale_view(s flash_sales) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', s.id, 'skuId', s.sku_id, 'productId', k.product_id, 'title', p.title, 'status', s.status,
    'priceMinor', s.price_minor, 'listPriceMinor', k.price_minor, 'quantity', s.quantity,
    'left', greatest(0, least(s.quantity - s.taken, coalesce(t.available, 0))),
    'perBuyerLimit', s.per_buyer_limit, 'countdownS', s.countdown_s, 'durationS', s.duration_s,
    'startsAt', (extract(epoch from s.starts_at) * 1000)::bigint,
    'endsAt', (extract(epoch from s.ends_at) * 1000)::bigint)
  from skus k
  join products p on p.tenant_id = k.tenant_id and p.id = k.product_id
  left join stock t on t.tenant_id = k.tenant_id and t.sku_id = k.id
  where k.tenant_id = s.tenant_id and k.id = s.sku_id
$$;
--> statement-breakpoint

create function lock_stock(p_tenant_id text, p_lines jsonb) returns void language plpgsql as $$
begin
  perform 1 from stock s
    where s.tenant_id = p_tenant_id and s.sku_id in (select l->>'skuId' from jsonb_array_elements(p_lines) l)
    order by s.sku_id for no key update;
  perform 1 from flash_sales f
    where f.tenant_id = p_tenant_id and f.id in (select l->>'saleId' from jsonb_array_elements(p_lines) l)
    order by f.sku_id, f.id for no key update;
end $$;
--> statement-breakpoint

-- Why a person cannot have these units, or null when they can. The rows are locked by the caller. With `p_at` null
-- (a payment that came late for an order made in time) the flash sale need not run any more.
create function units_refusal(p_tenant_id text, p_person_id text, p_lines jsonb, p_at timestamptz)
returns jsonb language plpgsql as $$ begin return (
  with by_sku as (
    select l->>'skuId' as sku_id, sum((l->>'quantity')::int) as quantity from jsonb_array_elements(p_lines) l group by 1
  ), by_sale as (
    select l->>'saleId' as sale_id, l->>'skuId' as sku_id, sum((l->>'quantity')::int) as quantity
    from jsonb_array_elements(p_lines) l where l->>'saleId' is not null group by 1, 2
  )
  select jsonb_build_object('code', code, 'extra', extra) from (
    select 1 as rank, 'sale_not_running' as code, jsonb_build_object('saleId', b.sale_id) as extra
      from by_sale b left join flash_sales f
        on f.tenant_id = p_tenant_id and f.id = b.sale_id and f.sku_id = b.sku_id
      where p_at is not null and (f.id is null or not sale_is_open(f, p_at))
    union all
    select 2, 'sold_out', jsonb_build_object('skuId', b.sku_id, 'left', coalesce(s.available, 0))
      from by_sku b left join stock s on s.tenant_id = p_tenant_id and s.sku_id = b.sku_id
      where coalesce(s.available, 0) < b.quantity
    union all
    select 3, 'sold_out', jsonb_build_object('skuId', b.sku_id, 'saleId', b.sale_id, 'left', f.quantity - f.taken)
      from by_sale b join flash_sales f on f.tenant_id = p_tenant_id and f.id = b.sale_id
      where f.quantity - f.taken < b.quantity
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

-- Takes units that units_refusal allowed: from available into `reserved` or straight into `sold`.
create function take_units(p_tenant_id text, p_person_id text, p_lines jsonb, p_into text)
returns void language plpgsql as $$
begin
  update stock s set
      available = s.available - b.quantity,
      reserved = s.reserved + case when p_into = 'reserved' then b.quantity else 0 end,
      sold = s.sold + case when p_into = 'sold' then b.quantity else 0 end
    from (select l->>'skuId' as sku_id, sum((l->>'quantity')::int) as quantity
          from jsonb_array_elements(p_lines) l group by 1) b
    where s.tenant_id = p_tenant_id and s.sku_id = b.sku_id;
  update flash_sales f set taken = f.taken + b.quantity
    from (select l->>'saleId' as sale_id, sum((l->>'quantity')::int) as quantity
          from jsonb_array_elements(p_lines) l where l->>'saleId' is not null group by 1) b
    where f.tenant_id = p_tenant_id and f.id = b.sale_id;
  insert into buyer_counts (tenant_id, sku_id, scope, person_id, quantity)
    select p_tenant_id, l->>'skuId', scope, p_person_id, sum((l->>'quantity')::int)
    from jsonb_array_elements(p_lines) l, unnest(array['', l->>'saleId']) scope
    where scope is not null group by 2, 3
    on conflict (tenant_id, sku_id, scope, person_id) do update set quantity = buyer_counts.quantity + excluded.quantity;
end $$;
--> statement-breakpoint

-- The lines of an order in the form that the functions above take.
create function order_lines_json(p_tenant_id text, p_order_id text) returns jsonb language sql stable as $$
  select jsonb_agg(jsonb_build_object('skuId', sku_id, 'saleId', sale_id, 'quantity', quantity))
  from order_lines where tenant_id = p_tenant_id and order_id = p_order_id
$$;
--> statement-breakpoint

-- Moves orders that the caller has locked to a status, with their trail and the news of it.
create function move_orders(p_order_ids text[], p_to text, p_by text, p_reason text, p_now timestamptz)
returns void language plpgsql as $$
begin
  insert into order_events (tenant_id, id, order_id, from_status, to_status, by, reason, created_at)
    select tenant_id, new_id('evt'), id, status, p_to, p_by, p_reason, p_now from orders where id = any(p_order_ids);
  update orders set status = p_to,
      paid_at = case when p_to = 'paid' then p_now else paid_at end,
      closed_at = case when p_to in ('cancelled', 'expired') then p_now end
    where id = any(p_order_ids);
  perform tell_order_changed(p_order_ids);
end $$;
--> statement-breakpoint

create function tell_order_changed(p_order_ids text[]) returns void language sql as $$
  insert into outbox (topic, key, payload)
    select 'order.changed', o.id, jsonb_build_object(
      'tenantId', o.tenant_id, 'orderId', o.id, 'showId', o.show_id, 'personId', o.person_id, 'status', o.status,
      'skuIds', (select jsonb_agg(distinct l.sku_id) from order_lines l where l.tenant_id = o.tenant_id and l.order_id = o.id))
    from orders o where o.id = any(p_order_ids) order by o.id
$$;
--> statement-breakpoint

-- Writes those of the orders whose units were taken, as `orders/place.ts` drew them up: all together, so that a batch
-- costs a few statements and not a few for each order.
create function write_orders(p_tenant_id text, p_orders jsonb, p_order_ids text[], p_now timestamptz)
returns void language plpgsql as $$
declare
  placed constant jsonb := (
    select jsonb_agg(o) from jsonb_array_elements(p_orders) o where o->>'id' = any(p_order_ids));
begin
  insert into orders (tenant_id, id, person_id, show_id, status, currency, total_minor, address, visit, expires_at, created_at)
    select p_tenant_id, o->>'id', o->>'personId', o->>'showId', 'pending_payment', o->>'currency',
           (o->>'totalMinor')::bigint, o->'address', o->'visit', (o->>'expiresAt')::timestamptz, p_now
    from jsonb_array_elements(placed) o;
  insert into order_lines (tenant_id, id, order_id, sku_id, product_id, sale_id, title, options, picture_key, unit_price_minor, quantity)
    select p_tenant_id, l->>'id', o->>'id', l->>'skuId', l->>'productId', l->>'saleId', l->>'title', l->'options',
           l->>'pictureKey', (l->>'listPriceMinor')::bigint, (l->>'quantity')::int
    from jsonb_array_elements(placed) o, jsonb_array_elements(o->'lines') l;
  insert into order_adjustments (tenant_id, id, order_id, line_id, type, rule, rule_version, amount_minor)
    select p_tenant_id, a->>'id', o->>'id', a->>'lineId', a->>'type', a->>'rule', (a->>'ruleVersion')::int,
           (a->>'amountMinor')::bigint
    from jsonb_array_elements(placed) o, jsonb_array_elements(o->'adjustments') a;
  insert into order_payees (tenant_id, id, order_id, kind, payee_id, amount_minor)
    select p_tenant_id, y->>'id', o->>'id', y->>'kind', y->>'payeeId', (y->>'amountMinor')::bigint
    from jsonb_array_elements(placed) o, jsonb_array_elements(o->'payees') y;
  insert into order_events (tenant_id, id, order_id, from_status, to_status, by, created_at)
    select p_tenant_id, new_id('evt'), o->>'id', null, 'pending_payment', o->>'personId', p_now
    from jsonb_array_elements(placed) o;
  perform tell_order_changed(p_order_ids);
end $$;
--> statement-breakpoint

-- Places a batch of orders of one tenant, each on its own merits: a verdict per order, in no particular order.
-- 201 with the order, or a refusal with its code; `replayed` where the key was answered before. What is answered is
-- kept under the key in the same transaction.
create function place_orders(p_tenant_id text, p_orders jsonb, p_now timestamptz)
returns table (order_id text, status integer, response jsonb, replayed boolean) language plpgsql as $$
declare
  o jsonb;
  refusal jsonb;
  placed text[] := '{}';
begin
  perform lock_stock(p_tenant_id, (
    select jsonb_agg(l) from jsonb_array_elements(p_orders) ord, jsonb_array_elements(ord->'lines') l));
  for o in select value from jsonb_array_elements(p_orders) order by value->>'personId', value->>'key' loop
    order_id := o->>'id';
    -- Asked after the locks: an answer given while this call waited for them is seen.
    select k.status, k.response into status, response
      from kept_answer(o->>'personId', o->>'route', o->>'key', o->>'requestHash') k;
    replayed := found;
    if not replayed then
      refusal := units_refusal(p_tenant_id, o->>'personId', o->'lines', p_now);
      if refusal is null then
        perform take_units(p_tenant_id, o->>'personId', o->'lines', 'reserved');
        placed := placed || order_id;
      end if;
      status := case when refusal is null then 201 else 409 end;
      response := coalesce(refusal, o->'view');
      perform keep_answer(o->>'personId', o->>'route', o->>'key', o->>'requestHash', status, response);
    end if;
    return next;
  end loop;
  if placed <> '{}' then perform write_orders(p_tenant_id, p_orders, placed, p_now); end if;
end $$;
--> statement-breakpoint

-- Ends unpaid orders (`cancelled`, `expired`) and gives their units back, in one go. Orders that are not waiting for
-- payment are left alone. Answers the ids of those it closed.
create function close_orders(p_order_ids text[], p_to text, p_by text, p_reason text, p_now timestamptz)
returns setof text language plpgsql as $$
declare
  ids text[];
begin
  select array_agg(o.id) into ids from (
    select id from orders where id = any(p_order_ids) and status = 'pending_payment' order by id for no key update) o;
  if ids is null then return; end if;
  perform 1 from stock s where (s.tenant_id, s.sku_id) in (
      select l.tenant_id, l.sku_id from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
      where o.id = any(ids))
    order by s.sku_id for no key update;
  perform 1 from flash_sales f where (f.tenant_id, f.id) in (
      select l.tenant_id, l.sale_id from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
      where o.id = any(ids))
    order by f.sku_id, f.id for no key update;
  perform give_back_units(ids);
  perform move_orders(ids, p_to, p_by, p_reason, p_now);
  return query select unnest(ids);
end $$;
--> statement-breakpoint

create function give_back_units(p_order_ids text[]) returns void language plpgsql as $$
begin
  update stock s set available = s.available + b.quantity, reserved = s.reserved - b.quantity
    from (select l.tenant_id, l.sku_id, sum(l.quantity) as quantity
          from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
          where o.id = any(p_order_ids) group by 1, 2) b
    where s.tenant_id = b.tenant_id and s.sku_id = b.sku_id;
  update flash_sales f set taken = f.taken - b.quantity
    from (select l.tenant_id, l.sale_id, sum(l.quantity) as quantity
          from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
          where o.id = any(p_order_ids) and l.sale_id is not null group by 1, 2) b
    where f.tenant_id = b.tenant_id and f.id = b.sale_id;
  update buyer_counts c set quantity = c.quantity - b.quantity
    from (select l.tenant_id, l.sku_id, scope, o.person_id, sum(l.quantity) as quantity
          from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id, unnest(array['', l.sale_id]) scope
          where o.id = any(p_order_ids) and scope is not null group by 1, 2, 3, 4) b
    where c.tenant_id = b.tenant_id and c.sku_id = b.sku_id and c.scope = b.scope and c.person_id = b.person_id;
end $$;
--> statement-breakpoint

-- Expires orders whose time to pay is over. Orders that somebody else is working on are left for the next sweep.
create function expire_orders(p_now timestamptz, p_max integer) returns setof text language sql as $$
  select close_orders(coalesce(array_agg(due.id), '{}'), 'expired', 'system', 'not paid in time', p_now) from (
    select id from orders where status = 'pending_payment' and expires_at <= p_now
    order by expires_at limit p_max for no key update skip locked) due
$$;
