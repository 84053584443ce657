import type { WorkedOrder } from '@shelfcast/shared/api/fulfilment.ts'
import type { address } from '@shelfcast/shared/api/orders.ts'
import type { z } from 'zod'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { maskAddress } from './mask.ts'
import { orderColumns } from './views.ts'

type Row = Omit<WorkedOrder, 'address'> & { fullAddress: z.output<typeof address> }

/** An order as those see it who work on it: the address masked, everything else there. @throws Fault `not_found` */
export async function whole({ sql }: Db, tenantId: string, orderId: string): Promise<WorkedOrder> {
  const [row] = await sql<Row[]>`
    select ${orderColumns(sql)}, o.address as "fullAddress",
      (select jsonb_build_object('personId', p.id, 'name', p.name) from persons p where p.id = o.person_id) as buyer,
      coalesce((select jsonb_agg(jsonb_build_object('type', a.type, 'lineId', a.line_id, 'amountMinor', a.amount_minor) order by a.id)
        from order_adjustments a where a.tenant_id = o.tenant_id and a.order_id = o.id), '[]') as adjustments,
      (select jsonb_agg(jsonb_build_object('kind', y.kind, 'name', p.name, 'amountMinor', y.amount_minor,
          'leftMinor', payee_left(y)) order by y.kind <> 'merchant', y.kind)
        from order_payees y left join persons p on p.id = y.payee_id
        where y.tenant_id = o.tenant_id and y.order_id = o.id) as payees,
      order_parcels(o.tenant_id, o.id) as parcels,
      coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'amountMinor', r.amount_minor, 'reason', r.reason,
          'status', r.status, 'refusal', r.refusal, 'note', r.note, 'waits', refund_waits(r), 'at', floor(extract(epoch from r.created_at) * 1000)::bigint) order by r.id)
        from refunds r where r.tenant_id = o.tenant_id and r.order_id = o.id), '[]') as refunds,
      coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'text', n.text, 'by', p.name,
          'at', floor(extract(epoch from n.created_at) * 1000)::bigint) order by n.id desc)
        from order_notes n join persons p on p.id = n.person_id
        where n.tenant_id = o.tenant_id and n.order_id = o.id), '[]') as notes,
      coalesce((select jsonb_agg(jsonb_build_object('from', e.from_status, 'to', e.to_status, 'by', coalesce(p.name, e.by),
          'reason', e.reason, 'at', floor(extract(epoch from e.created_at) * 1000)::bigint) order by e.created_at, e.id)
        from order_events e left join persons p on p.id = e.by
        where e.tenant_id = o.tenant_id and e.order_id = o.id), '[]') as history
    from orders o where o.tenant_id = ${tenantId} and o.id = ${orderId}`
  const { fullAddress, ...order } = found(row)
  return { ...order, address: maskAddress(fullAddress) }
}
