-- A show says how many chat lines its room shows in a second, or leaves it to the server.

create or replace function create_show(p_tenant_id text, p_show jsonb, p_roles text[]) returns void language plpgsql as $$
begin
  insert into shows (tenant_id, id, title, description, scheduled_at, chat_lines_per_s)
    values (p_tenant_id, p_show->>'id', p_show->>'title', p_show->>'description', (p_show->>'scheduledAt')::timestamptz,
      (p_show->>'chatLinesPerS')::integer);
  perform put_show_cover(p_tenant_id, p_show->>'id', p_show->>'coverId');
  perform put_show_hosts(p_tenant_id, p_show->>'id', array(select jsonb_array_elements_text(p_show->'hostIds')), p_roles);
end $$;
--> statement-breakpoint

-- Changes what is given of them; a time, a cover or a rate given as null is taken away. Answers the show, if there is one.
create or replace function change_show(p_tenant_id text, p_show_id text, p_change jsonb, p_roles text[]) returns setof shows language plpgsql as $$
begin
  perform 1 from shows where tenant_id = p_tenant_id and id = p_show_id for no key update; -- one change at a time
  if not found then return; end if;
  if p_change ? 'coverId' then perform put_show_cover(p_tenant_id, p_show_id, p_change->>'coverId'); end if;
  if p_change ? 'hostIds' then
    perform put_show_hosts(p_tenant_id, p_show_id, array(select jsonb_array_elements_text(p_change->'hostIds')), p_roles);
  end if;
  return query update shows set title = coalesce(p_change->>'title', title),
      description = coalesce(p_change->>'description', description),
      scheduled_at = case when p_change ? 'scheduledAt' then (p_change->>'scheduledAt')::timestamptz else scheduled_at end,
      chat_lines_per_s = case when p_change ? 'chatLinesPerS' then (p_change->>'chatLinesPerS')::integer else chat_lines_per_s end
    where tenant_id = p_tenant_id and id = p_show_id returning *;
end $$;
