-- Rows whose handlers have succeeded. In a function for the plan, as claim_outbox: one made while the table is empty
-- would scan it for ever.
create function finish_outbox(p_ids bigint[]) returns void language sql set enable_seqscan = off as $$
  delete from outbox where id = any(p_ids)
$$;
