-- Of what a merchant earned, what may not be paid out yet: orders paid after a moment, less what of them was refunded.
create function held_sales(p_account_id text, p_paid_after timestamptz) returns bigint language sql stable as $$
  select greatest(0, coalesce(sum(e.amount_minor), 0))::bigint
  from ledger_entries e join ledger_transfers t on t.id = e.transfer_id
  left join payment_allocations a on t.kind = 'order_paid' and a.id = t.ref
  left join refunds r on t.kind = 'order_refund' and r.id = t.ref
  join orders o on o.tenant_id = coalesce(a.tenant_id, r.tenant_id) and o.id = coalesce(a.order_id, r.order_id)
  where e.account_id = p_account_id and o.paid_at > p_paid_after
    and e.created_at > p_paid_after - interval '1 day' -- for the index: an entry is not older than its order's payment
$$;
--> statement-breakpoint

-- A payout, once per key, of no more than is available. The merchant's account is locked, so two askings see each
-- other. Answers {"payoutId"} or {"code", "extra"}.
create function request_payout(
  p_person_id text, p_route text, p_key text, p_request_hash text,
  p_tenant_id text, p_amount bigint, p_hold interval, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_currency constant text := (select currency from tenants where id = p_tenant_id);
  v_sales constant text := ledger_account('tenant', p_tenant_id, 'sales', v_currency);
  v_available bigint;
  answer jsonb;
  kept record;
begin
  perform 1 from ledger_accounts where id = v_sales for no key update;
  select * into kept from kept_answer(p_person_id, p_route, p_key, p_request_hash);
  if found then return kept.response; end if;
  v_available := ledger_balance(v_sales) - held_sales(v_sales, p_now - p_hold);
  if p_amount > v_available then
    return jsonb_build_object('code', 'payout_too_large', 'extra', jsonb_build_object('availableMinor', v_available));
  end if;
  answer := jsonb_build_object('payoutId', new_id('pyo'));
  insert into payouts (id, tenant_id, amount_minor, currency, requested_by, created_at)
    values (answer->>'payoutId', p_tenant_id, p_amount, v_currency, p_person_id, p_now);
  perform ledger_transfer('payout', answer->>'payoutId', jsonb_build_array(
    ledger_entry(v_sales, -p_amount, v_currency),
    ledger_entry(ledger_account('tenant', p_tenant_id, 'payouts_due', v_currency), p_amount, v_currency)));
  perform keep_answer(p_person_id, p_route, p_key, p_request_hash, 201, answer);
  return answer;
end $$;
--> statement-breakpoint

-- Closes a payout as `paid` or `refused`. The same again changes nothing. Answers {} or {"code", "extra"}.
create function close_payout(p_payout_id text, p_state text, p_note text, p_by text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_payout payouts;
  v_to text;
begin
  select * into v_payout from payouts where id = p_payout_id for no key update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if v_payout.state = p_state then return '{}'; end if;
  if v_payout.state <> 'requested' then
    return jsonb_build_object('code', 'payout_closed', 'extra', jsonb_build_object('state', v_payout.state));
  end if;
  update payouts set state = p_state, note = p_note, closed_by = p_by, closed_at = p_now where id = p_payout_id;
  v_to := case p_state
    when 'paid' then ledger_account('platform', 'shelfcast', 'paid_out', v_payout.currency)
    else ledger_account('tenant', v_payout.tenant_id, 'sales', v_payout.currency) end;
  perform ledger_transfer('payout_' || p_state, p_payout_id, jsonb_build_array(
    ledger_entry(ledger_account('tenant', v_payout.tenant_id, 'payouts_due', v_payout.currency), -v_payout.amount_minor, v_payout.currency),
    ledger_entry(v_to, v_payout.amount_minor, v_payout.currency)));
  return '{}';
end $$;
