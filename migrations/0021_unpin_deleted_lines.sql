-- A line that goes with its author's account is no longer pinned: else the pin would hold the account.
create function unpin_deleted_line() returns trigger language plpgsql as $$
begin
  delete from pinned_lines where tenant_id = old.tenant_id and line_id = old.id;
  return old;
end $$;
--> statement-breakpoint
create trigger chat_lines_unpin before delete on chat_lines for each row execute function unpin_deleted_line();
