-- As before, and tells what was written: with `p_lease` the news of the orders are leased to the caller from the start,
-- in their first attempt, and come with their ids. An order is new, so its news are the first of their key.
drop function write_orders(text, jsonb, text[], timestamptz);
--> statement-breakpoint
create function write_orders(p_tenant_id text, p_orders jsonb, p_order_ids text[], p_now timestamptz, p_lease interval default null)
returns table (order_id text, news_id bigint, news jsonb) language plpgsql set enable_seqscan = off as $$
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
  return query insert into outbox as told (topic, key, payload, state, attempts, due_at)
    select 'order.changed', o->>'id', jsonb_build_object(
        'tenantId', p_tenant_id, 'orderId', o->'id', 'showId', o->'showId', 'personId', o->'personId',
        'status', 'pending_payment',
        'skuIds', (select jsonb_agg(distinct l->'skuId') from jsonb_array_elements(o->'lines') l)),
      case when p_lease is null then 'ready' else 'leased' end, (p_lease is not null)::int,
      now() + coalesce(p_lease, interval '0')
    from jsonb_array_elements(placed) o order by o->>'id'
    returning told.key, case when p_lease is not null then told.id end, case when p_lease is not null then told.payload end;
end $$;
