-- Who deletes their account leaves no visit, and no word on being counted: a fact that still waits to be written is
-- not written then.
create function forget_visits() returns trigger language plpgsql as $$
begin
  delete from visits where person_id = new.id;
  delete from consents where person_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger persons_forget_visits after update of deleted_at on persons
  for each row when (new.deleted_at is not null) execute function forget_visits();
