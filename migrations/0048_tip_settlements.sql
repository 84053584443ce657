CREATE TABLE "coin_rates" (
	"currency" text NOT NULL,
	"version" integer NOT NULL,
	"minor_per_100_coins" integer NOT NULL,
	"by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "coin_rates_currency_version_pk" PRIMARY KEY("currency","version"),
	CONSTRAINT "coin_rates_positive" CHECK ("coin_rates"."version" > 0 and "coin_rates"."minor_per_100_coins" > 0)
);
--> statement-breakpoint
CREATE TABLE "tip_settlements" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"show_id" text NOT NULL,
	"coins" bigint NOT NULL,
	"currency" text NOT NULL,
	"rate_version" integer NOT NULL,
	"minor_per_100_coins" integer NOT NULL,
	"amount_minor" bigint NOT NULL,
	"host_id" text,
	"host_minor" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tip_settlements_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "tip_settlements_amounts" CHECK ("tip_settlements"."coins" > 0 and "tip_settlements"."host_minor" between 0 and "tip_settlements"."amount_minor")
);
--> statement-breakpoint
ALTER TABLE "payouts" ALTER COLUMN "tenant_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "payouts" ADD COLUMN "person_id" text;--> statement-breakpoint
ALTER TABLE "tips" ADD COLUMN "settlement_id" text;--> statement-breakpoint
ALTER TABLE "tip_settlements" ADD CONSTRAINT "tip_settlements_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tip_settlements" ADD CONSTRAINT "tip_settlements_host_id_persons_id_fk" FOREIGN KEY ("host_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tip_settlements" ADD CONSTRAINT "tip_settlements_show_fk" FOREIGN KEY ("tenant_id","show_id") REFERENCES "public"."shows"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tip_settlements_host" ON "tip_settlements" USING btree ("host_id") WHERE "tip_settlements"."host_id" is not null;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tips" ADD CONSTRAINT "tips_settlement_fk" FOREIGN KEY ("tenant_id","settlement_id") REFERENCES "public"."tip_settlements"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payouts_person" ON "payouts" USING btree ("person_id","id") WHERE "payouts"."person_id" is not null;--> statement-breakpoint
CREATE INDEX "tips_unsettled" ON "tips" USING btree ("tenant_id","show_id") WHERE "tips"."settlement_id" is null;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_payee" CHECK (num_nonnulls("payouts"."tenant_id", "payouts"."person_id") = 1);--> statement-breakpoint
create trigger coin_rates_append_only before update or delete on coin_rates for each row execute function append_only();
--> statement-breakpoint
create trigger tip_settlements_append_only before update or delete on tip_settlements for each row execute function append_only();
--> statement-breakpoint

-- Makes tips into money, by show, of those given before a moment: coins go from the tenant's earnings out of
-- circulation, and money from what coins were sold for to the tenant's sales and to the show's host, by the operator's
-- rate and the tenant's share as they are now. What rounding leaves is the platform's. Nothing happens before there is a
-- rate. Answers how many shows it settled.
create function settle_tips(p_currency text, p_before timestamptz, p_now timestamptz, p_max integer)
returns integer language plpgsql as $$
declare
  v_rate coin_rates;
  v_show record;
  v_count integer := 0;
begin
  select * into v_rate from coin_rates where currency = p_currency order by version desc limit 1;
  if not found then return 0; end if;
  for v_show in
    select tenant_id, show_id from tips where settlement_id is null and created_at < p_before
    group by 1, 2 having sum(coins) * v_rate.minor_per_100_coins >= 100 order by 1, 2 limit p_max loop
    v_count := v_count + settle_show_tips(v_show.tenant_id, v_show.show_id, v_rate, p_before, p_now);
  end loop;
  return v_count;
end $$;
--> statement-breakpoint

create function settle_show_tips(p_tenant_id text, p_show_id text, p_rate coin_rates, p_before timestamptz, p_now timestamptz)
returns integer language plpgsql as $$
declare
  v_earnings constant text := ledger_account('tenant', p_tenant_id, 'earnings', 'COIN');
  v_id constant text := new_id('tst');
  v_host constant text := show_host(p_tenant_id, p_show_id);
  v_host_bps integer;
  v_coins bigint;
  v_tips text[];
  v_amount bigint;
  v_host_minor bigint := 0;
begin
  -- Locked, so that two processes do not settle the same tips.
  perform 1 from ledger_accounts where id = v_earnings for no key update;
  select coalesce(sum(coins), 0), array_agg(id) into v_coins, v_tips from tips
    where tenant_id = p_tenant_id and show_id = p_show_id and settlement_id is null and created_at < p_before;
  v_amount := v_coins * p_rate.minor_per_100_coins / 100;
  if v_amount = 0 then return 0; end if;
  if v_host is not null then
    select tip_host_bps into v_host_bps from fee_rules where tenant_id = p_tenant_id order by version desc limit 1;
    v_host_minor := v_amount * coalesce(v_host_bps, 0) / 10000;
  end if;
  insert into tip_settlements (tenant_id, id, show_id, coins, currency, rate_version, minor_per_100_coins, amount_minor,
      host_id, host_minor, created_at)
    values (p_tenant_id, v_id, p_show_id, v_coins, p_rate.currency, p_rate.version, p_rate.minor_per_100_coins, v_amount,
      case when v_host_minor > 0 then v_host end, v_host_minor, p_now);
  update tips set settlement_id = v_id where tenant_id = p_tenant_id and id = any(v_tips);
  perform ledger_transfer('tips_settled', v_id, jsonb_build_array(
      ledger_entry(v_earnings, -v_coins, 'COIN'),
      ledger_entry(ledger_account('platform', 'shelfcast', 'issued', 'COIN'), v_coins, 'COIN'),
      ledger_entry(ledger_account('platform', 'shelfcast', 'coin_sales', p_rate.currency), -v_amount, p_rate.currency),
      ledger_entry(ledger_account('tenant', p_tenant_id, 'sales', p_rate.currency), v_amount - v_host_minor, p_rate.currency))
    || case when v_host_minor > 0 then jsonb_build_array(
      ledger_entry(ledger_account('person', v_host, 'commission', p_rate.currency), v_host_minor, p_rate.currency)) else '[]' end);
  return 1;
end $$;
--> statement-breakpoint

-- As before, with tips that were made into money after that moment.
create or replace function held_sales(p_account_id text, p_paid_after timestamptz) returns bigint language sql stable as $$
  select greatest(0, coalesce(sum(e.amount_minor), 0))::bigint
  from ledger_entries e join ledger_transfers t on t.id = e.transfer_id
  left join payment_allocations a on t.kind = 'order_paid' and a.id = t.ref
  left join refunds r on t.kind in ('order_refund', 'order_refund_failed', 'refund_elsewhere') and r.id = t.ref
  left join tip_settlements s on t.kind = 'tips_settled' and s.id = t.ref
  left join orders o on o.tenant_id = coalesce(a.tenant_id, r.tenant_id) and o.id = coalesce(a.order_id, r.order_id)
  where e.account_id = p_account_id and coalesce(o.paid_at, s.created_at) > p_paid_after
    and e.created_at > p_paid_after - interval '1 day' -- for the index: an entry is not older than its order's payment
$$;
--> statement-breakpoint

-- The account from which somebody is paid out: a merchant's sales, a host's commission.
create function payout_account(p_owner_kind text, p_owner_id text, p_currency text) returns text language sql as $$
  select ledger_account(p_owner_kind, p_owner_id, case p_owner_kind when 'tenant' then 'sales' else 'commission' end, p_currency)
$$;
--> statement-breakpoint

drop function request_payout(text, text, text, text, text, bigint, interval, timestamptz);
--> statement-breakpoint

-- A payout to a tenant or a person, once per key, of no more than is available. The account is locked, so two askings
-- see each other. Answers {"payoutId"} or {"code", "extra"}.
create function request_payout(
  p_person_id text, p_route text, p_key text, p_request_hash text,
  p_owner_kind text, p_owner_id text, p_currency text, p_amount bigint, p_hold interval, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_account constant text := payout_account(p_owner_kind, p_owner_id, p_currency);
  v_available bigint;
  answer jsonb;
  kept record;
begin
  perform 1 from ledger_accounts where id = v_account for no key update;
  select * into kept from kept_answer(p_person_id, p_route, p_key, p_request_hash);
  if found then return kept.response; end if;
  v_available := ledger_balance(v_account) - held_sales(v_account, p_now - p_hold);
  if p_amount > v_available then
    return jsonb_build_object('code', 'payout_too_large', 'extra', jsonb_build_object('availableMinor', v_available));
  end if;
  answer := jsonb_build_object('payoutId', new_id('pyo'));
  insert into payouts (id, tenant_id, person_id, amount_minor, currency, requested_by, created_at)
    values (answer->>'payoutId', case p_owner_kind when 'tenant' then p_owner_id end,
      case p_owner_kind when 'person' then p_owner_id end, p_amount, p_currency, p_person_id, p_now);
  perform ledger_transfer('payout', answer->>'payoutId', jsonb_build_array(
    ledger_entry(v_account, -p_amount, p_currency),
    ledger_entry(ledger_account(p_owner_kind, p_owner_id, 'payouts_due', p_currency), p_amount, p_currency)));
  perform keep_answer(p_person_id, p_route, p_key, p_request_hash, 201, answer);
  return answer;
end $$;
--> statement-breakpoint

-- As before, of a tenant or a person.
create or replace function close_payout(p_payout_id text, p_state text, p_note text, p_by text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_payout payouts;
  v_owner_kind text;
  v_owner_id text;
  v_to text;
begin
  select * into v_payout from payouts where id = p_payout_id for no key update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if v_payout.state = p_state then return '{}'; end if;
  if v_payout.state <> 'requested' then
    return jsonb_build_object('code', 'payout_closed', 'extra', jsonb_build_object('state', v_payout.state));
  end if;
  update payouts set state = p_state, note = p_note, closed_by = p_by, closed_at = p_now where id = p_payout_id;
  v_owner_kind := case when v_payout.tenant_id is null then 'person' else 'tenant' end;
  v_owner_id := coalesce(v_payout.tenant_id, v_payout.person_id);
  v_to := case p_state
    when 'paid' then ledger_account('platform', 'shelfcast', 'paid_out', v_payout.currency)
    else payout_account(v_owner_kind, v_owner_id, v_payout.currency) end;
  perform ledger_transfer('payout_' || p_state, p_payout_id, jsonb_build_array(
    ledger_entry(ledger_account(v_owner_kind, v_owner_id, 'payouts_due', v_payout.currency), -v_payout.amount_minor, v_payout.currency),
    ledger_entry(v_to, v_payout.amount_minor, v_payout.currency)));
  return '{}';
end $$;
--> statement-breakpoint

-- As before; who is still owed a host's share, or has asked for it, has to be paid first.
create or replace function deletion_refusal(p_mine text[], p_coins bigint, p_forfeit_coins boolean) returns jsonb language sql as $$
  select case
    when exists (
      select from orders where person_id = any(p_mine)
        and status in ('pending_payment', 'paid', 'packed', 'shipped', 'refunding'))
      -- Coins that are being paid for would fall into a wallet that nobody has.
      or exists (
        select from payments p join payment_allocations a on a.payment_id = p.id
        where p.person_id = any(p_mine) and a.coin_purchase_id is not null and p.status in ('created', 'pending')
          and p.created_at > now() - interval '1 day')
      then jsonb_build_object('code', 'business_unfinished')
    when exists (
      select from memberships m where m.person_id = any(p_mine) and m.role = 'owner' and not exists (
        select from memberships o where o.tenant_id = m.tenant_id and o.role = 'owner' and o.person_id <> all(p_mine)))
      then jsonb_build_object('code', 'last_owner')
    when exists (
      select from ledger_accounts a where a.owner_kind = 'person' and a.owner_id = any(p_mine)
        and a.kind in ('commission', 'payouts_due') and ledger_balance(a.id) > 0)
      then jsonb_build_object('code', 'commission_left')
    when p_coins > 0 and not p_forfeit_coins
      then jsonb_build_object('code', 'coins_left', 'extra', jsonb_build_object('coins', p_coins))
  end
$$;
