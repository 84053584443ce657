-- Orders of a rush, decided together. Each function plans without sequential scans: a session keeps the plans of its
-- first calls, when these tables may be empty, and a plan that scans would stay while they fill.

-- Takes units that were allowed: from available into `reserved` or straight into `sold`. `p_lines` is
-- [{"personId", "skuId", "saleId", "quantity"}], of any number of people.
create function take_lines(p_tenant_id text, p_lines jsonb, p_into text)
returns void language plpgsql set enable_seqscan = off as $$
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
    select p_tenant_id, l->>'skuId', scope, l->>'personId', sum((l->>'quantity')::int)
    from jsonb_array_elements(p_lines) l, unnest(array['', l->>'saleId']) scope
    where scope is not null group by 2, 3, 4
    on conflict (tenant_id, sku_id, scope, person_id) do update set quantity = buyer_counts.quantity + excluded.quantity;
end $$;
--> statement-breakpoint

-- As before, for one person.
create or replace function take_units(p_tenant_id text, p_person_id text, p_lines jsonb, p_into text)
returns void language sql as $$
  select take_lines(p_tenant_id, jsonb_agg(l || jsonb_build_object('personId', p_person_id)), p_into)
  from jsonb_array_elements(p_lines) l
$$;
--> statement-breakpoint

-- Whether everybody can have what they ask for, all together. `p_lines` as in take_lines; the rows are locked by the
-- caller. The same conditions as units_refusal, which says to one person why not.
create function all_fit(p_tenant_id text, p_lines jsonb, p_at timestamptz)
returns boolean language plpgsql set enable_seqscan = off as $$ begin return (
  with asked as materialized (
    select l->>'personId' as person_id, l->>'skuId' as sku_id, l->>'saleId' as sale_id, (l->>'quantity')::int as quantity
    from jsonb_array_elements(p_lines) l
  ), by_sku as (
    select sku_id, sum(quantity) as quantity from asked group by 1
  ), by_sale as (
    select sale_id, sku_id, sum(quantity) as quantity from asked where sale_id is not null group by 1, 2
  ), by_person as (
    select person_id, sku_id, sum(quantity) as quantity from asked group by 1, 2
  ), by_person_sale as (
    select person_id, sale_id, sku_id, sum(quantity) as quantity from asked where sale_id is not null group by 1, 2, 3
  )
  select not exists (
      select from by_sku b left join stock s on s.tenant_id = p_tenant_id and s.sku_id = b.sku_id
      where coalesce(s.available, 0) < b.quantity)
    and not exists (
      select from by_sale b left join flash_sales f on f.tenant_id = p_tenant_id and f.id = b.sale_id and f.sku_id = b.sku_id
      where f.id is null or not sale_is_open(f, p_at) or f.quantity - f.taken < b.quantity)
    and not exists (
      select from by_person b join skus k on k.tenant_id = p_tenant_id and k.id = b.sku_id
      left join buyer_counts c on c.tenant_id = p_tenant_id and c.sku_id = b.sku_id and c.scope = '' and c.person_id = b.person_id
      where coalesce(c.quantity, 0) + b.quantity > k.per_buyer_limit)
    and not exists (
      select from by_person_sale b join flash_sales f on f.tenant_id = p_tenant_id and f.id = b.sale_id
      left join buyer_counts c on c.tenant_id = p_tenant_id and c.sku_id = b.sku_id and c.scope = b.sale_id and c.person_id = b.person_id
      where coalesce(c.quantity, 0) + b.quantity > f.per_buyer_limit)
); end $$;
--> statement-breakpoint

-- Whether no key of these orders has been answered, and nobody would have more unpaid orders than they may.
create function all_new(p_orders jsonb) returns boolean language plpgsql set enable_seqscan = off as $$ begin return (
  not exists (
    select from jsonb_array_elements(p_orders) o join idempotency_keys k
      on k.person_id = o->>'personId' and k.route = o->>'route' and k.key = o->>'key')
  and (select count(*) = count(distinct (o->>'personId', o->>'route', o->>'key')) from jsonb_array_elements(p_orders) o)
  and not exists (
    select from (
      select o->>'personId' as person_id, count(*) as asked, min((o->>'unpaidMax')::int) as most
      from jsonb_array_elements(p_orders) o group by 1) b
    where b.asked + (
      select count(*) from orders p where p.person_id = b.person_id and p.status = 'pending_payment') > b.most)
); end $$;
--> statement-breakpoint

