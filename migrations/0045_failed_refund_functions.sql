-- Refunds that a provider refuses for good, and who bears which part of a refund. Lock order as before: payment, then
-- order and stock.

-- As before; an order that comes back from a refund that failed was paid when it was paid.
create or replace function move_orders(p_order_ids text[], p_to text, p_by text, p_reason text, p_now timestamptz)
returns void language plpgsql as $$
begin
  insert into order_events (tenant_id, id, order_id, from_status, to_status, by, reason, created_at)
    select tenant_id, new_id('evt'), id, status, p_to, p_by, p_reason, p_now from orders where id = any(p_order_ids);
  update orders set status = p_to, moved_at = p_now,
      paid_at = case when p_to = 'paid' and status <> 'refunding' then p_now else paid_at end,
      closed_at = case when p_to in ('cancelled', 'expired') then p_now end
    where id = any(p_order_ids);
  perform tell_order_changed(p_order_ids);
end $$;
--> statement-breakpoint

insert into refund_shares (refund_id, tenant_id, payee_id, amount_minor)
  select r.id, r.tenant_id, y.id, r.amount_minor
  from refunds r join order_payees y on y.tenant_id = r.tenant_id and y.order_id = r.order_id and y.kind = 'merchant'
  where r.requested_by is not null;
--> statement-breakpoint

-- What of a payee's part of an order was not given back.
create function payee_left(y order_payees) returns bigint language sql stable as $$
  select y.amount_minor - coalesce(sum(s.amount_minor), 0)::bigint
  from refund_shares s join refunds r on r.id = s.refund_id and r.status <> 'failed'
  where s.tenant_id = y.tenant_id and s.payee_id = y.id
$$;
--> statement-breakpoint

-- What may still be given back of an order on the merchant's word.
create function refund_left(p_tenant_id text, p_order_id text, p_paid bigint) returns bigint language sql stable as $$
  select p_paid - coalesce(sum(r.amount_minor), 0)::bigint from refunds r
  where r.tenant_id = p_tenant_id and r.order_id = p_order_id and r.requested_by is not null and r.status <> 'failed'
$$;
--> statement-breakpoint

-- Says who bears a refund: every payee by their part of the order, of all that was given back so far, so that parts
-- given back bit by bit come to no more and no less than the whole. What rounding leaves is the merchant's, as far as
-- the merchant has anything left. The refund is there and counts; its order is locked.
create function share_refund(p_refund refunds) returns void language plpgsql as $$
declare
  v_payee order_payees;
  v_total bigint;
  v_given bigint;
  v_unshared bigint := p_refund.amount_minor;
  v_part bigint;
begin
  delete from refund_shares where refund_id = p_refund.id;
  select sum(y.amount_minor), sum(y.amount_minor - payee_left(y)) + p_refund.amount_minor into v_total, v_given
    from order_payees y where y.tenant_id = p_refund.tenant_id and y.order_id = p_refund.order_id;
  for v_payee in select * from order_payees y
    where y.tenant_id = p_refund.tenant_id and y.order_id = p_refund.order_id and y.kind <> 'merchant' order by y.id loop
    v_part := least(v_unshared,
      v_payee.amount_minor * v_given / v_total - (v_payee.amount_minor - payee_left(v_payee)));
    continue when v_part <= 0;
    insert into refund_shares (refund_id, tenant_id, payee_id, amount_minor)
      values (p_refund.id, p_refund.tenant_id, v_payee.id, v_part);
    v_unshared := v_unshared - v_part;
  end loop;
  for v_payee in select * from order_payees y
    where y.tenant_id = p_refund.tenant_id and y.order_id = p_refund.order_id order by y.kind <> 'merchant', y.id loop
    v_part := least(v_unshared, payee_left(v_payee));
    continue when v_part <= 0;
    insert into refund_shares as s (refund_id, tenant_id, payee_id, amount_minor)
      values (p_refund.id, p_refund.tenant_id, v_payee.id, v_part)
      on conflict (refund_id, payee_id) do update set amount_minor = s.amount_minor + excluded.amount_minor;
    v_unshared := v_unshared - v_part;
  end loop;
  if v_unshared > 0 then raise exception 'the payees of % do not have %', p_refund.order_id, p_refund.amount_minor; end if;
end $$;
--> statement-breakpoint

create function refund_share_entries(p_refund_id text, p_currency text) returns jsonb language sql as $$
  select jsonb_agg(ledger_entry(payee_account(y, p_currency), -s.amount_minor, p_currency))
  from refund_shares s join order_payees y on y.tenant_id = s.tenant_id and y.id = s.payee_id
  where s.refund_id = p_refund_id
