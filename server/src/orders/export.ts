import type { exportOrders } from '@shelfcast/shared/api/fulfilment.ts'
import type { address, OrderStatus, OrderView } from '@shelfcast/shared/api/orders.ts'
import { MINOR_PER_MAJOR } from '@shelfcast/shared/money.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { csvLine } from '../kernel/csv.ts'
import type { Db } from '../kernel/db.ts'
import { pageOf } from '../kernel/page.ts'
import { maskAddress } from './mask.ts'
import { orderColumns } from './views.ts'

type Row = OrderView & { address: z.output<typeof address> }

const HEADING = [
  ...[
    'order',
    'status',
    'placed',
    'paid',
    'title',
    'options',
    'quantity',
    'refunded',
    'unit price',
    'currency',
  ],
  ...['delivery fee of the order', 'total of the order', 'name', 'phone', 'address'],
]
/** Spreadsheets take a file without this mark for something else than UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

export function createExport(deps: { db: Db; clock: Clock; limits: Limits['orders'] }) {
  const { sql } = deps.db

  /** Newest first. With a reason addresses are whole, and each order keeps who saw it, in the same statement. */
  return async function page(
    tenantId: string,
    personId: string,
    asked: z.output<typeof exportOrders.body>,
  ): Promise<{ csv: string; next: string | null }> {
    const max = deps.limits.exportOrdersMax
    const rows = await sql<Row[]>`
      with page as (
        select * from orders where tenant_id = ${tenantId}
          ${asked.status ? sql`and status = ${asked.status satisfies OrderStatus}` : sql``}
          ${asked.after ? sql`and id < ${asked.after}` : sql``}
        order by id desc limit ${max + 1}
      ), kept as (
        insert into order_notes (tenant_id, id, order_id, person_id, kind, text, created_at)
        select tenant_id, new_id('not'), id, ${personId}, 'unmasked', ${asked.unmaskReason ?? ''}, ${new Date(deps.clock.now())}
        from (select * from page order by id desc limit ${max}) shown where ${asked.unmaskReason !== null}
      )
      select ${orderColumns(sql)}, o.address from page o order by o.id desc`
    const { items, next } = pageOf(rows, max)
    const lines = items.flatMap((order) => linesOf(order, asked.unmaskReason !== null))
    const head = asked.after ? '' : BYTE_ORDER_MARK + csvLine(HEADING)
    return { csv: head + lines.map(csvLine).join(''), next }
  }
}

function linesOf(order: Row, unmasked: boolean): (string | number)[][] {
  const major = (minor: number) => minor / MINOR_PER_MAJOR[order.currency]
  const { name, phone, country, region, city, street, postcode } = order.address
  const masked = maskAddress(order.address)
  const to = unmasked
    ? [name, phone, [country, region, city, street, postcode].filter(Boolean).join(' ')]
    : [masked.name, masked.phone, masked.line]
  const time = (ms: number | null) => (ms === null ? '' : new Date(ms).toISOString())
  return order.lines.map((line) => [
    order.id,
    order.status,
    time(order.placedAt),
    time(order.paidAt),
    line.title,
    Object.values(line.options).join(' / '),
    line.quantity,
    line.refundedQuantity,
    major(line.unitPriceMinor),
    order.currency,
    major(order.shippingMinor),
    major(order.totalMinor),
    ...to,
  ])
}
