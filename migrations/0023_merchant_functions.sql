-- What a merchant does with an order. Each function locks the order (a refund: its payment first), looks at its status
-- and makes one move; the moves are those of orders/rules.ts. Answers {"status"} or {"code", "extra"}.

create trigger order_notes_append_only before update or delete on order_notes for each row execute function append_only();
--> statement-breakpoint

-- As before, with the time of the move.
create or replace function move_orders(p_order_ids text[], p_to text, p_by text, p_reason text, p_now timestamptz)
returns void language plpgsql as $$
begin
  insert into order_events (tenant_id, id, order_id, from_status, to_status, by, reason, created_at)
    select tenant_id, new_id('evt'), id, status, p_to, p_by, p_reason, p_now from orders where id = any(p_order_ids);
  update orders set status = p_to, moved_at = p_now,
      paid_at = case when p_to = 'paid' then p_now else paid_at end,
      closed_at = case when p_to in ('cancelled', 'expired') then p_now end
    where id = any(p_order_ids);
  perform tell_order_changed(p_order_ids);
end $$;
--> statement-breakpoint

create function order_refusal(p_order orders) returns jsonb language sql immutable as $$
  select case when p_order.id is null then jsonb_build_object('code', 'not_found')
    else jsonb_build_object('code', 'order_transition_refused', 'extra', jsonb_build_object('status', p_order.status)) end
$$;
--> statement-breakpoint

-- Units that are still to be shipped, by line. A refund is taken from units that have not been shipped first.
create function units_to_ship(p_tenant_id text, p_order_id text) returns table (line_id text, quantity integer)
language sql stable as $$
  select l.id, l.quantity - l.refunded_quantity - coalesce(sum(p.quantity), 0)::int
  from order_lines l left join parcel_lines p on p.tenant_id = l.tenant_id and p.line_id = l.id
  where l.tenant_id = p_tenant_id and l.order_id = p_order_id
  group by l.tenant_id, l.id having l.quantity - l.refunded_quantity > coalesce(sum(p.quantity), 0)
$$;
--> statement-breakpoint

-- The parcels of an order, oldest first, as buyers and merchants see them.
create function order_parcels(p_tenant_id text, p_order_id text) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'carrier', p.carrier, 'trackingNumber', p.tracking_number,
      'shippedAt', floor(extract(epoch from p.shipped_at) * 1000)::bigint,
      'deliveredAt', floor(extract(epoch from p.delivered_at) * 1000)::bigint,
      'lines', (select coalesce(jsonb_agg(jsonb_build_object('lineId', x.line_id, 'quantity', x.quantity) order by x.line_id), '[]')
        from parcel_lines x where x.tenant_id = p.tenant_id and x.parcel_id = p.id)) order by p.id), '[]')
  from parcels p where p.tenant_id = p_tenant_id and p.order_id = p_order_id
$$;
--> statement-breakpoint