$$;
--> statement-breakpoint

-- Whether these units of an order's lines were not refunded yet.
create function units_unrefunded(p_tenant_id text, p_order_id text, p_lines jsonb) returns boolean language sql stable as $$
  select not exists (
    select from jsonb_array_elements(p_lines) x left join order_lines l
      on l.tenant_id = p_tenant_id and l.order_id = p_order_id and l.id = x->>'lineId'
    where l.id is null or l.refunded_quantity + (x->>'quantity')::int > l.quantity)
$$;
--> statement-breakpoint

create function count_refunded(p_tenant_id text, p_order_id text, p_lines jsonb, p_sign integer) returns void language sql as $$
  update order_lines l set refunded_quantity = l.refunded_quantity + p_sign * (x->>'quantity')::int
    from jsonb_array_elements(p_lines) x where l.tenant_id = p_tenant_id and l.order_id = p_order_id and l.id = x->>'lineId'
$$;
--> statement-breakpoint

-- Asks for a refund of an order on somebody's word, books it to the payees, and takes the order to `refunding`.
create function open_refund(p_payment payments, p_refund refunds, p_now timestamptz) returns text language plpgsql as $$
declare
  v_refund refunds;
  v_id constant text := request_refund(p_payment, p_refund.amount_minor, p_refund.tenant_id, p_refund.order_id, p_refund.reason);
begin
  update refunds set requested_by = p_refund.requested_by, lines = p_refund.lines, restocked = p_refund.restocked,
      again_of = p_refund.again_of, created_at = p_now
    where id = v_id returning * into v_refund;
  perform share_refund(v_refund);
  perform ledger_transfer('order_refund', v_id, refund_share_entries(v_id, p_payment.currency) || jsonb_build_array(
    ledger_entry(ledger_account('platform', 'shelfcast', 'refunds_due', p_payment.currency), v_refund.amount_minor, p_payment.currency)));
  perform move_orders(array[v_refund.order_id], 'refunding', v_refund.requested_by, v_refund.reason, p_now);
  return v_id;
end $$;
--> statement-breakpoint

create function is_refundable(p_order orders) returns boolean language sql immutable as $$
  select p_order.status in ('paid', 'packed', 'shipped', 'delivered', 'completed', 'partially_refunded')
$$;
--> statement-breakpoint

