-- As before, but a tip to a show whose battle runs counts in it. The share lock is held until commit, so that the
-- battle's end, which changes the row, waits for the tips that count and is seen by those that do not any more.
create or replace function write_tip(p_person_id text, p_wallet text, p_tip jsonb, p_now timestamptz) returns void language plpgsql as $$
declare
  v_coins constant bigint := (p_tip->>'coins')::bigint;
  v_transfer text;
  v_battle_id text;
begin
  v_transfer := ledger_transfer('tip', p_tip->>'id', jsonb_build_array(
    ledger_entry(p_wallet, -v_coins, 'COIN'),
    ledger_entry(ledger_account('tenant', p_tip->>'tenantId', 'earnings', 'COIN'), v_coins, 'COIN')));
  select b.id into v_battle_id from battle_sides s join battles b on b.id = s.battle_id
    where s.tenant_id = p_tip->>'tenantId' and s.show_id = p_tip->>'showId' and s.open
      and b.status = 'running' and b.ends_at > p_now for share of b;
  insert into tips (tenant_id, id, show_id, person_id, name, gift_id, count, coins, transfer_id, battle_id, created_at)
    values (p_tip->>'tenantId', p_tip->>'id', p_tip->>'showId', p_person_id, p_tip->>'name', p_tip->>'giftId',
            (p_tip->>'count')::int, v_coins, v_transfer, v_battle_id, p_now);
  insert into outbox (topic, key, payload)
    values ('tip.sent', p_tip->>'id', p_tip || jsonb_build_object('personId', p_person_id, 'battleId', v_battle_id,
      'at', (extract(epoch from p_now) * 1000)::bigint));
end $$;
--> statement-breakpoint

-- A show of a battle, as rooms see it.
create function battle_side_view(p_battle_id text, p_show_id text) returns jsonb language sql stable as $$
  select jsonb_build_object('showId', w.id, 'title', w.title, 'shop', t.name)
  from battle_sides s join shows w on w.tenant_id = s.tenant_id and w.id = s.show_id join tenants t on t.id = s.tenant_id
  where s.battle_id = p_battle_id and s.show_id = p_show_id;
$$;
--> statement-breakpoint

-- A battle as the room of one of its shows sees it. Who won follows from the coins, unless a show gave up or ended.
create function battle_view(p_battle_id text, p_show_id text) returns jsonb language sql stable as $$
  select jsonb_build_object('id', b.id, 'status', b.status,
    'startsAt', (extract(epoch from b.starts_at) * 1000)::bigint, 'endsAt', (extract(epoch from b.ends_at) * 1000)::bigint,
    'own', battle_side_view(b.id, own.show_id), 'rival', battle_side_view(b.id, rival.show_id),
    'result', case when b.ended_by is not null then jsonb_build_object('by', b.ended_by, 'own', own.coins, 'rival', rival.coins,
      'outcome', case when b.quit_show_id = own.show_id then 'lost' when b.quit_show_id = rival.show_id then 'won'
        when own.coins > rival.coins then 'won' when own.coins < rival.coins then 'lost' else 'draw' end) end)
  from battles b
  join battle_sides own on own.battle_id = b.id and own.show_id = p_show_id
  join battle_sides rival on rival.battle_id = b.id and rival.show_id <> p_show_id
  where b.id = p_battle_id;
$$;
--> statement-breakpoint

-- What a side has got so far, and who gave most.
create function battle_side_score(p_battle_id text, p_show_id text, p_supporters integer) returns jsonb language sql stable as $$
  with given as (
    select sum(coins) as coins, max(id) as last, (array_agg(name order by id desc))[1] as name from tips
    where battle_id = p_battle_id and show_id = p_show_id group by person_id
  ), top as (
    select * from given order by coins desc, last limit p_supporters
  )
  select jsonb_build_object('coins', coalesce((select sum(coins) from given), 0), 'supporters',
    coalesce((select jsonb_agg(jsonb_build_object('name', name, 'coins', coins) order by coins desc, last) from top), '[]'));
$$;
--> statement-breakpoint

