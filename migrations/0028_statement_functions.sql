-- What we have booked under a name that a provider handed back: 0 while the money has not moved for us.
create function booked_movement(p_provider text, p_movement text, p_name text)
returns table (amount_minor bigint, currency text, tenant_id text, order_id text) language sql stable as $$
  select p.captured_minor, p.currency, p.tenant_id,
    (select a.order_id from payment_allocations a where a.payment_id = p.id order by a.id limit 1)
  from payments p where p_movement = 'charge' and p.id = p_name and p.provider = p_provider
  union all
  select case r.status when 'done' then r.amount_minor else 0 end, p.currency, r.tenant_id, r.order_id
  from refunds r join payments p on p.id = r.payment_id
  where p_movement = 'refund' and r.id = p_name and p.provider = p_provider
$$;
--> statement-breakpoint

-- What was booked between two moments, by our names. A refund is booked when it is done, which may be long after it
-- was asked for.
create function booked_between(p_provider text, p_from timestamptz, p_to timestamptz)
returns table (movement text, name text) language sql stable as $$
  select 'charge', p.id from payments p
  where p.provider = p_provider and p.captured_at >= p_from and p.captured_at < p_to
  union all
  select 'refund', r.id from refunds r join payments p on p.id = r.payment_id
  join ledger_transfers t on t.kind = 'refund' and t.ref = r.id
  where p.provider = p_provider and r.status = 'done' and r.created_at > p_from - interval '90 days'
    and t.created_at >= p_from and t.created_at < p_to
$$;
--> statement-breakpoint

-- Keeps a day's statement, lines [{"movement", "ref", "name", "amountMinor", "currency"}], once, and what differs from
-- the books. What was booked on the day before (it begins at p_day_before) must be here by then, if the statements of
-- that day and of the one before it were read. Answers how many differences are new.
create function reconcile_statement(p_provider text, p_day date, p_day_before timestamptz, p_lines jsonb, p_now timestamptz)
returns integer language plpgsql as $$
declare
  v_new integer;
  v_count integer;
begin
  insert into provider_statements (provider, day, created_at) values (p_provider, p_day, p_now) on conflict do nothing;
  if not found then return 0; end if;
  insert into statement_lines (provider, movement, ref, day, name, amount_minor, currency)
    select p_provider, l.movement, l.ref, p_day, l.name, l."amountMinor", l.currency
    from jsonb_to_recordset(p_lines) as l(movement text, ref text, name text, "amountMinor" bigint, currency text)
    on conflict do nothing;

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
      where l.provider = p_provider and l.day = p_day) d
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
