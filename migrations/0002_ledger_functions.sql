-- What the functions of money share: ids, kept answers, and the ledger's one way to move value.

-- An id like kernel/ids.ts makes: kind, 50 bits of time, 70 random bits, in Crockford's base 32.
create function new_id(p_kind text) returns text language plpgsql volatile as $$
declare
  alphabet constant text := '0123456789abcdefghjkmnpqrstvwxyz';
  time_left bigint := floor(extract(epoch from clock_timestamp()) * 1000);
  random_bytes constant bytea := uuid_send(gen_random_uuid());
  id text := '';
begin
  for i in 1..10 loop
    id := substr(alphabet, (time_left % 32)::int + 1, 1) || id;
    time_left := time_left / 32;
  end loop;
  for i in 0..15 loop
    continue when i in (6, 8); -- the UUID's version and variant are not random
    id := id || substr(alphabet, (get_byte(random_bytes, i) & 31) + 1, 1);
  end loop;
  return p_kind || '_' || id;
end $$;
--> statement-breakpoint

-- The answer that a key was given before, or no row. Another request under the same key gets a refusal instead.
create function kept_answer(p_person_id text, p_route text, p_key text, p_request_hash text)
returns table (status integer, response jsonb) language sql stable as $$
  select case when k.request_hash = p_request_hash then k.status else 422 end,
         case when k.request_hash = p_request_hash then k.response
              else jsonb_build_object('code', 'idempotency_key_reused') end
  from idempotency_keys k
  where k.person_id = p_person_id and k.route = p_route and k.key = p_key
$$;
--> statement-breakpoint

-- Keeps the answer of a key, in the transaction of what it answers. Where the same key is answered elsewhere at the
-- same moment, this one is undone as a serialization failure: trying again finds the other's answer.
create function keep_answer(p_person_id text, p_route text, p_key text, p_request_hash text, p_status integer, p_response jsonb)
returns void language plpgsql as $$
begin
  insert into idempotency_keys (person_id, route, key, request_hash, status, response)
    values (p_person_id, p_route, p_key, p_request_hash, p_status, p_response)
    on conflict do nothing;
  if not found then
    raise exception 'the key % was answered at the same moment', p_key using errcode = 'serialization_failure';
  end if;
end $$;
--> statement-breakpoint

-- The account of an owner for a purpose, made when it is first needed.
create function ledger_account(p_owner_kind text, p_owner_id text, p_kind text, p_currency text)
returns text language plpgsql as $$
declare
  account text;
begin
  select id into account from ledger_accounts a
    where a.owner_kind = p_owner_kind and a.owner_id = p_owner_id and a.kind = p_kind and a.currency = p_currency;
  if found then return account; end if;
  insert into ledger_accounts (id, owner_kind, owner_id, kind, currency)
    values (new_id('acc'), p_owner_kind, p_owner_id, p_kind, p_currency)
    on conflict do nothing;
  select id into strict account from ledger_accounts a
    where a.owner_kind = p_owner_kind and a.owner_id = p_owner_id and a.kind = p_kind and a.currency = p_currency;
  return account;
end $$;
--> statement-breakpoint

-- Books one transfer: entries [{"account", "amount", "currency"}] where + is what an account's owner is owed more and
-- - what it is owed less. A trigger refuses, at commit, what does not sum to zero in every currency.
-- Once per (kind, ref): a second call books nothing and gives the first one's id.
create function ledger_transfer(p_kind text, p_ref text, p_entries jsonb) returns text language plpgsql as $$
declare
  transfer text;
begin
  insert into ledger_transfers (id, kind, ref) values (new_id('trf'), p_kind, p_ref)
    on conflict do nothing returning id into transfer;
  if transfer is null then
    select id into strict transfer from ledger_transfers t where t.kind = p_kind and t.ref = p_ref;
    return transfer;
  end if;
  insert into ledger_entries (id, transfer_id, account_id, amount_minor, currency)
    select new_id('ent'), transfer, e->>'account', (e->>'amount')::bigint, e->>'currency'
    from jsonb_array_elements(p_entries) e;
  return transfer;
end $$;
--> statement-breakpoint

create function ledger_balance(p_account_id text) returns bigint language sql stable as $$
  select coalesce(sum(amount_minor), 0)::bigint from ledger_entries where account_id = p_account_id
$$;
