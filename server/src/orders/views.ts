import {
  type address,
  type getMyOrderWhole,
  type merchantOrderView,
  ORDER_GROUPS,
  type OrderGroup,
  type OrderStatus,
  type OrderView,
} from '@shelfcast/shared/api/orders.ts'
import type { z } from 'zod'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { pageOf } from '../kernel/page.ts'
import { maskAddress } from './mask.ts'

export type MerchantOrderView = z.output<typeof merchantOrderView>

type WholeOrder = Omit<z.output<typeof getMyOrderWhole.output>, 'paymentProviders'>

interface Page {
  after?: string | undefined
  limit: number
}

type MerchantRow = OrderView & {
  buyer: MerchantOrderView['buyer']
  fullAddress: z.output<typeof address>
}

/**
 * What everybody sees of an order, as columns over `orders o`. A line's unit price is what was paid: its list price and
 * the price adjustments of the line.
 */
export const orderColumns = (sql: Db['sql']) => sql`
    o.id, o.tenant_id as "tenantId", o.show_id as "showId", o.status, o.currency, o.total_minor as "totalMinor",
    coalesce((select sum(a.amount_minor) from order_adjustments a
      where a.tenant_id = o.tenant_id and a.order_id = o.id and a.type = 'shipping'), 0)::bigint as "shippingMinor",
    (extract(epoch from o.created_at) * 1000)::bigint as "placedAt",
    (extract(epoch from o.expires_at) * 1000)::bigint as "expiresAt",
    (extract(epoch from o.paid_at) * 1000)::bigint as "paidAt",
    (select case when bool_and(r.status in ('done', 'elsewhere')) then 'done' else 'due' end from refunds r
      where r.tenant_id = o.tenant_id and r.order_id = o.id and r.requested_by is null
        and not exists (select from refunds a where a.again_of = r.id)
      having count(*) > 0) as "moneyBack",
    (select jsonb_agg(jsonb_build_object(
        'id', l.id, 'skuId', l.sku_id, 'productId', l.product_id, 'saleId', l.sale_id, 'title', l.title,
        'options', l.options, 'pictureUrl', picture_url(l.picture_key), 'quantity', l.quantity, 'fulfilment', l.fulfilment, 'refundedQuantity', l.refunded_quantity,
        'unitPriceMinor', l.unit_price_minor + coalesce((
          select sum(a.amount_minor) / l.quantity from order_adjustments a
          where a.tenant_id = l.tenant_id and a.order_id = l.order_id and a.line_id = l.id
            and a.type in ('live_price', 'campaign_price', 'flash_price')), 0)) order by l.id)
      from order_lines l where l.tenant_id = o.tenant_id and l.order_id = o.id) as lines`

/** Orders as buyers and merchants see them. */
export function createViews({ db: { sql } }: { db: Db }) {
  const columns = orderColumns(sql)
  const merchantColumns = sql`
    ${columns}, o.address as "fullAddress",
    (select jsonb_build_object('personId', p.id, 'name', p.name) from persons p where p.id = o.person_id) as buyer`

  const masked = ({ fullAddress, ...order }: MerchantRow): MerchantOrderView => ({
    ...order,
    address: maskAddress(fullAddress),
  })

  return {
    async mine(personId: string, orderId: string): Promise<OrderView> {
      const [row] = await sql<OrderView[]>`
        select ${columns} from orders o
        where o.id = ${orderId} and o.person_id in (select person_ids(${personId}))`
      return found(row)
    },

    /** With `tenantId`, those from this merchant only. */
    /** With what only the buyer's own page shows. @throws Fault `not_found` */
    async whole(personId: string, orderId: string): Promise<WholeOrder> {
      const [row] = await sql<WholeOrder[]>`
        select ${columns}, o.address, t.name as "shopName", order_parcels(o.tenant_id, o.id) as parcels,
          coalesce((select jsonb_agg(jsonb_build_object('type', a.type, 'lineId', a.line_id, 'amountMinor', a.amount_minor)
            order by a.id) from order_adjustments a where a.tenant_id = o.tenant_id and a.order_id = o.id), '[]') as adjustments,
          (select jsonb_build_object('provider', p.provider, 'status', p.status, 'amountMinor', p.amount_minor,
              'capturedAt', floor(extract(epoch from p.captured_at) * 1000)::bigint)
            from payment_allocations l join payments p on p.id = l.payment_id
            where l.tenant_id = o.tenant_id and l.order_id = o.id
            order by p.captured_at nulls last, p.id desc limit 1) as payment
        from orders o join tenants t on t.id = o.tenant_id
        where o.id = ${orderId} and o.person_id in (select person_ids(${personId}))`
      return found(row)
    },

    async listMine(
      personId: string,
      page: Page & { group?: OrderGroup | undefined },
      tenantId?: string,
    ): Promise<{ items: OrderView[]; next: string | null }> {
      const rows = await sql<OrderView[]>`
        select ${columns} from orders o
        where o.person_id in (select person_ids(${personId})) ${page.after ? sql`and o.id < ${page.after}` : sql``}
          ${tenantId === undefined ? sql`` : sql`and o.tenant_id = ${tenantId}`}
          ${page.group ? sql`and o.status = any(${[...ORDER_GROUPS[page.group]]})` : sql``}
        order by o.id desc limit ${page.limit + 1}`
      return pageOf(rows, page.limit)
    },

    /** From which merchant this order of the person's is; null where they have no such order. */
    async tenantOf(orderId: string, personId: string): Promise<string | null> {
      const [row] = await sql<{ tenantId: string }[]>`
        select tenant_id as "tenantId" from orders
        where id = ${orderId} and person_id in (select person_ids(${personId}))`
      return row?.tenantId ?? null
    },

    /** With the address masked. @throws Fault `not_found` */
    async forMerchant(tenantId: string, orderId: string): Promise<MerchantOrderView> {
      const [row] = await sql<MerchantRow[]>`
        select ${merchantColumns} from orders o where o.tenant_id = ${tenantId} and o.id = ${orderId}`
      return masked(found(row))
    },

    async listForMerchant(
      tenantId: string,
      page: Page & { showId?: string | undefined; status?: OrderStatus | undefined },
    ): Promise<{ items: MerchantOrderView[]; next: string | null }> {
      const rows = await sql<MerchantRow[]>`
        select ${merchantColumns} from orders o
        where o.tenant_id = ${tenantId}
          ${page.showId ? sql`and o.show_id = ${page.showId}` : sql``}
          ${page.status ? sql`and o.status = ${page.status}` : sql``}
          ${page.after ? sql`and o.id < ${page.after}` : sql``}
        order by o.id desc limit ${page.limit + 1}`
      return pageOf(rows.map(masked), page.limit)
    },

    /** Whether this person has paid for anything of the tenant. */
    async hasBought(tenantId: string, personId: string): Promise<boolean> {
      const [row] = await sql`
        select 1 from orders where person_id in (select person_ids(${personId})) and tenant_id = ${tenantId} and paid_at is not null limit 1`
      return row !== undefined
    },
  }
}
