-- Payments. Lock order: payment, then orders and stock as in the functions of orders.

-- The payment of an order that the buyer starts with this key: the one already under way with this provider, or a new
-- one. Answers {"paymentId"} or {"code", "extra"}. The row stands before the provider hears of it.
create function start_order_payment(
  p_person_id text, p_route text, p_key text, p_request_hash text, p_order_id text, p_provider text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_order orders;
  v_payment_id text;
  kept record;
begin
  select * into v_order from orders where id = p_order_id and person_id = p_person_id for no key update;
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

-- A purchase of coins with its payment, once per key. Answers {"purchaseId", "paymentId"} or {"code"}.
create function start_coin_payment(
  p_person_id text, p_route text, p_key text, p_request_hash text,
  p_coins bigint, p_amount_minor bigint, p_currency text, p_provider text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  answer jsonb;
  kept record;
begin
  select * into kept from kept_answer(p_person_id, p_route, p_key, p_request_hash);
  if found then return kept.response; end if;
  answer := jsonb_build_object('purchaseId', new_id('cpu'), 'paymentId', new_id('pay'));
  insert into coin_purchases (id, person_id, coins, amount_minor, currency, created_at)
    values (answer->>'purchaseId', p_person_id, p_coins, p_amount_minor, p_currency, p_now);
  insert into payments (id, person_id, provider, amount_minor, currency, created_at)
    values (answer->>'paymentId', p_person_id, p_provider, p_amount_minor, p_currency, p_now);
  insert into payment_allocations (id, payment_id, coin_purchase_id, amount_minor)
    values (new_id('alc'), answer->>'paymentId', answer->>'purchaseId', p_amount_minor);
  perform keep_answer(p_person_id, p_route, p_key, p_request_hash, 201, answer);
  return answer;
end $$;
--> statement-breakpoint

create function ledger_entry(p_account_id text, p_amount bigint, p_currency text) returns jsonb language sql immutable as $$
  select jsonb_build_object('account', p_account_id, 'amount', p_amount, 'currency', p_currency)
$$;
--> statement-breakpoint

-- Asks for money to be given back: booked as owed to the buyer until the provider has done it.
create function request_refund(p_payment payments, p_amount bigint, p_tenant_id text, p_order_id text, p_reason text)
returns text language plpgsql as $$
declare
  refund_id constant text := new_id('ref');
begin
  insert into refunds (id, payment_id, tenant_id, order_id, amount_minor, reason)
    values (refund_id, p_payment.id, p_tenant_id, p_order_id, p_amount, p_reason);
  insert into outbox (topic, key, payload)
    values ('refund.requested', p_payment.id, jsonb_build_object('refundId', refund_id));
  return refund_id;
end $$;
--> statement-breakpoint

-- The order's part of a captured payment: the order is paid, or its money goes back.
-- Answers `paid`, `reallocated` (paid after it had expired, and its units were still there) or `refunding`.
create function settle_order(p_payment payments, p_allocation payment_allocations, p_now timestamptz)
returns text language plpgsql as $$
declare
  v_order orders;
  v_lines jsonb;
  v_clearing constant text := ledger_account('provider', p_payment.provider, 'clearing', p_payment.currency);
  v_outcome text := 'refunding';
begin
  select * into strict v_order from orders where id = p_allocation.order_id for no key update;
  v_lines := order_lines_json(v_order.tenant_id, v_order.id);
  perform lock_stock(v_order.tenant_id, v_lines);
  if v_order.status = 'pending_payment' then
    update stock s set reserved = s.reserved - b.quantity, sold = s.sold + b.quantity
      from (select l->>'skuId' as sku_id, sum((l->>'quantity')::int) as quantity
            from jsonb_array_elements(v_lines) l group by 1) b
      where s.tenant_id = v_order.tenant_id and s.sku_id = b.sku_id;
    v_outcome := 'paid';
  elsif v_order.status = 'expired' and units_refusal(v_order.tenant_id, v_order.person_id, v_lines, null) is null then
    perform take_units(v_order.tenant_id, v_order.person_id, v_lines, 'sold');
    v_outcome := 'reallocated';
  end if;
  if v_outcome = 'refunding' then
    perform ledger_transfer('late_payment', p_allocation.id, jsonb_build_array(
      ledger_entry(v_clearing, -p_allocation.amount_minor, p_payment.currency),
      ledger_entry(ledger_account('platform', 'shelfcast', 'refunds_due', p_payment.currency), p_allocation.amount_minor, p_payment.currency)));
    perform request_refund(p_payment, p_allocation.amount_minor, v_order.tenant_id, v_order.id, 'paid when the order was ' || v_order.status);
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

create function payee_account(p_payee order_payees, p_currency text) returns text language sql as $$
  select case p_payee.kind
    when 'merchant' then ledger_account('tenant', p_payee.payee_id, 'sales', p_currency)
    when 'platform' then ledger_account('platform', p_payee.payee_id, 'fees', p_currency)
    else ledger_account('person', p_payee.payee_id, 'commission', p_currency)
  end
$$;
--> statement-breakpoint

-- Coins into the wallet, against the platform's issue of coins; the money is the platform's.
create function settle_coins(p_payment payments, p_allocation payment_allocations)
returns text language plpgsql as $$
declare
  v_purchase coin_purchases;
begin
  select * into strict v_purchase from coin_purchases where id = p_allocation.coin_purchase_id for no key update;
  update coin_purchases set status = 'credited' where id = v_purchase.id;
  perform ledger_transfer('coins_bought', v_purchase.id, jsonb_build_array(
    ledger_entry(ledger_account('provider', p_payment.provider, 'clearing', p_payment.currency), -p_allocation.amount_minor, p_payment.currency),
    ledger_entry(ledger_account('platform', 'shelfcast', 'coin_sales', p_payment.currency), p_allocation.amount_minor, p_payment.currency),
    ledger_entry(ledger_account('platform', 'shelfcast', 'issued', 'COIN'), -v_purchase.coins, 'COIN'),
    ledger_entry(ledger_account('person', v_purchase.person_id, 'wallet', 'COIN'), v_purchase.coins, 'COIN')));
  return 'credited';
end $$;
--> statement-breakpoint

create function capture_payment(p_payment payments, p_now timestamptz) returns text language plpgsql as $$
declare
  v_allocation payment_allocations;
  v_outcome text;
begin
  update payments set status = 'captured', captured_minor = amount_minor, captured_at = p_now where id = p_payment.id;
  for v_allocation in select * from payment_allocations where payment_id = p_payment.id order by order_id loop
    v_outcome := case when v_allocation.order_id is null then settle_coins(p_payment, v_allocation)
                      else settle_order(p_payment, v_allocation, p_now) end;
  end loop;
  insert into outbox (topic, key, payload)
    values ('payment.captured', p_payment.id, jsonb_build_object('paymentId', p_payment.id, 'personId', p_payment.person_id, 'outcome', v_outcome));
  return v_outcome;
end $$;
--> statement-breakpoint

-- One verified event of a provider, {"id", "kind", "paymentId", "transactionId", "providerRef", "amountMinor",
-- "currency"}: applied once per event id and once per transaction, matched on payment, amount and currency.
-- Answers what became of it; what it was is kept in the inbox.
create function apply_payment_event(p_provider text, p_event jsonb, p_now timestamptz)
returns text language plpgsql as $$
declare
  v_payment payments;
  v_outcome text;
begin
  insert into inbox (source, event_id, payload, outcome) values (p_provider, p_event->>'id', p_event, 'seen')
    on conflict do nothing;
  if not found then return 'duplicate'; end if;
  select * into v_payment from payments where id = p_event->>'paymentId' and provider = p_provider for no key update;
  if not found then
    v_outcome := 'unknown_payment';
  elsif (p_event->>'amountMinor')::bigint <> v_payment.amount_minor or p_event->>'currency' <> v_payment.currency
     or p_event->>'providerRef' <> v_payment.provider_ref then
    v_outcome := 'mismatch';
  elsif p_event->>'kind' = 'failed' then
    update payments set status = 'failed' where id = v_payment.id and status in ('created', 'pending');
    v_outcome := case when found then 'failed' else 'ignored' end;
  else
    insert into inbox (source, event_id, payload, outcome)
      values (p_provider || ':transaction', p_event->>'transactionId', p_event, 'seen') on conflict do nothing;
    if not found then
      v_outcome := 'duplicate';
    elsif v_payment.status in ('captured', 'refunded') then
      v_outcome := 'second_capture';
    else
      -- The news may come before the provider's answer to the start; a refund needs its name.
      update payments set provider_ref = p_event->>'providerRef' where id = v_payment.id and provider_ref is null;
      v_outcome := capture_payment(v_payment, p_now);
    end if;
  end if;
  update inbox set outcome = v_outcome where source = p_provider and event_id = p_event->>'id';
  return v_outcome;
end $$;
--> statement-breakpoint

-- The provider has given the money back. Answers whether this call was the one that booked it.
create function complete_refund(p_refund_id text, p_provider_ref text) returns boolean language plpgsql as $$
declare
  v_refund refunds;
  v_payment payments;
begin
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
  return true;
end $$;