-- Tells both rooms what the battle is now, in the order of their ids, in which whoever tells several rooms locks their
-- heads. Answers [{"showId", "event"}] to be published after commit.
create function tell_battle(p_battle_id text) returns jsonb language plpgsql as $$
declare
  news jsonb := '[]';
  event jsonb;
  side record;
  pos record;
begin
  for side in select tenant_id, show_id from battle_sides where battle_id = p_battle_id order by show_id loop
    event := jsonb_build_object('t', 'battle', 'battle', battle_view(p_battle_id, side.show_id));
    select * into pos from room_append(side.tenant_id, side.show_id, event);
    news := news || jsonb_build_object('showId', side.show_id,
      'event', event || jsonb_build_object('pos', jsonb_build_array(pos.epoch, pos."offset")));
  end loop;
  return news;
end $$;
--> statement-breakpoint

-- The challenged show accepts. Answers {"code"} where that cannot be, or {"news"}, as `tell_battle`.
create function begin_battle(p_tenant_id text, p_show_id text, p_battle_id text, p_now timestamptz) returns jsonb language plpgsql as $$
declare
  v_battle battles;
begin
  select b.* into v_battle from battles b join battle_sides s on s.battle_id = b.id
    where b.id = p_battle_id and s.tenant_id = p_tenant_id and s.show_id = p_show_id and not s.challenger for no key update of b;
  if not found then return '{"code": "not_found"}'; end if;
  if v_battle.status <> 'challenged' or v_battle.expires_at <= p_now then return '{"code": "battle_gone"}'; end if;
  if exists (select from battle_sides s join shows w on w.tenant_id = s.tenant_id and w.id = s.show_id
      where s.battle_id = p_battle_id and w.status <> 'live') then
    return '{"code": "show_not_live"}';
  end if;
  update battles set status = 'running', starts_at = p_now, ends_at = p_now + duration_s * interval '1 second'
    where id = p_battle_id;
  return jsonb_build_object('news', tell_battle(p_battle_id));
end $$;
--> statement-breakpoint

-- Ends a battle that runs: at its time, or before it where a show gave up or ended. The sums are read by a statement that
-- begins once the row is locked, so that every tip that counts is in them. Answers as `tell_battle`, null where
-- there was nothing to end.
create function end_battle(p_battle_id text, p_by text, p_quit_show_id text, p_now timestamptz, p_shown_until timestamptz)
returns jsonb language plpgsql as $$
declare
  v_battle battles;
begin
  select * into v_battle from battles where id = p_battle_id for no key update;
  if v_battle.status is distinct from 'running' or p_by = 'time' and v_battle.ends_at > p_now then return null; end if;
  update battle_sides s set coins = coalesce((
      select sum(t.coins) from tips t where t.battle_id = p_battle_id and t.show_id = s.show_id), 0)
    where s.battle_id = p_battle_id;
  update battles set status = 'result', ended_by = p_by, quit_show_id = p_quit_show_id,
      ends_at = greatest(starts_at, least(ends_at, p_now)), shown_until = p_shown_until
    where id = p_battle_id;
  return tell_battle(p_battle_id);
end $$;
--> statement-breakpoint

-- Takes a result away that stood long enough. Answers as `end_battle`.
create function close_battle(p_battle_id text, p_now timestamptz) returns jsonb language plpgsql as $$
declare
  v_battle battles;
begin
  select * into v_battle from battles where id = p_battle_id for no key update;
  if v_battle.status is distinct from 'result' or v_battle.shown_until > p_now then return null; end if;
  update battles set status = 'over' where id = p_battle_id;
  update battle_sides set open = false where battle_id = p_battle_id;
  return tell_battle(p_battle_id);
end $$;
--> statement-breakpoint

-- A challenge comes to nothing. Answers whether there was one.
create function void_battle(p_battle_id text, p_by text, p_now timestamptz) returns boolean language plpgsql as $$
begin
  update battles set status = 'void', ended_by = p_by
    where id = p_battle_id and status = 'challenged' and (p_by <> 'expired' or expires_at <= p_now);
  if not found then return false; end if;
  update battle_sides set open = false where battle_id = p_battle_id;
  return true;
end $$;
