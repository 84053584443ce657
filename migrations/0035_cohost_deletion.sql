-- Deletes an account: what is the person's alone goes; orders, payments, tips and the ledger stay without name, address
-- and words. Answers a refusal, {"code", "extra"}, or null.
create or replace function delete_account(p_person_id text, p_forfeit_coins boolean) returns jsonb language plpgsql as $$
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
  delete from cohost_invites where person_id = any(v_mine);
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
