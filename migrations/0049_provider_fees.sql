ALTER TABLE "statement_lines" DROP CONSTRAINT "statement_lines_movement";--> statement-breakpoint
ALTER TABLE "sandbox_payments" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "statement_lines" ADD COLUMN "fee_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "statement_lines" ADD COLUMN "fee_currency" text;--> statement-breakpoint
ALTER TABLE "statement_lines" ADD CONSTRAINT "statement_lines_movement" CHECK ("statement_lines"."movement" in ('charge', 'refund', 'payout', 'fee'));--> statement-breakpoint

-- What a transfer moved on a provider's clearing account.
create function cleared(p_transfer ledger_transfers, p_provider text, p_currency text) returns bigint language sql stable as $$
  select coalesce(sum(e.amount_minor), 0)::bigint from ledger_entries e join ledger_accounts a on a.id = e.account_id
  where e.transfer_id = p_transfer.id and a.owner_kind = 'provider' and a.owner_id = p_provider and a.kind = 'clearing'
    and a.currency = p_currency
$$;
--> statement-breakpoint

-- What we have booked under a name that a provider handed back: what its clearing account moved by. 0 while the money
-- has not moved for us.
create or replace function booked_movement(p_provider text, p_movement text, p_name text)
returns table (amount_minor bigint, currency text, tenant_id text, order_id text) language sql stable as $$
  select coalesce((
      select -sum(cleared(t, p.provider, p.currency)) from payment_allocations a
      join ledger_transfers t on t.kind in ('order_paid', 'late_payment') and t.ref = a.id
        or t.kind = 'coins_bought' and t.ref = a.coin_purchase_id
      where a.payment_id = p.id), 0)::bigint, p.currency, p.tenant_id,
    (select a.order_id from payment_allocations a where a.payment_id = p.id order by a.id limit 1)
  from payments p where p_movement = 'charge' and p.id = p_name and p.provider = p_provider
  union all
  select coalesce((
      select sum(cleared(t, p.provider, p.currency)) from ledger_transfers t where t.kind = 'refund' and t.ref = r.id), 0)::bigint,
    p.currency, r.tenant_id, r.order_id
  from refunds r join payments p on p.id = r.payment_id
  where p_movement = 'refund' and r.id = p_name and p.provider = p_provider
$$;
--> statement-breakpoint

-- Books what nothing but a statement tells: a provider's fees, and what it paid out to our bank. Once per movement.
create function book_statement_line(l statement_lines) returns void language plpgsql as $$
declare
  v_ref constant text := l.provider || '/' || l.movement || '/' || l.ref;
  v_fee constant bigint := case l.movement when 'fee' then l.amount_minor else l.fee_minor end;
  v_fee_currency constant text := coalesce(l.fee_currency, l.currency);
begin
  if v_fee <> 0 then
    perform ledger_transfer('provider_fee', v_ref, jsonb_build_array(
      ledger_entry(ledger_account('platform', 'shelfcast', 'provider_fees', v_fee_currency), -v_fee, v_fee_currency),
      ledger_entry(ledger_account('provider', l.provider, 'clearing', v_fee_currency), v_fee, v_fee_currency)));
  end if;
  if l.movement = 'payout' and l.amount_minor <> 0 then
    perform ledger_transfer('provider_payout', v_ref, jsonb_build_array(
      ledger_entry(ledger_account('platform', 'shelfcast', 'bank', l.currency), -l.amount_minor, l.currency),
      ledger_entry(ledger_account('provider', l.provider, 'clearing', l.currency), l.amount_minor, l.currency)));
  end if;
end $$;
--> statement-breakpoint

-- As before, with lines [{"movement", "ref", "name", "amountMinor", "currency", "feeMinor", "feeCurrency"}]: fees and
-- payouts are booked, charges and refunds compared.
create or replace function reconcile_statement(p_provider text, p_day date, p_day_before timestamptz, p_lines jsonb, p_now timestamptz)
returns integer language plpgsql as $$
declare
  v_new integer;
  v_count integer;
