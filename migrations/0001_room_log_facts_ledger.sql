-- What drizzle-kit cannot express: tables partitioned by time, the room's numbered stream, the ledger's guards.

-- The show's record: every state event with its place in the room's stream.
create table room_log (
  tenant_id text not null,
  show_id text not null,
  epoch integer not null,
  "offset" bigint not null,
  event jsonb not null,
  at timestamptz not null default now(),
  primary key (show_id, epoch, "offset", at)
) partition by range (at);
create table room_log_rest partition of room_log default;
--> statement-breakpoint

-- Gives an event the next place in its room's stream and writes it down, in the caller's own statement: whoever
-- changes a state calls this in the same statement. The row lock on room_heads makes commit order offset order.
create function room_append(p_tenant_id text, p_show_id text, p_event jsonb)
returns table (epoch integer, "offset" bigint)
language plpgsql as $$
begin
  update room_heads h set "offset" = h."offset" + 1
    where h.tenant_id = p_tenant_id and h.show_id = p_show_id
    returning h.epoch, h."offset" into epoch, "offset";
  if not found then
    raise exception 'room % has no head', p_show_id using errcode = 'no_data_found';
  end if;
  insert into room_log (tenant_id, show_id, epoch, "offset", event)
    values (p_tenant_id, p_show_id, epoch, "offset",
            p_event || jsonb_build_object('pos', jsonb_build_array(epoch, "offset")));
  return next;
end $$;
--> statement-breakpoint

-- A room's head comes with its show.
create function show_gets_room() returns trigger language plpgsql as $$
begin
  insert into room_heads (tenant_id, show_id) values (new.tenant_id, new.id);
  return null;
end $$;
--> statement-breakpoint
create trigger shows_get_room after insert on shows for each row execute function show_gets_room();
--> statement-breakpoint

-- What people and domains did: the one thing that recommendation, data, ads and risk read. The event id is a
-- UUIDv7 made by its author, and `at` is the time inside it, so the same event always falls into the same partition.
create table facts (
  event_id uuid not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  type text not null check (type in ('seen', 'dwell', 'like', 'comment', 'product_opened', 'bagged', 'ordered', 'paid', 'refunded', 'tipped')),
  tenant_id text not null references tenants (id),
  person_id text references persons (id),
  session_id text,
  show_id text,
  product_id text,
  impression_id text,
  position integer check (position >= 0),
  value_minor bigint,
  currency text,
  consent boolean not null,
  source jsonb not null default '{}',
  data jsonb not null default '{}',
  primary key (event_id, at)
) partition by range (at);
create table facts_rest partition of facts default;
create index facts_show on facts (tenant_id, show_id, type, at);
create index facts_person on facts (person_id, at);
--> statement-breakpoint

-- Makes the monthly partitions of room_log and facts for this month and the given number of months to come.
-- Run at every start and once a day. Rows that came before their partition are in the default one and stay there;
-- such a month is left to it.
create function ensure_partitions(months_ahead integer) returns void language plpgsql as $$
declare
  parent text;
  first date;
  stray boolean;
begin
  foreach parent in array array['room_log', 'facts'] loop
    for i in 0..months_ahead loop
      first := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => i))::date;
      if to_regclass(format('%s_%s', parent, to_char(first, 'YYYYMM'))) is not null then continue; end if;
      execute format('select exists (select from %I where at >= %L and at < %L)', parent || '_rest',
                     first::text || ' UTC', (first + interval '1 month')::date::text || ' UTC') into stray;
      if stray then continue; end if;
      execute format('create table %I partition of %I for values from (%L) to (%L)',
                     parent || '_' || to_char(first, 'YYYYMM'), parent,
                     first::text || ' UTC', (first + interval '1 month')::date::text || ' UTC');
    end loop;
  end loop;
end $$;
--> statement-breakpoint

-- Double entry: at commit, a transfer's entries sum to zero in every currency and match their accounts.
create function ledger_transfer_balances() returns trigger language plpgsql as $$
begin
  if exists (select from ledger_entries where transfer_id = new.transfer_id group by currency having sum(amount_minor) <> 0) then
    raise exception 'ledger transfer % does not sum to zero', new.transfer_id using errcode = 'check_violation', constraint = 'ledger_transfer_balances';
  end if;
  if exists (select from ledger_accounts a where a.id = new.account_id and a.currency <> new.currency) then
    raise exception 'ledger entry % is in another currency than its account', new.id using errcode = 'check_violation', constraint = 'ledger_entry_currency';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger ledger_entries_balance after insert on ledger_entries
  deferrable initially deferred for each row execute function ledger_transfer_balances();
--> statement-breakpoint
create function append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger ledger_entries_append_only before update or delete on ledger_entries for each row execute function append_only();
create trigger ledger_transfers_append_only before update or delete on ledger_transfers for each row execute function append_only();
create trigger order_events_append_only before update or delete on order_events for each row execute function append_only();
