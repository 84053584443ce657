-- Pictures: their addresses, whose they are, and which of them nothing shows any more.

-- Where the rendition of 640 px is served (server/src/pictures/keys.ts).
create function picture_url(p_storage_key text) returns text language sql immutable as $$
  select '/media/' || p_storage_key || '/640.webp'
$$;
--> statement-breakpoint

-- The storage key of a product's first picture.
create function cover_key(p_tenant_id text, p_product_id text) returns text language sql stable as $$
  select m.storage_key from product_pictures i join media m on m.tenant_id = i.tenant_id and m.id = i.media_id
  where i.tenant_id = p_tenant_id and i.product_id = p_product_id order by i.place limit 1
$$;
--> statement-breakpoint

-- As before, with pictures that have renditions.
create or replace function shelf_view(p_tenant_id text, p_show_id text) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', i.id, 'productId', i.product_id, 'title', p.title, 'description', p.description,
    'sellingPoint', i.selling_point, 'livePriceMinor', i.live_price_minor,
    'pictureUrl', picture_url(cover_key(i.tenant_id, i.product_id)),
    'skus', coalesce((
      select jsonb_agg(jsonb_build_object('id', s.id, 'code', s.code, 'options', s.options, 'priceMinor', s.price_minor,
               'perBuyerLimit', s.per_buyer_limit, 'left', coalesce(k.available, 0)) order by s.place, s.id)
      from skus s left join stock k on k.tenant_id = s.tenant_id and k.sku_id = s.id
      where s.tenant_id = i.tenant_id and s.product_id = i.product_id), '[]')) order by i.place, i.id), '[]')
  from shelf_items i join products p on p.tenant_id = i.tenant_id and p.id = i.product_id
  where i.tenant_id = p_tenant_id and i.show_id = p_show_id and p.status = 'active'
$$;
--> statement-breakpoint

-- Notes that something begins or ceases to show these pictures. Answers how many there are to be shown: one that is
-- being swept is not.
create function touch_media(p_tenant_id text, p_ids text[]) returns integer language plpgsql as $$
declare
  touched integer;
begin
  perform 1 from media where tenant_id = p_tenant_id and id = any(p_ids) order by id for no key update;
  update media set used_at = now() where tenant_id = p_tenant_id and id = any(p_ids) and not sweeping;
  get diagnostics touched = row_count;
  return touched;
end $$;
--> statement-breakpoint

-- Sets a product's pictures, [{"id", "alt"}] in order. Fails as the foreign key would for one that is not there.
create function put_product_pictures(p_tenant_id text, p_product_id text, p_pictures jsonb) returns void language plpgsql as $$
declare
  wanted constant text[] := array(select i->>'id' from jsonb_array_elements(p_pictures) i);
begin
  perform 1 from products where tenant_id = p_tenant_id and id = p_product_id for no key update; -- one change at a time
  perform touch_media(p_tenant_id, array(
    select media_id from product_pictures where tenant_id = p_tenant_id and product_id = p_product_id));
  if touch_media(p_tenant_id, wanted) < cardinality(wanted) then
    raise foreign_key_violation using constraint = 'product_pictures_media_fk';
  end if;
  delete from product_pictures where tenant_id = p_tenant_id and product_id = p_product_id;
  insert into product_pictures (tenant_id, product_id, media_id, place, alt)
    select p_tenant_id, p_product_id, i->>'id', n, i->>'alt'
    from jsonb_array_elements(p_pictures) with ordinality as given(i, n);
end $$;
--> statement-breakpoint

-- The same, and the rooms' news of it; null where there is no such product.
create function change_product_pictures(p_tenant_id text, p_product_id text, p_pictures jsonb) returns jsonb language plpgsql as $$
begin
  perform 1 from products where tenant_id = p_tenant_id and id = p_product_id;
  if not found then return null; end if;
  perform put_product_pictures(p_tenant_id, p_product_id, p_pictures);
  return tell_shelves(p_tenant_id, p_product_id);
end $$;
--> statement-breakpoint

-- As before, with its pictures.
create or replace function create_product(p_tenant_id text, p_product jsonb) returns void language plpgsql as $$
begin
  insert into products (tenant_id, id, title, description, status)
    values (p_tenant_id, p_product->>'id', p_product->>'title', p_product->>'description', p_product->>'status');
  perform put_product_pictures(p_tenant_id, p_product->>'id', p_product->'pictures');
  perform add_skus(p_tenant_id, p_product->>'id', p_product->'skus');
