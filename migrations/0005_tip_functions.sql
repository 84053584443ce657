-- A tip: coins from a wallet to the tenant's earnings, once per key. The wallet's row is locked, so its balance holds
-- until commit. Answers 201 with {"tipId", "coins", "walletCoins", "at"}, or a refusal with its code.
create function send_tip(
  p_person_id text, p_route text, p_key text, p_request_hash text, p_tip jsonb, p_now timestamptz)
returns table (status integer, response jsonb) language plpgsql as $$
declare
  v_wallet constant text := ledger_account('person', p_person_id, 'wallet', 'COIN');
  v_coins constant bigint := (p_tip->>'coins')::bigint;
  v_balance bigint;
begin
  perform 1 from ledger_accounts where id = v_wallet for no key update;
  return query select k.status, k.response from kept_answer(p_person_id, p_route, p_key, p_request_hash) k;
  if found then return; end if;
  v_balance := ledger_balance(v_wallet);
  if not exists (select from shows s where s.tenant_id = p_tip->>'tenantId' and s.id = p_tip->>'showId' and s.status = 'live') then
    status := 409;
    response := jsonb_build_object('code', 'show_not_live');
  elsif v_balance < v_coins then
    status := 409;
    response := jsonb_build_object('code', 'not_enough_coins', 'extra', jsonb_build_object('walletCoins', v_balance));
  else
    perform write_tip(p_person_id, v_wallet, p_tip, p_now);
    status := 201;
    response := jsonb_build_object('tipId', p_tip->>'id', 'coins', v_coins, 'walletCoins', v_balance - v_coins,
      'at', (extract(epoch from p_now) * 1000)::bigint);
  end if;
  perform keep_answer(p_person_id, p_route, p_key, p_request_hash, status, response);
  return next;
end $$;
--> statement-breakpoint

create function write_tip(p_person_id text, p_wallet text, p_tip jsonb, p_now timestamptz) returns void language plpgsql as $$
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
    values ('tip.sent', p_tip->>'showId', p_tip || jsonb_build_object('personId', p_person_id, 'at', (extract(epoch from p_now) * 1000)::bigint));
end $$;