create function pack_order(p_tenant_id text, p_order_id text, p_by text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_order orders;
begin
  select * into v_order from orders where tenant_id = p_tenant_id and id = p_order_id for no key update;
  if v_order.id is null or v_order.status not in ('paid', 'partially_refunded')
    or not exists (select from units_to_ship(p_tenant_id, p_order_id)) then return order_refusal(v_order); end if;
  update order_lines l set fulfilment = 'packed' from units_to_ship(p_tenant_id, p_order_id) u
    where l.tenant_id = p_tenant_id and l.id = u.line_id;
  perform move_orders(array[p_order_id], 'packed', p_by, '', p_now);
  return jsonb_build_object('status', 'packed');
end $$;
--> statement-breakpoint

-- Sends a parcel, {"id", "carrier", "trackingNumber", "lines": [{"lineId", "quantity"}]}; with `lines` null all that is
-- left. The order is shipped with its last unit; until then it is packed.
create function ship_order(p_tenant_id text, p_order_id text, p_parcel jsonb, p_by text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_order orders;
  v_short record;
  v_to text;
  v_lines jsonb := p_parcel->'lines';
begin
  select * into v_order from orders where tenant_id = p_tenant_id and id = p_order_id for no key update;
  if v_order.id is null or v_order.status not in ('paid', 'packed', 'partially_refunded')
    or not exists (select from units_to_ship(p_tenant_id, p_order_id)) then return order_refusal(v_order); end if;
  if jsonb_typeof(v_lines) is distinct from 'array' then
    select jsonb_agg(jsonb_build_object('lineId', line_id, 'quantity', quantity)) into v_lines
      from units_to_ship(p_tenant_id, p_order_id);
  end if;
  select l->>'lineId' as line_id, coalesce(u.quantity, 0) as units into v_short
    from jsonb_array_elements(v_lines) l left join units_to_ship(p_tenant_id, p_order_id) u on u.line_id = l->>'lineId'
    where (l->>'quantity')::int > coalesce(u.quantity, 0) limit 1;
  if found then
    return jsonb_build_object('code', 'parcel_too_large',
      'extra', jsonb_build_object('lineId', v_short.line_id, 'left', v_short.units));
  end if;
  insert into parcels (tenant_id, id, order_id, carrier, tracking_number, shipped_at)
    values (p_tenant_id, p_parcel->>'id', p_order_id, p_parcel->>'carrier', p_parcel->>'trackingNumber', p_now);
  insert into parcel_lines (tenant_id, parcel_id, line_id, quantity)
    select p_tenant_id, p_parcel->>'id', l->>'lineId', (l->>'quantity')::int from jsonb_array_elements(v_lines) l;
  update order_lines l set fulfilment = 'shipped'
    where l.tenant_id = p_tenant_id and l.id in (select x->>'lineId' from jsonb_array_elements(v_lines) x)
      and l.id not in (select u.line_id from units_to_ship(p_tenant_id, p_order_id) u);
  v_to := case when exists (select from units_to_ship(p_tenant_id, p_order_id)) then 'packed' else 'shipped' end;
  if v_to <> v_order.status then
    perform move_orders(array[p_order_id], v_to, p_by, (p_parcel->>'carrier') || ' ' || (p_parcel->>'trackingNumber'), p_now);
  else
    perform tell_order_changed(array[p_order_id]);
  end if;
  return jsonb_build_object('status', v_to);
end $$;
--> statement-breakpoint

-- A parcel has arrived; the order with its last one.
create function deliver_parcel(p_tenant_id text, p_order_id text, p_parcel_id text, p_by text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_order orders;
begin
  select * into v_order from orders where tenant_id = p_tenant_id and id = p_order_id for no key update;
  update parcels set delivered_at = p_now
    where tenant_id = p_tenant_id and order_id = p_order_id and id = p_parcel_id and delivered_at is null
      and v_order.status in ('packed', 'shipped', 'partially_refunded');
  if not found then
    return case when exists (select from parcels where tenant_id = p_tenant_id and order_id = p_order_id and id = p_parcel_id)
      then order_refusal(v_order) else jsonb_build_object('code', 'not_found') end;
  end if;
  update order_lines l set fulfilment = 'delivered'
    where l.tenant_id = p_tenant_id and l.order_id = p_order_id and l.fulfilment = 'shipped' and not exists (
      select from parcel_lines x join parcels p on p.tenant_id = x.tenant_id and p.id = x.parcel_id
      where x.tenant_id = l.tenant_id and x.line_id = l.id and p.delivered_at is null);
  if v_order.status = 'packed' or exists (select from units_to_ship(p_tenant_id, p_order_id))
    or exists (select from parcels where tenant_id = p_tenant_id and order_id = p_order_id and delivered_at is null) then
    perform tell_order_changed(array[p_order_id]);
    return jsonb_build_object('status', v_order.status);
  end if;
  perform move_orders(array[p_order_id], 'delivered', p_by, '', p_now);
  return jsonb_build_object('status', 'delivered');
end $$;
--> statement-breakpoint

-- What time does: what nobody said had arrived counts as delivered, and what was delivered is completed.
create function advance_orders(p_now timestamptz, p_shipped_before timestamptz, p_delivered_before timestamptz, p_max integer)
returns integer language plpgsql as $$
declare
  v_ids text[];
  v_count integer := 0;
begin
  select array_agg(id) into v_ids from (
    select id from orders where status = 'shipped' and moved_at < p_shipped_before
    order by moved_at limit p_max for no key update skip locked) due;
  if v_ids is not null then
    update parcels p set delivered_at = p_now from orders o
      where o.id = any(v_ids) and p.tenant_id = o.tenant_id and p.order_id = o.id and p.delivered_at is null;
    update order_lines l set fulfilment = 'delivered' from orders o
      where o.id = any(v_ids) and l.tenant_id = o.tenant_id and l.order_id = o.id and l.fulfilment = 'shipped';
    perform move_orders(v_ids, 'delivered', 'system', 'nobody said otherwise in time', p_now);
    v_count := cardinality(v_ids);
  end if;
  select array_agg(id) into v_ids from (
    select id from orders where status = 'delivered' and moved_at < p_delivered_before
    order by moved_at limit p_max for no key update skip locked) due;
  if v_ids is not null then
    perform move_orders(v_ids, 'completed', 'system', '', p_now);
    v_count := v_count + cardinality(v_ids);
  end if;
  return v_count;
end $$;
--> statement-breakpoint

-- Another address for what is not packed yet. Delivery was priced for the country and region, so those stay.
create function change_order_address(p_tenant_id text, p_order_id text, p_address jsonb, p_note_id text, p_by text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_order orders;
begin
  select * into v_order from orders where tenant_id = p_tenant_id and id = p_order_id for no key update;
  if v_order.id is null or v_order.status not in ('pending_payment', 'paid') then return order_refusal(v_order); end if;
  if v_order.address->>'country' <> p_address->>'country' or v_order.address->>'region' <> p_address->>'region' then
    return jsonb_build_object('code', 'address_region_fixed');
  end if;
  update orders set address = p_address where tenant_id = p_tenant_id and id = p_order_id;
  insert into order_notes (tenant_id, id, order_id, person_id, kind, text, created_at)
    values (p_tenant_id, p_note_id, p_order_id, p_by, 'address_changed', '', p_now);
  perform tell_order_changed(array[p_order_id]);
  return jsonb_build_object('status', v_order.status);
end $$;
--> statement-breakpoint

-- What lines and quantities cost: a share of what the line came to after its adjustments, so that refunding a line
-- unit by unit gives back exactly what it cost. `p_lines` is [{"lineId", "quantity"}].
create function lines_worth(p_tenant_id text, p_order_id text, p_lines jsonb) returns bigint language sql stable as $$
  select coalesce(sum(paid * (refunded + asked) / quantity - paid * refunded / quantity), 0)::bigint from (
    select l.quantity, l.refunded_quantity as refunded, (x->>'quantity')::int as asked,
      l.unit_price_minor * l.quantity + coalesce((
        select sum(a.amount_minor)::bigint from order_adjustments a
        where a.tenant_id = l.tenant_id and a.order_id = l.order_id and a.line_id = l.id), 0) as paid
    from jsonb_array_elements(p_lines) x
    join order_lines l on l.tenant_id = p_tenant_id and l.order_id = p_order_id and l.id = x->>'lineId') lines
$$;
--> statement-breakpoint

-- Who pays a refund back: everyone who was paid, by their share; what rounding leaves is the merchant's.
create function refund_entries(p_tenant_id text, p_order_id text, p_amount bigint, p_total bigint, p_currency text)
returns jsonb language sql as $$
  with shares as (
    select y as payee, case when y.kind = 'merchant' then null else y.amount_minor * p_amount / p_total end as part
    from order_payees y where y.tenant_id = p_tenant_id and y.order_id = p_order_id and y.amount_minor > 0
  )
  select jsonb_agg(ledger_entry(payee_account(payee, p_currency), -owed, p_currency)) from (
    select payee, coalesce(part, p_amount - coalesce((select sum(part) from shares), 0)::bigint) as owed from shares) parts
  where owed <> 0
$$;
--> statement-breakpoint

-- Gives money back on the merchant's word, {"lines": [{"lineId", "quantity"}] or null for all that is left with its
-- delivery, "restock", "reason"}: never more than was captured. Units can go back on sale. The payment provider is
-- asked afterwards, by the outbox. Once per key. Answers {"refundId"} or {"code", "extra"}.
create function refund_order(
  p_tenant_id text, p_order_id text, p_person_id text, p_route text, p_key text, p_request_hash text, p_refund jsonb, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_payment payments;
  v_order orders;
  v_amount bigint;
  v_paid bigint;
  v_left bigint;
  v_lines jsonb := p_refund->'lines';
  v_whole constant boolean := jsonb_typeof(p_refund->'lines') is distinct from 'array';
  v_refund_id text;
  v_allocation text;
  kept record;
begin
  select p.* into v_payment from payments p where p.id = (
    select a.payment_id from payment_allocations a join ledger_transfers t on t.kind = 'order_paid' and t.ref = a.id
    where a.tenant_id = p_tenant_id and a.order_id = p_order_id) for no key update;
  select * into v_order from orders where tenant_id = p_tenant_id and id = p_order_id for no key update;
  if v_order.id is null then return jsonb_build_object('code', 'not_found'); end if;
  select * into kept from kept_answer(p_person_id, p_route, p_key, p_request_hash);
  if found then return kept.response; end if;
  if v_payment.id is null or v_order.status not in ('paid', 'packed', 'shipped', 'delivered', 'completed', 'partially_refunded') then
    return order_refusal(v_order);
  end if;
  select a.amount_minor into strict v_paid from payment_allocations a
    where a.payment_id = v_payment.id and a.tenant_id = p_tenant_id and a.order_id = p_order_id;
  select v_paid - coalesce(sum(r.amount_minor), 0) into v_left from refunds r
    where r.tenant_id = p_tenant_id and r.order_id = p_order_id and r.requested_by is not null and r.status <> 'failed';
  if v_whole then
    select coalesce(jsonb_agg(jsonb_build_object('lineId', id, 'quantity', quantity - refunded_quantity)), '[]') into v_lines
      from order_lines where tenant_id = p_tenant_id and order_id = p_order_id and quantity > refunded_quantity;
  end if;
  if exists (
    select from jsonb_array_elements(v_lines) x left join order_lines l
      on l.tenant_id = p_tenant_id and l.order_id = p_order_id and l.id = x->>'lineId'
    where l.id is null or l.refunded_quantity + (x->>'quantity')::int > l.quantity) then
    return jsonb_build_object('code', 'refund_too_large');
  end if;
  v_amount := case when v_whole then v_left else lines_worth(p_tenant_id, p_order_id, v_lines) end;
  if v_amount <= 0 or v_amount > v_left then return jsonb_build_object('code', 'refund_too_large'); end if;

  v_refund_id := request_refund(v_payment, v_amount, p_tenant_id, p_order_id, p_refund->>'reason');
  update refunds set requested_by = p_person_id, created_at = p_now where id = v_refund_id;
  perform ledger_transfer('order_refund', v_refund_id,
    refund_entries(p_tenant_id, p_order_id, v_amount, v_paid, v_payment.currency) || jsonb_build_array(
      ledger_entry(ledger_account('platform', 'shelfcast', 'refunds_due', v_payment.currency), v_amount, v_payment.currency)));
  if (p_refund->>'restock')::boolean then perform restock_units(v_order, v_lines); end if;
  update order_lines l set refunded_quantity = l.refunded_quantity + (x->>'quantity')::int
    from jsonb_array_elements(v_lines) x where l.tenant_id = p_tenant_id and l.order_id = p_order_id and l.id = x->>'lineId';
  perform move_orders(array[p_order_id], 'refunding', p_person_id, p_refund->>'reason', p_now);
  perform keep_answer(p_person_id, p_route, p_key, p_request_hash, 201, jsonb_build_object('refundId', v_refund_id));
  return jsonb_build_object('refundId', v_refund_id);
end $$;
--> statement-breakpoint

-- Sold units back on sale; the buyer may have them again.
create function restock_units(p_order orders, p_lines jsonb) returns void language plpgsql as $$
declare
  v_units constant jsonb := (
    select jsonb_agg(jsonb_build_object('skuId', l.sku_id, 'saleId', l.sale_id, 'quantity', x->'quantity'))
    from jsonb_array_elements(p_lines) x join order_lines l
      on l.tenant_id = p_order.tenant_id and l.order_id = p_order.id and l.id = x->>'lineId');
begin
  perform lock_stock(p_order.tenant_id, v_units);
  update stock s set available = s.available + b.quantity, sold = s.sold - b.quantity
    from (select u->>'skuId' as sku_id, sum((u->>'quantity')::int) as quantity from jsonb_array_elements(v_units) u group by 1) b
    where s.tenant_id = p_order.tenant_id and s.sku_id = b.sku_id;
  update flash_sales f set taken = f.taken - b.quantity
    from (select u->>'saleId' as sale_id, sum((u->>'quantity')::int) as quantity
          from jsonb_array_elements(v_units) u where u->>'saleId' is not null group by 1) b
    where f.tenant_id = p_order.tenant_id and f.id = b.sale_id;
  update buyer_counts c set quantity = c.quantity - b.quantity
    from (select u->>'skuId' as sku_id, scope, sum((u->>'quantity')::int) as quantity
          from jsonb_array_elements(v_units) u, unnest(array['', u->>'saleId']) scope where scope is not null group by 1, 2) b
    where c.tenant_id = p_order.tenant_id and c.sku_id = b.sku_id and c.scope = b.scope and c.person_id = p_order.person_id;
end $$;
--> statement-breakpoint

-- As before; and an order whose merchant asked for the refund is refunded, wholly or in part. Lock order: payment,
-- then order, as everywhere.
create or replace function complete_refund(p_refund_id text, p_provider_ref text) returns boolean language plpgsql as $$
declare
  v_refund refunds;
  v_payment payments;
  v_order orders;
  v_given bigint;
begin
  select p.* into v_payment from payments p join refunds r on r.payment_id = p.id where r.id = p_refund_id for no key update of p;
  update refunds set status = 'done', provider_ref = p_provider_ref
    where id = p_refund_id and status = 'requested' returning * into v_refund;
  if not found then return false; end if;
  update payments set refunded_minor = refunded_minor + v_refund.amount_minor,
      status = case when refunded_minor + v_refund.amount_minor = captured_minor then 'refunded' else status end
    where id = v_refund.payment_id returning * into v_payment;
  perform ledger_transfer('refund', v_refund.id, jsonb_build_array(
    ledger_entry(ledger_account('platform', 'shelfcast', 'refunds_due', v_payment.currency), -v_refund.amount_minor, v_payment.currency),
    ledger_entry(ledger_account('provider', v_payment.provider, 'clearing', v_payment.currency), v_refund.amount_minor, v_payment.currency)));
  insert into outbox (topic, key, payload)
    values ('payment.refunded', v_payment.id, jsonb_build_object('paymentId', v_payment.id, 'refundId', v_refund.id));
  if v_refund.requested_by is not null then
    select * into strict v_order from orders where tenant_id = v_refund.tenant_id and id = v_refund.order_id for no key update;
    select sum(amount_minor) into v_given from refunds
      where tenant_id = v_refund.tenant_id and order_id = v_refund.order_id and requested_by is not null and status = 'done';
    perform move_orders(array[v_order.id], case when v_given = v_order.total_minor then 'refunded' else 'partially_refunded' end,
      'payments', '', now());
  end if;
  return true;
end $$;
