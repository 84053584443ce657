import { money, timeOfDay } from '../../kit/format.ts'
import { OrderPill } from '../orders/order-pill.tsx'
import { Link } from '../ui/link.tsx'
import type { Order } from './feed.ts'
import './order-row.css'
import { deskWords } from './words.ts'

/** An order in three lines: who and how much, what, when and in what state. */
export function OrderRow({ order, fresh }: { order: Order; fresh: boolean }) {
  const t = deskWords.value
  return (
    <li
      class={fresh ? 'desk-order desk-order--fresh' : 'desk-order'}
      data-testid="order-row"
      data-order-id={order.id}
      data-status={order.status}
    >
      <div class="desk-order__top">
        <Link to={{ page: 'orders', tenantId: order.tenantId, orderId: order.id }} class="desk-order__buyer">
          {order.buyer.name}
        </Link>
        <span class="desk-order__total numeric">{money(order.totalMinor, order.currency)}</span>
      </div>
      {order.lines.map((line) => (
        <p key={line.id} class="desk-order__line">
          {[line.title, ...Object.values(line.options)].join(' · ')} {t.units(line.quantity)}
        </p>
      ))}
      <div class="desk-order__foot">
        <OrderPill status={order.status} />
        <time class="numeric">{timeOfDay(order.placedAt)}</time>
      </div>
    </li>
  )
}