-- As before; the refund keeps which units it is for.
create or replace function refund_order(
  p_tenant_id text, p_order_id text, p_person_id text, p_route text, p_key text, p_request_hash text, p_refund jsonb, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_payment payments;
  v_order orders;
  v_refund refunds;
  v_left bigint;
  v_lines jsonb := p_refund->'lines';
  v_whole constant boolean := jsonb_typeof(p_refund->'lines') is distinct from 'array';
  v_refund_id text;
  kept record;
begin
  select p.* into v_payment from payments p where p.id = (
    select a.payment_id from payment_allocations a join ledger_transfers t on t.kind = 'order_paid' and t.ref = a.id
    where a.tenant_id = p_tenant_id and a.order_id = p_order_id) for no key update;
  select * into v_order from orders where tenant_id = p_tenant_id and id = p_order_id for no key update;
  if v_order.id is null then return jsonb_build_object('code', 'not_found'); end if;
  select * into kept from kept_answer(p_person_id, p_route, p_key, p_request_hash);
  if found then return kept.response; end if;
  if v_payment.id is null or not is_refundable(v_order) then return order_refusal(v_order); end if;
  v_left := refund_left(p_tenant_id, p_order_id, v_order.total_minor);
  if v_whole then
    select coalesce(jsonb_agg(jsonb_build_object('lineId', id, 'quantity', quantity - refunded_quantity)), '[]') into v_lines
      from order_lines where tenant_id = p_tenant_id and order_id = p_order_id and quantity > refunded_quantity;
  end if;
  if not units_unrefunded(p_tenant_id, p_order_id, v_lines) then return jsonb_build_object('code', 'refund_too_large'); end if;
  v_refund.tenant_id := p_tenant_id;
  v_refund.order_id := p_order_id;
  v_refund.requested_by := p_person_id;
  v_refund.reason := p_refund->>'reason';
  v_refund.lines := v_lines;
  v_refund.restocked := (p_refund->>'restock')::boolean;
  v_refund.amount_minor := case when v_whole then v_left else lines_worth(p_tenant_id, p_order_id, v_lines) end;
  if v_refund.amount_minor <= 0 or v_refund.amount_minor > v_left then return jsonb_build_object('code', 'refund_too_large'); end if;

  v_refund_id := open_refund(v_payment, v_refund, p_now);
  if v_refund.restocked then perform restock_units(v_order, v_lines); end if;
  perform count_refunded(p_tenant_id, p_order_id, v_lines, 1);
  perform keep_answer(p_person_id, p_route, p_key, p_request_hash, 201, jsonb_build_object('refundId', v_refund_id));
  return jsonb_build_object('refundId', v_refund_id);
end $$;
--> statement-breakpoint

drop function refund_entries(text, text, bigint, bigint, text);
--> statement-breakpoint

-- As before; what was paid back another way counts too.
create or replace function complete_refund(p_refund_id text, p_provider_ref text) returns boolean language plpgsql as $$
declare
  v_refund refunds;
  v_payment payments;
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
  perform close_refund(v_refund, 'payments', now());
  return true;
end $$;
--> statement-breakpoint

-- Money was given back: says so, and takes an order that is being refunded to where it is then.
create function close_refund(p_refund refunds, p_by text, p_now timestamptz) returns void language plpgsql as $$
declare
  v_order orders;
begin
  insert into outbox (topic, key, payload)
    values ('payment.refunded', p_refund.payment_id, jsonb_build_object('paymentId', p_refund.payment_id, 'refundId', p_refund.id));
  if p_refund.requested_by is null then return; end if;
  select * into strict v_order from orders where tenant_id = p_refund.tenant_id and id = p_refund.order_id for no key update;
  perform move_orders(array[v_order.id],
    case when refund_left(v_order.tenant_id, v_order.id, v_order.total_minor) = 0 then 'refunded' else 'partially_refunded' end,
    p_by, '', p_now);
end $$;
--> statement-breakpoint

-- The provider will not give this money back, whenever it is asked. What the refund took from the payees is theirs
-- again, units that were not put on sale are the order's again, and so is its status. What is owed to a buyer who paid
-- too late stays owed. Answers whether this call was the one that booked it.
create function fail_refund(p_refund_id text, p_refusal text, p_now timestamptz) returns boolean language plpgsql as $$
declare
  v_refund refunds;
  v_order orders;
begin
  perform 1 from payments p join refunds r on r.payment_id = p.id where r.id = p_refund_id for no key update of p;
  update refunds set status = 'failed', refusal = p_refusal
    where id = p_refund_id and status = 'requested' returning * into v_refund;
  if not found then return false; end if;
  if v_refund.requested_by is null then return true; end if;
  select * into strict v_order from orders where tenant_id = v_refund.tenant_id and id = v_refund.order_id for no key update;
  perform ledger_transfer('order_refund_failed', v_refund.id, (
    select jsonb_agg(ledger_entry(e.account_id, -e.amount_minor, e.currency))
    from ledger_transfers t join ledger_entries e on e.transfer_id = t.id
    where t.kind = 'order_refund' and t.ref = v_refund.id));
  if not v_refund.restocked then perform count_refunded(v_order.tenant_id, v_order.id, v_refund.lines, -1); end if;
  perform move_orders(array[v_order.id], (
    select e.from_status from order_events e
    where e.tenant_id = v_order.tenant_id and e.order_id = v_order.id and e.to_status = 'refunding'
    order by e.created_at desc, e.id desc limit 1), 'payments', p_refusal, p_now);
  return true;
end $$;
--> statement-breakpoint

-- What becomes of a refund that failed: `again` asks the provider for another in its place; `elsewhere` says that the
-- buyer was paid another way: by the merchant (`p_tenant_id`), who then has of the others what they would have borne,
-- or by the platform (null). Answers {"status"} or {"code", "extra"}.
create function settle_failed_refund(
  p_tenant_id text, p_refund_id text, p_how text, p_note text, p_by text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_payment payments;
  v_order orders;
  v_refund refunds;
begin
  select p.* into v_payment from payments p join refunds r on r.payment_id = p.id where r.id = p_refund_id for no key update of p;
  select o.* into v_order from orders o join refunds r on r.tenant_id = o.tenant_id and r.order_id = o.id
    where r.id = p_refund_id for no key update of o;
  select * into v_refund from refunds where id = p_refund_id
    and (p_tenant_id is null or tenant_id = p_tenant_id and requested_by is not null) for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if v_refund.status <> 'failed' or exists (select from refunds where again_of = v_refund.id) then
    return jsonb_build_object('code', 'refund_settled', 'extra', jsonb_build_object('status', v_refund.status));
  end if;
  if v_refund.requested_by is not null then
    if not is_refundable(v_order) then return order_refusal(v_order); end if;
    if v_refund.amount_minor > refund_left(v_order.tenant_id, v_order.id, v_order.total_minor)
      or not (v_refund.restocked or units_unrefunded(v_order.tenant_id, v_order.id, v_refund.lines)) then
      return jsonb_build_object('code', 'refund_too_large');
    end if;
    if not v_refund.restocked then perform count_refunded(v_order.tenant_id, v_order.id, v_refund.lines, 1); end if;
  end if;
  if p_how = 'again' then
    perform refund_again(v_payment, v_refund, p_by, p_now);
  else
    update refunds set status = 'elsewhere', note = p_note, settled_by = p_by, settled_at = p_now
      where id = v_refund.id returning * into v_refund;
    perform book_elsewhere(v_payment, v_refund, p_tenant_id, p_now);
  end if;
  return jsonb_build_object('status', p_how);
end $$;
--> statement-breakpoint

create function refund_again(p_payment payments, p_refund refunds, p_by text, p_now timestamptz) returns void language plpgsql as $$
declare
  v_next refunds := p_refund;
begin
  if p_refund.requested_by is null then
    v_next.id := request_refund(p_payment, p_refund.amount_minor, p_refund.tenant_id, p_refund.order_id, p_refund.reason);
    update refunds set again_of = p_refund.id, created_at = p_now where id = v_next.id;
  else
    v_next.again_of := p_refund.id;
    v_next.requested_by := p_by;
    perform open_refund(p_payment, v_next, p_now);
  end if;
end $$;
--> statement-breakpoint

create function book_elsewhere(p_payment payments, p_refund refunds, p_tenant_id text, p_now timestamptz) returns void language plpgsql as $$
declare
  v_currency constant text := p_payment.currency;
  v_payer constant text := case when p_tenant_id is null
    then ledger_account('platform', 'shelfcast', 'paid_out', v_currency)
    else ledger_account('tenant', p_tenant_id, 'sales', v_currency) end;
  v_entries jsonb;
begin
  if p_refund.requested_by is null then
    v_entries := jsonb_build_array(
      ledger_entry(ledger_account('platform', 'shelfcast', 'refunds_due', v_currency), -p_refund.amount_minor, v_currency));
  else
    perform share_refund(p_refund);
    v_entries := refund_share_entries(p_refund.id, v_currency);
    perform move_orders(array[p_refund.order_id], 'refunding', p_refund.settled_by, p_refund.reason, p_now);
  end if;
  select jsonb_agg(ledger_entry(account, amount, v_currency)) into v_entries from (
    select e->>'account' as account, sum((e->>'amount')::bigint)::bigint as amount
    from jsonb_array_elements(v_entries || ledger_entry(v_payer, p_refund.amount_minor, v_currency)) e
    group by 1 having sum((e->>'amount')::bigint) <> 0) sums;
  -- Where the merchant alone was paid, and pays back: nothing moves in the books.
  if v_entries is not null then perform ledger_transfer('refund_elsewhere', p_refund.id, v_entries); end if;
  perform close_refund(p_refund, p_refund.settled_by, p_now + interval '1 millisecond'); -- the later of two moves
end $$;
--> statement-breakpoint

-- Whether a refund that failed waits for somebody: it can still be given back, and nobody has seen to it.
create function refund_waits(r refunds) returns boolean language sql stable as $$
  select r.status = 'failed' and not exists (select from refunds a where a.again_of = r.id)
    and (r.requested_by is null or r.amount_minor <= (
      select refund_left(o.tenant_id, o.id, o.total_minor) from orders o where o.tenant_id = r.tenant_id and o.id = r.order_id))
$$;
--> statement-breakpoint

-- As before, with refunds that failed.
create or replace function held_sales(p_account_id text, p_paid_after timestamptz) returns bigint language sql stable as $$
  select greatest(0, coalesce(sum(e.amount_minor), 0))::bigint
  from ledger_entries e join ledger_transfers t on t.id = e.transfer_id
  left join payment_allocations a on t.kind = 'order_paid' and a.id = t.ref
  left join refunds r on t.kind in ('order_refund', 'order_refund_failed', 'refund_elsewhere') and r.id = t.ref
  join orders o on o.tenant_id = coalesce(a.tenant_id, r.tenant_id) and o.id = coalesce(a.order_id, r.order_id)
  where e.account_id = p_account_id and o.paid_at > p_paid_after
    and e.created_at > p_paid_after - interval '1 day' -- for the index: an entry is not older than its order's payment
$$;
