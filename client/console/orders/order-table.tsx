import type { Answer } from '../../kit/api.ts'
import { dateTime, money } from '../../kit/format.ts'
import { Link } from '../ui/link.tsx'
import { OrderPill } from './order-pill.tsx'
import { orderWords } from './words.ts'

export type Order = Answer<'GET /tenants/:tenantId/orders'>['items'][number]

export function OrderTable({ orders }: { orders: readonly Order[] }) {
  const t = orderWords.value
  return (
    <div class="card table-card">
      <table class="table table--list">
        <thead>
          <tr>
            <th scope="col">{t.placed}</th>
            <th scope="col">{t.buyer}</th>
            <th scope="col">{t.items}</th>
            <th scope="col">{t.status}</th>
            <th scope="col" class="table__end">
              {t.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.id} data-testid="order-row" data-order-id={order.id} data-status={order.status}>
              <td class="numeric">
                <Link
                  to={{ page: 'orders', tenantId: order.tenantId, orderId: order.id }}
                  class="table__title"
                >
                  {dateTime(order.placedAt)}
                </Link>
              </td>
              <td>{order.buyer.name}</td>
              <td class="table__soft table__main">{itemsText(order)}</td>
              <td>
                <OrderPill status={order.status} />
              </td>
              <td class="table__end numeric">{money(order.totalMinor, order.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function itemsText({ lines }: Order): string {
  const [first, ...others] = lines
  if (!first) return ''
  const text = `${[first.title, ...Object.values(first.options)].join(' · ')} × ${first.quantity}`
  return others.length === 0 ? text : `${text} ${orderWords.value.moreLines(others.length)}`
}