begin
  insert into provider_statements (provider, day, created_at) values (p_provider, p_day, p_now) on conflict do nothing;
  if not found then return 0; end if;
  insert into statement_lines (provider, movement, ref, day, name, amount_minor, currency, fee_minor, fee_currency)
    select p_provider, l.movement, l.ref, p_day, l.name, l."amountMinor", l.currency, coalesce(l."feeMinor", 0), l."feeCurrency"
    from jsonb_to_recordset(p_lines)
      as l(movement text, ref text, name text, "amountMinor" bigint, currency text, "feeMinor" bigint, "feeCurrency" text)
    on conflict do nothing;
  perform book_statement_line(l) from statement_lines l where l.provider = p_provider and l.day = p_day;

  insert into statement_differences (id, provider, day, movement, kind, subject, name, tenant_id, order_id,
      ours_minor, theirs_minor, currency, created_at)
    select new_id('dif'), p_provider, p_day, d.movement, d.kind, d.ref, d.name, d.tenant_id, d.order_id,
      coalesce(d.booked, 0), d.amount_minor, d.currency, p_now
    from (
      select l.*, b.amount_minor as booked, b.tenant_id, b.order_id, case
        when b.amount_minor is null then 'unknown'
        when exists (select from statement_lines o where o.provider = p_provider and o.movement = l.movement
          and o.name = l.name and (o.day, o.ref) < (l.day, l.ref)) then 'duplicate'
        when b.amount_minor = 0 then 'unbooked'
        when b.amount_minor <> l.amount_minor or b.currency <> l.currency then 'amount'
      end as kind
      from statement_lines l left join lateral booked_movement(p_provider, l.movement, l.name) b on true
      where l.provider = p_provider and l.day = p_day and l.movement in ('charge', 'refund')) d
    where d.kind is not null
    on conflict do nothing;
  get diagnostics v_new = row_count;

  if (select count(*) from provider_statements s where s.provider = p_provider and s.day in (p_day - 1, p_day - 2)) = 2 then
    insert into statement_differences (id, provider, day, movement, kind, subject, name, tenant_id, order_id,
        ours_minor, theirs_minor, currency, created_at)
      select new_id('dif'), p_provider, p_day - 1, m.movement, 'missing', m.name, m.name, b.tenant_id, b.order_id,
        b.amount_minor, 0, b.currency, p_now
      from booked_between(p_provider, p_day_before, p_day_before + interval '1 day') m,
        lateral booked_movement(p_provider, m.movement, m.name) b
      where not exists (select from statement_lines l
        where l.provider = p_provider and l.movement = m.movement and l.name = m.name)
      on conflict do nothing;
    get diagnostics v_count = row_count;
    v_new := v_new + v_count;
  end if;

  update statement_differences d set state = 'settled', settled_at = p_now, note = 'explained by the statement of ' || p_day
    where d.provider = p_provider and d.state = 'open' and (
      d.kind = 'missing' and exists (select from statement_lines l
        where l.provider = p_provider and l.movement = d.movement and l.name = d.name)
      or d.kind = 'unbooked' and exists (select from booked_movement(p_provider, d.movement, d.name) b
        where b.amount_minor = d.theirs_minor and b.currency = d.currency));
  return v_new;
end $$;
--> statement-breakpoint

-- As before; money that we cannot place is a row for the operator at once.
create or replace function apply_payment_event(p_provider text, p_event jsonb, p_now timestamptz)
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
  if p_event->>'kind' = 'captured' and v_outcome in ('unknown_payment', 'mismatch', 'second_capture') then
    insert into statement_differences (id, provider, day, movement, kind, subject, name, tenant_id, order_id,
        ours_minor, theirs_minor, currency, created_at)
      select new_id('dif'), p_provider, p_now::date, 'charge', case v_outcome when 'unknown_payment' then 'unknown' else v_outcome end,
        p_event->>'transactionId', p_event->>'paymentId', v_payment.tenant_id,
        (select a.order_id from payment_allocations a where a.payment_id = v_payment.id order by a.id limit 1),
        coalesce(v_payment.amount_minor, 0), (p_event->>'amountMinor')::bigint, p_event->>'currency', p_now
      on conflict do nothing;
  end if;
  update inbox set outcome = v_outcome where source = p_provider and event_id = p_event->>'id';
  return v_outcome;
end $$;
