-- Saves an address as new or in the place of another one of the person's. Answers a refusal's code or null. A book has
-- at most p_max addresses and, while it has any, one default; changes of one book wait for each other.
create function save_address(p_person_id text, p_id text, p_new boolean, p_address jsonb, p_max integer)
returns text language plpgsql as $$
declare
  v_mine constant text[] := array(select person_ids(p_person_id));
  v_default boolean := (p_address->>'isDefault')::boolean;
begin
  perform 1 from persons where id = p_person_id for no key update;
  if p_new then
    if (select count(*) from addresses where person_id = any(v_mine)) >= p_max then return 'too_many_addresses'; end if;
  elsif not exists (select from addresses where id = p_id and person_id = any(v_mine)) then
    return 'not_found';
  end if;
  -- The only default stays one: a book is never without.
  v_default := v_default or not exists (
    select from addresses where person_id = any(v_mine) and is_default and id <> p_id);
  if v_default then
    update addresses set is_default = false where person_id = any(v_mine) and is_default and id <> p_id;
  end if;
  insert into addresses (id, person_id, name, phone, country, region, city, street, postcode, is_default)
    values (p_id, p_person_id, p_address->>'name', p_address->>'phone', p_address->>'country', p_address->>'region',
            p_address->>'city', p_address->>'street', p_address->>'postcode', v_default)
    on conflict (id) do update set person_id = excluded.person_id, name = excluded.name, phone = excluded.phone,
      country = excluded.country, region = excluded.region, city = excluded.city, street = excluded.street,
      postcode = excluded.postcode, is_default = excluded.is_default;
  return null;
end $$;
--> statement-breakpoint

-- Answers whether there was such an address of the person's. The newest that is left becomes the default.
create function remove_address(p_person_id text, p_id text) returns boolean language plpgsql as $$
declare
  v_mine constant text[] := array(select person_ids(p_person_id));
  v_default boolean;
begin
  perform 1 from persons where id = p_person_id for no key update;
  delete from addresses where id = p_id and person_id = any(v_mine) returning is_default into v_default;
  if not found then return false; end if;
  if v_default and not exists (select from addresses where person_id = any(v_mine) and is_default) then
    update addresses set is_default = true
      where id = (select max(id) from addresses where person_id = any(v_mine));
  end if;
  return true;
end $$;
--> statement-breakpoint

-- Makes the first operator and the tenant that they own, and takes every set-up code away. Answers a refusal's code or
-- null. Two at the same moment wait for each other.
create function first_operator(p_code_hash text, p_now timestamptz, p_person jsonb, p_tenant jsonb)
returns text language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7436010);
  if exists (select from persons where operator) then return 'not_found'; end if;
  if not exists (select from setup_codes where code_hash = p_code_hash and expires_at > p_now) then
    return 'setup_code_invalid';
  end if;
  if exists (select from logins where login = p_person->>'login') then return 'login_taken'; end if;
  if exists (select from tenants where slug = p_tenant->>'slug') then return 'slug_taken'; end if;
  insert into persons (id, kind, name, language, password_hash, operator)
    values (p_person->>'id', 'person', p_person->>'name', p_person->>'language', p_person->>'passwordHash', true);
  insert into logins (login, person_id, kind) values (p_person->>'login', p_person->>'id', p_person->>'kind');
  insert into tenants (id, name, slug, currency)
    values (p_tenant->>'id', p_tenant->>'name', p_tenant->>'slug', p_tenant->>'currency');
  insert into memberships (tenant_id, person_id, role) values (p_tenant->>'id', p_person->>'id', 'owner');
  delete from setup_codes;
  return null;
end $$;
--> statement-breakpoint

-- Why an account cannot be deleted now, or null. The caller holds the person's row.
create function deletion_refusal(p_mine text[], p_coins bigint, p_forfeit_coins boolean) returns jsonb language sql as $$
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
    when p_coins > 0 and not p_forfeit_coins
      then jsonb_build_object('code', 'coins_left', 'extra', jsonb_build_object('coins', p_coins))
  end
$$;
--> statement-breakpoint

-- Takes out of circulation what is left in a wallet; the books keep that it was there.
create function forfeit_coins(p_person_id text, p_wallet text, p_coins bigint) returns void language plpgsql as $$
begin
  perform ledger_transfer('coins_forfeited', p_person_id, jsonb_build_array(
    ledger_entry(p_wallet, -p_coins, 'COIN'),
    ledger_entry(ledger_account('platform', 'shelfcast', 'issued', 'COIN'), p_coins, 'COIN')));
end $$;
--> statement-breakpoint

-- Deletes an account: what is the person's alone goes; orders, payments, tips and the ledger stay without name, address
-- and words. Answers a refusal, {"code", "extra"}, or null.
create function delete_account(p_person_id text, p_forfeit_coins boolean) returns jsonb language plpgsql as $$
declare
  v_mine constant text[] := array(select person_ids(p_person_id));
  v_wallet text;
  v_coins bigint := 0;
  v_refusal jsonb;
begin
  -- Held against orders, payments and memberships that come at the same moment: each refers to this row.
  perform 1 from tenants t join memberships m on m.tenant_id = t.id
    where m.person_id = any(v_mine) and m.role = 'owner' order by t.id for no key update of t;
  perform 1 from persons where id = any(v_mine) order by id for update;
  select id into v_wallet from ledger_accounts
    where owner_kind = 'person' and owner_id = p_person_id and kind = 'wallet' and currency = 'COIN' for update;
  if found then v_coins := ledger_balance(v_wallet); end if;
  v_refusal := deletion_refusal(v_mine, v_coins, p_forfeit_coins);
  if v_refusal is not null then return v_refusal; end if;
  if v_coins > 0 then perform forfeit_coins(p_person_id, v_wallet, v_coins); end if;

  delete from sessions where person_id = any(v_mine);
  delete from mailed_tokens where person_id = any(v_mine);
  delete from logins where person_id = any(v_mine);
  delete from addresses where person_id = any(v_mine);
  delete from show_reminders where person_id = any(v_mine);
  delete from notices where person_id = any(v_mine);
  delete from asserted_identities where person_id = any(v_mine);
  delete from show_hosts where person_id = any(v_mine);
  delete from memberships where person_id = any(v_mine);
  delete from chat_lines where person_id = any(v_mine);
  delete from mutes where person_id = any(v_mine);
  delete from idempotency_keys where person_id = any(v_mine);
  update tips set name = '—' where person_id = any(v_mine);
  update facts set person_id = null, session_id = null, source = '{}' where person_id = any(v_mine);
  update orders set visit = '{}', address = address || '{"name": "—", "phone": "—", "region": "", "city": "—", "street": "—", "postcode": ""}'
    where person_id = any(v_mine);
  update persons set name = '—', operator = false, password_hash = null, deleted_at = now() where id = any(v_mine);
  return null;
end $$;
