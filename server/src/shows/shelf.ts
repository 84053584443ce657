import type { listItemPictures } from '@shelfcast/shared/api/shows.ts'
import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import type { z } from 'zod'
import { type Clock, systemClock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { Rooms } from '../rooms/index.ts'

export interface ShelfInput {
  productId: string
  sellingPoint: string
  livePriceMinor: number | null
}

export interface ShelfItem extends ShelfInput {
  id: string
}

export type ItemPicture = z.output<typeof listItemPictures.output>['items'][number]

/** What a SKU on a show's shelf costs and is called, as the orders domain prices and remembers it. */
export interface ShelfPrice {
  skuId: string
  productId: string
  title: string
  options: Record<string, string>
  pictureKey: string | null
  listPriceMinor: number
  livePriceMinor: number | null
  livePriceVersion: number
  campaign: { campaignId: string; version: number; priceMinor: number } | null
  perBuyerLimit: number | null
  /** False for a draft or archived product, and for one that is not on the shelf. */
  active: boolean
}

/** A show's shelf and its pin. */
export function createShelf({
  db: { sql },
  rooms,
  clock = systemClock,
}: {
  db: Db
  rooms: Pick<Rooms, 'publish'>
  clock?: Clock
}) {
  async function items(tenantId: string, showId: string): Promise<ShelfItem[]> {
    return sql<ShelfItem[]>`
      select id, product_id as "productId", selling_point as "sellingPoint", live_price_minor as "livePriceMinor"
      from shelf_items where tenant_id = ${tenantId} and show_id = ${showId} order by place, id`
  }

  /** The shelf as the room sees it: active products only. */
  async function view(tenantId: string, showId: string): Promise<ShelfItemView[]> {
    const [row] = await sql<{ shelf: ShelfItemView[] }[]>`select shelf_view(${tenantId}, ${showId}) as shelf`
    return row!.shelf
  }

  return {
    items,
    view,

    /**
     * Sets the shelf in order. A product that stays keeps its item id; a pinned item that goes is unpinned.
     * @throws Fault `product_unavailable` for a product that is not the tenant's, `invalid_input` for one given twice
     */
    async put(tenantId: string, showId: string, inputs: readonly ShelfInput[]): Promise<ShelfItem[]> {
      if (new Set(inputs.map((input) => input.productId)).size < inputs.length) {
        throw new Fault('invalid_input', { issues: [{ path: 'items', message: 'each product once' }] })
      }
      const wanted = inputs.map((input) => ({ ...input, id: newId('itm') }))
      const [row] = await sql<{ events: DownOf<'state'>[] | null }[]>`
        select put_shelf(${tenantId}, ${showId}, ${sql.json(wanted)}) as events`
      for (const event of found(row!.events, 'product_unavailable')) rooms.publish(showId, event)
      return items(tenantId, showId)
    },

    /** Pins an item for everyone, or unpins with null. @throws Fault `not_found` for an item of another shelf */
    async pin(tenantId: string, showId: string, itemId: string | null): Promise<void> {
      const at = clock.now()
      const [pos] = await sql<{ epoch: number; offset: number }[]>`
        with pinned as (
          update shows set pinned_item_id = ${itemId}, pinned_at = ${new Date(at)}
          where tenant_id = ${tenantId} and id = ${showId} and (${itemId}::text is null or exists (
            select from shelf_items where tenant_id = ${tenantId} and show_id = ${showId} and id = ${itemId}))
          returning id
        )
        select pos.* from pinned, lateral room_append(${tenantId}, ${showId},
          jsonb_build_object('t', 'pinned', 'itemId', ${itemId}::text, 'at', ${at}::bigint)) pos`
      const { epoch, offset } = found(pos)
      rooms.publish(showId, { t: 'pinned', pos: [epoch, offset], itemId, at })
    },

    /** What the host reads aloud about an item. @throws Fault `not_found` */
    async script(tenantId: string, showId: string, itemId: string): Promise<string> {
      const [row] = await sql<{ script: string }[]>`
        select script from shelf_items where tenant_id = ${tenantId} and show_id = ${showId} and id = ${itemId}`
      return found(row).script
    },

    /** The last writer's words stand; changes of the shelf leave them. @throws Fault `not_found` */
    async setScript(tenantId: string, showId: string, itemId: string, script: string): Promise<void> {
      const [row] = await sql`
        update shelf_items set script = ${script}
        where tenant_id = ${tenantId} and show_id = ${showId} and id = ${itemId} returning id`
      found(row)
    },

    /** All pictures of a product that is on the shelf and can be sold. @throws Fault `not_found` */
    async pictures(showId: string, itemId: string): Promise<ItemPicture[]> {
      const [row] = await sql<{ pictures: ItemPicture[] }[]>`
        select coalesce((
          select jsonb_agg(jsonb_build_object('id', m.id, 'url', picture_url(m.storage_key), 'alt', d.alt,
                   'width', m.width, 'height', m.height) order by d.place)
          from product_pictures d join media m on m.tenant_id = d.tenant_id and m.id = d.media_id
          where d.tenant_id = i.tenant_id and d.product_id = i.product_id), '[]') as pictures
        from shelf_items i join products p on p.tenant_id = i.tenant_id and p.id = i.product_id
        where i.show_id = ${showId} and i.id = ${itemId} and p.status = 'active'`
      return found(row).pictures
    },

    /** Prices and names of SKUs as this show sells them; a SKU that is not on its shelf is left out. */
    async prices(
      tenantId: string,
      showId: string,
      skuIds: readonly string[],
      atMs: number,
    ): Promise<Map<string, ShelfPrice>> {
      const rows = await sql<ShelfPrice[]>`
        select s.id as "skuId", s.product_id as "productId", p.title, s.options, s.price_minor as "listPriceMinor",
          i.live_price_minor as "livePriceMinor", i.live_price_version as "livePriceVersion",
          campaign_price_at(s.tenant_id, s.id, ${new Date(atMs)}) as campaign, s.per_buyer_limit as "perBuyerLimit", p.status = 'active' as active,
          cover_key(p.tenant_id, p.id) as "pictureKey"
        from skus s
        join products p on p.tenant_id = s.tenant_id and p.id = s.product_id
        join shelf_items i on i.tenant_id = s.tenant_id and i.product_id = s.product_id and i.show_id = ${showId}
        where s.tenant_id = ${tenantId} and s.id = any(${[...skuIds]})`
      return new Map(rows.map((row) => [row.skuId, row]))
    },
  }
}
