-- The rows that are due, oldest first, each the oldest of its key: as claim_outbox was, of which a plan made while the
-- table was empty read all rows for each row (a claim among 3,600 took four seconds). Neither gathering rows nor
-- sorting them is left to a plan, and the oldest of a key is sought in the one order that only `outbox_key` has: the
-- first row from this key on is of this key.
create or replace function claim_outbox(p_count integer, p_lease interval)
returns table (id bigint, topic text, key text, payload jsonb, attempts integer) language sql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
  update outbox o set state = 'leased', attempts = o.attempts + 1, due_at = now() + p_lease
  where o.id = any(array(
    select d.id from outbox d
    where d.state <> 'dead' and d.due_at <= now()
      and d.id = (select oldest.id from outbox oldest where oldest.key >= d.key and oldest.state <> 'dead'
        order by oldest.key, oldest.id limit 1)
    order by d.due_at, d.id limit p_count
    for update skip locked))
  returning o.id, o.topic, o.key, o.payload, o.attempts
$$;
