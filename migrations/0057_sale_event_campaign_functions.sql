create trigger sale_events_append_only before update or delete on sale_events for each row execute function append_only();
--> statement-breakpoint

-- A live price that changes is another version of it.
create function live_price_changed() returns trigger language plpgsql as $$
begin
  new.live_price_version := old.live_price_version + 1;
  return new;
end $$;
--> statement-breakpoint
create trigger shelf_items_live_price before update of live_price_minor on shelf_items
  for each row when (old.live_price_minor is distinct from new.live_price_minor) execute function live_price_changed();
--> statement-breakpoint

-- The campaign price of a SKU at a moment, {"campaignId", "version", "priceMinor"}; of several the lowest holds.
create function campaign_price_at(p_tenant_id text, p_sku_id text, p_at timestamptz) returns jsonb language sql stable as $$
  select (select jsonb_build_object('campaignId', c.id, 'version', c.version, 'priceMinor', c.price_minor)
    from campaign_prices c
    where c.tenant_id = p_tenant_id and c.sku_id = p_sku_id and c.starts_at <= p_at and p_at < c.ends_at
    order by c.price_minor, c.id limit 1)
$$;
--> statement-breakpoint

-- As before, with the campaign prices that are not over; clients look at their times.
create or replace function shelf_view(p_tenant_id text, p_show_id text) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', i.id, 'productId', i.product_id, 'title', p.title, 'description', p.description,
    'sellingPoint', i.selling_point, 'livePriceMinor', i.live_price_minor,
    'pictureUrl', picture_url(cover_key(i.tenant_id, i.product_id)),
    'skus', coalesce((
      select jsonb_agg(jsonb_build_object('id', s.id, 'code', s.code, 'options', s.options, 'priceMinor', s.price_minor,
               'perBuyerLimit', s.per_buyer_limit, 'left', coalesce(k.available, 0)) || coalesce((
          select jsonb_build_object('campaigns', jsonb_agg(jsonb_build_object('priceMinor', c.price_minor,
                   'startsAt', (extract(epoch from c.starts_at) * 1000)::bigint,
                   'endsAt', (extract(epoch from c.ends_at) * 1000)::bigint) order by c.starts_at, c.id))
          from campaign_prices c where c.tenant_id = s.tenant_id and c.sku_id = s.id and c.ends_at > now()
          having count(*) > 0), '{}') order by s.place, s.id)
      from skus s left join stock k on k.tenant_id = s.tenant_id and k.sku_id = s.id
      where s.tenant_id = i.tenant_id and s.product_id = i.product_id), '[]')) order by i.place, i.id), '[]')
  from shelf_items i join products p on p.tenant_id = i.tenant_id and p.id = i.product_id
  where i.tenant_id = p_tenant_id and i.show_id = p_show_id and p.status = 'active'
$$;
--> statement-breakpoint

-- What the rooms that show a SKU are to be told.
create function tell_shelves_of_sku(p_tenant_id text, p_sku_id text) returns jsonb language sql as $$
  select tell_shelves(p_tenant_id, product_id) from skus where tenant_id = p_tenant_id and id = p_sku_id
$$;
--> statement-breakpoint

-- Gives a SKU a campaign price. Answers null where the tenant has no such SKU, {"news": null} where `p_max` of them are
-- not over, else {"news"} for the rooms. Those of one SKU wait for each other.
create function create_campaign_price(p_tenant_id text, p jsonb, p_max integer, p_now timestamptz) returns jsonb language plpgsql as $$
begin
  perform 1 from skus where tenant_id = p_tenant_id and id = p->>'skuId' for no key update;
  if not found then return null; end if;
  if (select count(*) from campaign_prices
      where tenant_id = p_tenant_id and sku_id = p->>'skuId' and ends_at > p_now) >= p_max then
    return jsonb_build_object('news', null);
  end if;
  insert into campaign_prices (tenant_id, id, sku_id, name, price_minor, starts_at, ends_at, person_id)
    values (p_tenant_id, p->>'id', p->>'skuId', p->>'name', (p->>'priceMinor')::bigint,
            to_timestamp((p->>'startsAt')::bigint / 1000.0), to_timestamp((p->>'endsAt')::bigint / 1000.0), p->>'personId');
  return jsonb_build_object('news', tell_shelves_of_sku(p_tenant_id, p->>'skuId'));
end $$;
--> statement-breakpoint

-- Changes a campaign price that is not over; answers the news for the rooms, or null where there is none.
create function change_campaign_price(p_tenant_id text, p_id text, p jsonb, p_now timestamptz) returns jsonb language plpgsql as $$
declare
  v_sku_id text;
begin
  update campaign_prices set version = version + 1, person_id = p->>'personId',
    name = coalesce(p->>'name', name), price_minor = coalesce((p->>'priceMinor')::bigint, price_minor),
    starts_at = coalesce(to_timestamp((p->>'startsAt')::bigint / 1000.0), starts_at),
    ends_at = coalesce(to_timestamp((p->>'endsAt')::bigint / 1000.0), ends_at)
    where tenant_id = p_tenant_id and id = p_id and ends_at > p_now returning sku_id into v_sku_id;
  if not found then return null; end if;
  return tell_shelves_of_sku(p_tenant_id, v_sku_id);
end $$;
--> statement-breakpoint

-- Ends a campaign price; one that has not begun priced no order, and goes. Answers as above.
create function end_campaign_price(p_tenant_id text, p_id text, p_person_id text, p_now timestamptz) returns jsonb language plpgsql as $$
declare
  v_sku_id text;
begin
  update campaign_prices set version = version + 1, person_id = p_person_id, ends_at = p_now
    where tenant_id = p_tenant_id and id = p_id and starts_at < p_now and ends_at > p_now returning sku_id into v_sku_id;
  if not found then
    delete from campaign_prices
      where tenant_id = p_tenant_id and id = p_id and starts_at >= p_now returning sku_id into v_sku_id;
    if not found then return null; end if;
  end if;
  return tell_shelves_of_sku(p_tenant_id, v_sku_id);
end $$;
