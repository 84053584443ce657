-- A person and the guests that they were before they signed in: what a guest ordered is theirs.
create function person_ids(p_person_id text) returns setof text language sql stable as $$
  select p_person_id union all select id from persons where merged_into = p_person_id
$$;
--> statement-breakpoint

-- As before, but an order of the guest that this person was can be paid too.
create or replace function start_order_payment(
  p_person_id text, p_route text, p_key text, p_request_hash text, p_order_id text, p_provider text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_order orders;
  v_payment_id text;
  kept record;
begin
  select * into v_order from orders where id = p_order_id and person_id in (select person_ids(p_person_id)) for no key update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  select * into kept from kept_answer(p_person_id, p_route, p_key, p_request_hash);
  if found then return kept.response; end if;
  if v_order.status <> 'pending_payment' or v_order.expires_at <= p_now then
    return jsonb_build_object('code', 'payment_not_payable', 'extra', jsonb_build_object('status', v_order.status));
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

-- Orders that nobody pays hold units for nothing: a person has at most so many at a time. `p_placed` are those of the
-- same call, which are written at its end. Two calls at the same moment may go past it by what they carry.
create function unpaid_refusal(p_person_id text, p_max integer, p_placed integer) returns jsonb language sql as $$
  select jsonb_build_object('code', 'too_many_unpaid', 'extra', jsonb_build_object('max', p_max))
  from (select count(*) as unpaid from orders where person_id = p_person_id and status = 'pending_payment') o
  where unpaid + p_placed >= p_max
$$;
--> statement-breakpoint

-- As before, but for the limit of unpaid orders.
create or replace function place_orders(p_tenant_id text, p_orders jsonb, p_now timestamptz)
returns table (order_id text, status integer, response jsonb, replayed boolean) language plpgsql as $$
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
    -- Asked after the locks: an answer given while this call waited for them is seen.
    select k.status, k.response into status, response
      from kept_answer(o->>'personId', o->>'route', o->>'key', o->>'requestHash') k;
    replayed := found;
    if not replayed then
      refusal := coalesce(
        unpaid_refusal(buyer, (o->>'unpaidMax')::int, of_buyer),
        units_refusal(p_tenant_id, buyer, o->'lines', p_now));
      if refusal is null then
        perform take_units(p_tenant_id, o->>'personId', o->'lines', 'reserved');
        placed := placed || order_id;
        of_buyer := of_buyer + 1;
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

-- As before, but the news of a tip waits for no other tip: players show each once, in any order.
create or replace function write_tip(p_person_id text, p_wallet text, p_tip jsonb, p_now timestamptz) returns void language plpgsql as $$
declare
  v_coins constant bigint := (p_tip->>'coins')::bigint;
  v_transfer text;
begin
  v_transfer := ledger_transfer('tip', p_tip->>'id', jsonb_build_array(
    ledger_entry(p_wallet, -v_coins, 'COIN'),
    ledger_entry(ledger_account('tenant', p_tip->>'tenantId', 'earnings', 'COIN'), v_coins, 'COIN')));
  insert into tips (tenant_id, id, show_id, person_id, name, gift_id, count, coins, transfer_id, created_at)
    values (p_tip->>'tenantId', p_tip->>'id', p_tip->>'showId', p_person_id, p_tip->>'name', p_tip->>'giftId',
            (p_tip->>'count')::int, v_coins, v_transfer, p_now);
  insert into outbox (topic, key, payload)
    values ('tip.sent', p_tip->>'id', p_tip || jsonb_build_object('personId', p_person_id, 'at', (extract(epoch from p_now) * 1000)::bigint));
end $$;
--> statement-breakpoint

-- Gives a person a role. Answers whether it did: a tenant keeps at least one owner, also when two owners step down at
-- the same moment, so changes of one tenant's members wait for each other.
create function put_member(p_tenant_id text, p_person_id text, p_role text) returns boolean language plpgsql as $$
begin
  perform 1 from tenants where id = p_tenant_id for no key update;
  if p_role <> 'owner' and exists (
      select from memberships where tenant_id = p_tenant_id and person_id = p_person_id and role = 'owner')
    and not exists (
      select from memberships where tenant_id = p_tenant_id and person_id <> p_person_id and role = 'owner') then
    return false;
  end if;
  insert into memberships (tenant_id, person_id, role) values (p_tenant_id, p_person_id, p_role)
    on conflict (tenant_id, person_id) do update set role = excluded.role;
  return true;
end $$;
--> statement-breakpoint

-- Tells every room that has not ended and shows this product what its shelf is now. Answers
-- [{"showId", "event"}] to be published after commit.
create function tell_shelves(p_tenant_id text, p_product_id text) returns jsonb language plpgsql as $$
declare
  news jsonb := '[]';
  event jsonb;
  v_show_id text;
  pos record;
begin
  for v_show_id in
    select w.id from shelf_items i join shows w on w.tenant_id = i.tenant_id and w.id = i.show_id
    where i.tenant_id = p_tenant_id and i.product_id = p_product_id and w.status <> 'ended' order by w.id
  loop
    event := jsonb_build_object('t', 'shelf', 'items', shelf_view(p_tenant_id, v_show_id));
    select * into pos from room_append(p_tenant_id, v_show_id, event);
    news := news || jsonb_build_object('showId', v_show_id,
      'event', event || jsonb_build_object('pos', jsonb_build_array(pos.epoch, pos."offset")));
  end loop;
  return news;
end $$;
--> statement-breakpoint

-- Adds SKUs, [{"id", "code", "options", "priceMinor", "perBuyerLimit", "stock"}], each with its stock row.
create function add_skus(p_tenant_id text, p_product_id text, p_skus jsonb) returns jsonb language plpgsql as $$
declare
  v_first integer;
begin
  select count(*) into v_first from skus where tenant_id = p_tenant_id and product_id = p_product_id;
  insert into skus (tenant_id, id, product_id, code, options, price_minor, per_buyer_limit, place)
    select p_tenant_id, s->>'id', p_product_id, s->>'code', s->'options', (s->>'priceMinor')::bigint,
           (s->>'perBuyerLimit')::int, v_first + n
    from jsonb_array_elements(p_skus) with ordinality as given(s, n);
  insert into stock (tenant_id, sku_id, on_hand, available)
    select p_tenant_id, s->>'id', (s->>'stock')::int, (s->>'stock')::int from jsonb_array_elements(p_skus) s;
  return tell_shelves(p_tenant_id, p_product_id);
end $$;
--> statement-breakpoint

-- A product, {"id", "title", "description", "status", "skus"}, whole or not at all.
create function create_product(p_tenant_id text, p_product jsonb) returns void language plpgsql as $$
begin
  insert into products (tenant_id, id, title, description, status)
    values (p_tenant_id, p_product->>'id', p_product->>'title', p_product->>'description', p_product->>'status');
  perform add_skus(p_tenant_id, p_product->>'id', p_product->'skus');
end $$;
--> statement-breakpoint

-- Changes what is given of title, description and status. Answers the rooms' news, null where there is no such product.
create function change_product(p_tenant_id text, p_product_id text, p_change jsonb) returns jsonb language plpgsql as $$
begin
  update products set title = coalesce(p_change->>'title', title),
      description = coalesce(p_change->>'description', description), status = coalesce(p_change->>'status', status)
    where tenant_id = p_tenant_id and id = p_product_id;
  return case when found then tell_shelves(p_tenant_id, p_product_id) end;
end $$;
--> statement-breakpoint

-- Changes what is given of code, price and limit; a limit given as null is taken away. Answers {"productId", "news"},
-- null where there is no such SKU.
create function change_sku(p_tenant_id text, p_sku_id text, p_change jsonb) returns jsonb language plpgsql as $$
declare
  v_product_id text;
begin
  update skus set code = coalesce(p_change->>'code', code),
      price_minor = coalesce((p_change->>'priceMinor')::bigint, price_minor),
      per_buyer_limit = case when p_change ? 'perBuyerLimit' then (p_change->>'perBuyerLimit')::int else per_buyer_limit end
    where tenant_id = p_tenant_id and id = p_sku_id returning product_id into v_product_id;
  return case when found then jsonb_build_object('productId', v_product_id, 'news', tell_shelves(p_tenant_id, v_product_id)) end;
end $$;
