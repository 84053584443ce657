-- How far the database has come for the statement that calls it. Of two statements the one with the larger number
-- sees at least what the other sees, so two nodes that tell the same value agree on which is newer. Below the
-- newest transaction that ended, transactions only leave the list of those under way: fewer means later.
create function read_point() returns bigint language sql stable parallel safe as $$
  select pg_snapshot_xmax(pg_current_snapshot())::text::bigint * 4096
    - (select count(*) from pg_snapshot_xip(pg_current_snapshot()))
$$;