end $$;
--> statement-breakpoint

-- Pictures that nothing has shown since `p_before`, and those whose sweep was cut off. An order keeps the pictures it
-- was bought by.
create function unused_media(p_before timestamptz, p_max integer) returns setof media language sql stable as $$
  select m.* from media m
  where m.sweeping or (m.used_at < p_before
    and not exists (select from product_pictures i where i.tenant_id = m.tenant_id and i.media_id = m.id)
    and not exists (select from shows s where s.tenant_id = m.tenant_id and s.cover_id = m.id)
    and not exists (select from order_lines l where l.picture_key = m.storage_key))
  order by m.used_at limit p_max
$$;
--> statement-breakpoint

-- The address of one of a tenant's pictures, null for none.
create function media_url(p_tenant_id text, p_media_id text) returns text language sql stable as $$
  select picture_url(storage_key) from media where tenant_id = p_tenant_id and id = p_media_id
$$;
--> statement-breakpoint

-- Sets who hosts a show, in order; the first leads. Only members with one of `p_roles` do: fails as the foreign key
-- would for others.
create function put_show_hosts(p_tenant_id text, p_show_id text, p_person_ids text[], p_roles text[]) returns void language plpgsql as $$
declare
  written integer;
begin
  delete from show_hosts where tenant_id = p_tenant_id and show_id = p_show_id;
  insert into show_hosts (tenant_id, show_id, person_id, lead)
    select p_tenant_id, p_show_id, m.person_id, given.n = 1
    from unnest(p_person_ids) with ordinality as given(id, n)
    join memberships m on m.tenant_id = p_tenant_id and m.person_id = given.id and m.role = any(p_roles);
  get diagnostics written = row_count;
  if written < cardinality(p_person_ids) then
    raise foreign_key_violation using constraint = 'show_hosts_member_fk';
  end if;
end $$;
--> statement-breakpoint

create function put_show_cover(p_tenant_id text, p_show_id text, p_media_id text) returns void language plpgsql as $$
begin
  perform touch_media(p_tenant_id, array(
    select cover_id from shows where tenant_id = p_tenant_id and id = p_show_id and cover_id is not null));
  if p_media_id is not null and touch_media(p_tenant_id, array[p_media_id]) = 0 then
    raise foreign_key_violation using constraint = 'shows_cover_fk';
  end if;
  update shows set cover_id = p_media_id where tenant_id = p_tenant_id and id = p_show_id;
end $$;
--> statement-breakpoint

-- A show, {"id", "title", "description", "scheduledAt", "coverId", "hostIds"}, whole or not at all.
create function create_show(p_tenant_id text, p_show jsonb, p_roles text[]) returns void language plpgsql as $$
begin
  insert into shows (tenant_id, id, title, description, scheduled_at)
    values (p_tenant_id, p_show->>'id', p_show->>'title', p_show->>'description', (p_show->>'scheduledAt')::timestamptz);
  perform put_show_cover(p_tenant_id, p_show->>'id', p_show->>'coverId');
  perform put_show_hosts(p_tenant_id, p_show->>'id', array(select jsonb_array_elements_text(p_show->'hostIds')), p_roles);
end $$;
--> statement-breakpoint

-- Changes what is given of them; a time or a cover given as null is taken away. Answers the show, if there is one.
create function change_show(p_tenant_id text, p_show_id text, p_change jsonb, p_roles text[]) returns setof shows language plpgsql as $$
begin
  perform 1 from shows where tenant_id = p_tenant_id and id = p_show_id for no key update; -- one change at a time
  if not found then return; end if;
  if p_change ? 'coverId' then perform put_show_cover(p_tenant_id, p_show_id, p_change->>'coverId'); end if;
  if p_change ? 'hostIds' then
    perform put_show_hosts(p_tenant_id, p_show_id, array(select jsonb_array_elements_text(p_change->'hostIds')), p_roles);
  end if;
  return query update shows set title = coalesce(p_change->>'title', title),
      description = coalesce(p_change->>'description', description),
      scheduled_at = case when p_change ? 'scheduledAt' then (p_change->>'scheduledAt')::timestamptz else scheduled_at end
    where tenant_id = p_tenant_id and id = p_show_id returning *;
end $$;
