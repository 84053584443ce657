-- A show's shelf. Changing it and telling the room of it is one call: what committed is what was told.

-- The shelf as the room sees it (shelfItemView of shared/protocol/parts.ts): active products only, in order.
create function shelf_view(p_tenant_id text, p_show_id text) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', i.id, 'productId', i.product_id, 'title', p.title, 'description', p.description,
    'sellingPoint', i.selling_point, 'livePriceMinor', i.live_price_minor,
    'pictureUrl', (select '/media/' || m.storage_key from media m
      where m.tenant_id = i.tenant_id and m.product_id = i.product_id order by m.place limit 1),
    'skus', coalesce((
      select jsonb_agg(jsonb_build_object('id', s.id, 'code', s.code, 'options', s.options, 'priceMinor', s.price_minor,
               'perBuyerLimit', s.per_buyer_limit, 'left', coalesce(k.available, 0)) order by s.place, s.id)
      from skus s left join stock k on k.tenant_id = s.tenant_id and k.sku_id = s.id
      where s.tenant_id = i.tenant_id and s.product_id = i.product_id), '[]')) order by i.place, i.id), '[]')
  from shelf_items i join products p on p.tenant_id = i.tenant_id and p.id = i.product_id
  where i.tenant_id = p_tenant_id and i.show_id = p_show_id and p.status = 'active'
$$;
--> statement-breakpoint

-- Sets the shelf to `p_items`, [{"id", "productId", "sellingPoint", "livePriceMinor"}] in order. A product that stays
-- keeps its item's id; a pinned item that goes is unpinned. Answers the events for the room, with their positions, or
-- null when a product is not the tenant's.
create function put_shelf(p_tenant_id text, p_show_id text, p_items jsonb) returns jsonb language plpgsql as $$
declare
  events jsonb := '[]';
  event jsonb;
  pos record;
begin
  if exists (select from jsonb_array_elements(p_items) i where not exists (
      select from products p where p.tenant_id = p_tenant_id and p.id = i->>'productId')) then
    return null;
  end if;
  perform 1 from shows where tenant_id = p_tenant_id and id = p_show_id for no key update; -- one change at a time
  delete from shelf_items where tenant_id = p_tenant_id and show_id = p_show_id
    and product_id not in (select i->>'productId' from jsonb_array_elements(p_items) i);
  insert into shelf_items (tenant_id, id, show_id, product_id, place, selling_point, live_price_minor)
    select p_tenant_id, i->>'id', p_show_id, i->>'productId', n, i->>'sellingPoint', (i->>'livePriceMinor')::bigint
    from jsonb_array_elements(p_items) with ordinality as items(i, n)
    on conflict (tenant_id, show_id, product_id) do update set
      place = excluded.place, selling_point = excluded.selling_point, live_price_minor = excluded.live_price_minor;
  update shows set pinned_item_id = null
    where tenant_id = p_tenant_id and id = p_show_id and pinned_item_id is not null
      and pinned_item_id not in (select id from shelf_items where tenant_id = p_tenant_id and show_id = p_show_id);
  if found then
    events := events || '{"t":"pinned","itemId":null}'::jsonb;
  end if;
  events := events || jsonb_build_object('t', 'shelf', 'items', shelf_view(p_tenant_id, p_show_id));
  for i in 0..jsonb_array_length(events) - 1 loop
    event := events->i;
    select * into pos from room_append(p_tenant_id, p_show_id, event);
    events := jsonb_set(events, array[i::text, 'pos'], jsonb_build_array(pos.epoch, pos."offset"));
  end loop;
  return events;
end $$;
