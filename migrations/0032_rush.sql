-- As before, in a form that leaves no choice of plan: statistics of this table are taken when it is empty, and then
-- joins look right that compare every row with every other.
create or replace function claim_outbox(p_count integer, p_lease interval)
returns table (id bigint, topic text, key text, payload jsonb, attempts integer) language sql set enable_seqscan = off as $$
  update outbox o set state = 'leased', attempts = o.attempts + 1, due_at = now() + p_lease
  where o.id = any(array(
    select d.id from outbox d
    where d.state <> 'dead' and d.due_at <= now()
      and d.id = (select older.id from outbox older where older.key = d.key and older.state <> 'dead' order by older.id limit 1)
    order by d.due_at, d.id limit p_count
    for update skip locked))
  returning o.id, o.topic, o.key, o.payload, o.attempts
$$;
--> statement-breakpoint

-- As before; an order that was placed as it was sent is not sent back: its response is null.
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
  perform write_orders(p_tenant_id, p_orders, null, p_now);
  return query select o->>'id', 201, null::jsonb, false from jsonb_array_elements(p_orders) o;
end $$;
--> statement-breakpoint

-- As before; without ids, all orders are written.
create or replace function write_orders(p_tenant_id text, p_orders jsonb, p_order_ids text[], p_now timestamptz)
returns void language plpgsql set enable_seqscan = off as $$
declare
  placed constant jsonb := case when p_order_ids is null then p_orders else (
    select jsonb_agg(o) from jsonb_array_elements(p_orders) o where o->>'id' = any(p_order_ids)) end;
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
