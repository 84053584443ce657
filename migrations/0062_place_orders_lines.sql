-- As before, in one walk through the orders.
create or replace function all_new(p_orders jsonb) returns boolean language plpgsql set enable_seqscan = off as $$ begin return (
  with asked as materialized (
    select o->>'personId' as person_id, o->>'route' as route, o->>'key' as key, (o->>'unpaidMax')::int as unpaid_max
    from jsonb_array_elements(p_orders) o
  )
  select not exists (
      select from asked a join idempotency_keys k on k.person_id = a.person_id and k.route = a.route and k.key = a.key)
    and (select count(*) from asked) = (select count(*) from (select distinct person_id, route, key from asked) d)
    and not exists (
      select from (select person_id, count(*) as orders, min(unpaid_max) as most from asked group by 1) b
      where b.orders + (
        select count(*) from orders p where p.person_id = b.person_id and p.status = 'pending_payment') > b.most)
); end $$;
--> statement-breakpoint

-- As before; with `p_lease`, the news of orders that were placed together are leased to the caller. Of the lines, what
-- is asked and taken by goes from hand to hand, without titles, options and ids.
drop function place_orders(text, jsonb, timestamptz);
--> statement-breakpoint
create function place_orders(p_tenant_id text, p_orders jsonb, p_now timestamptz, p_lease interval default null)
returns table (order_id text, status integer, response jsonb, replayed boolean, news_id bigint, news jsonb)
language plpgsql set enable_seqscan = off as $$
declare
  lines constant jsonb := (
    select jsonb_agg(jsonb_build_object(
      'personId', o->'personId', 'skuId', l->'skuId', 'saleId', l->'saleId', 'quantity', l->'quantity'))
    from jsonb_array_elements(p_orders) o, jsonb_array_elements(o->'lines') l);
begin
  perform lock_stock(p_tenant_id, lines);
  -- Asked after the locks: an answer given while this call waited for them is seen.
  if not (all_new(p_orders) and all_fit(p_tenant_id, lines, p_now)) then
    return query select t.*, null::bigint, null::jsonb from place_in_turn(p_tenant_id, p_orders, p_now) t;
    return;
  end if;
  perform take_lines(p_tenant_id, lines, 'reserved');
  perform keep_answers(p_orders);
  return query select w.order_id, 201, null::jsonb, false, w.news_id, w.news
    from write_orders(p_tenant_id, p_orders, null, p_now, p_lease) w;
end $$;
