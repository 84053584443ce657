-- Rows whose handlers have succeeded, each while the lease is still the one that it was handed out on: `attempts` moves
-- with every claim. Whose lease has run out meanwhile is another's now, who finishes it before the key goes on.
-- The function of ids alone stays for servers of the former version, which serve on while a newer one has migrated.
create function finish_outbox(p_ids bigint[], p_attempts integer[]) returns void language sql set enable_seqscan = off as $$
  delete from outbox
  where id = any(p_ids) and (id, attempts) in (select * from unnest(p_ids, p_attempts))
$$;