-- Each order on its own merits, in turn: what place_orders does when not everybody can have what they ask for.
create function place_in_turn(p_tenant_id text, p_orders jsonb, p_now timestamptz)
returns table (order_id text, status integer, response jsonb, replayed boolean) language plpgsql set enable_seqscan = off as $$
declare
  o jsonb;
  refusal jsonb;
  placed text[] := '{}';
  buyer text := '';
  of_buyer integer := 0;
begin
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
        units_refusal(p_tenant_id, buyer, o->'lines', p_now));
      if refusal is null then
        perform take_units(p_tenant_id, buyer, o->'lines', 'reserved');
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

-- Places a batch of orders of one tenant: a verdict per order, in no particular order. 201 with the order, or a
-- refusal with its code; `replayed` where the key was answered before. What is answered is kept under the key in the
-- same transaction. When everybody can have what they ask for, and Redis has seen to it that this is so nearly always,
-- a few statements do for all; else each order is looked at in turn.
create or replace function place_orders(p_tenant_id text, p_orders jsonb, p_now timestamptz)
returns table (order_id text, status integer, response jsonb, replayed boolean) language plpgsql set enable_seqscan = off as $$
declare
  lines constant jsonb := (
    select jsonb_agg(l || jsonb_build_object('personId', o->'personId'))
    from jsonb_array_elements(p_orders) o, jsonb_array_elements(o->'lines') l);
begin
  perform lock_stock(p_tenant_id, lines);
  -- Asked after the locks: an answer given while this call waited for them is seen.
  if not (all_new(p_orders) and all_fit(p_tenant_id, lines, p_now)) then
    return query select * from place_in_turn(p_tenant_id, p_orders, p_now);
    return;
  end if;
  perform take_lines(p_tenant_id, lines, 'reserved');
  perform keep_answers(p_orders);
  perform write_orders(p_tenant_id, p_orders, array(select o->>'id' from jsonb_array_elements(p_orders) o), p_now);
  return query select o->>'id', 201, o->'view', false from jsonb_array_elements(p_orders) o;
end $$;
--> statement-breakpoint

-- keep_answer for orders that were all placed.
create function keep_answers(p_orders jsonb) returns void language plpgsql as $$
declare
  kept integer;
begin
  insert into idempotency_keys (person_id, route, key, request_hash, status, response)
    select o->>'personId', o->>'route', o->>'key', o->>'requestHash', 201, o->'view'
    from jsonb_array_elements(p_orders) o order by 1, 2, 3
    on conflict do nothing;
  get diagnostics kept = row_count;
  if kept < jsonb_array_length(p_orders) then
    raise exception 'a key was answered at the same moment' using errcode = 'serialization_failure';
  end if;
end $$;
--> statement-breakpoint

-- As before, with ids for the trail that come with the orders, and the news told from what is at hand.
create or replace function write_orders(p_tenant_id text, p_orders jsonb, p_order_ids text[], p_now timestamptz)
returns void language plpgsql set enable_seqscan = off as $$
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
    select p_tenant_id, o->>'eventId', o->>'id', null, 'pending_payment', o->>'personId', p_now
    from jsonb_array_elements(placed) o;
  insert into outbox (topic, key, payload)
    select 'order.changed', o->>'id', jsonb_build_object(
      'tenantId', p_tenant_id, 'orderId', o->'id', 'showId', o->'showId', 'personId', o->'personId',
      'status', 'pending_payment',
      'skuIds', (select jsonb_agg(distinct l->'skuId') from jsonb_array_elements(o->'lines') l))
    from jsonb_array_elements(placed) o order by o->>'id';
end $$;
--> statement-breakpoint

-- The oldest row of each key that is due, leased to the caller.
create function claim_outbox(p_count integer, p_lease interval)
returns table (id bigint, topic text, key text, payload jsonb, attempts integer) language sql set enable_seqscan = off as $$
  with due as (
    select o.id from outbox o
    where o.state <> 'dead' and o.due_at <= now() and not exists (
      select from outbox older where older.key = o.key and older.id < o.id and older.state <> 'dead')
    order by o.due_at, o.id limit p_count
    for update skip locked
  )
  update outbox o set state = 'leased', attempts = o.attempts + 1, due_at = now() + p_lease
  from due where o.id = due.id
  returning o.id, o.topic, o.key, o.payload, o.attempts
$$;
