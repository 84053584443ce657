import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Empty } from '../../kit/ui/empty.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { useDesk } from './context.ts'
import { OrderRow } from './order-row.tsx'
import './orders-panel.css'
import { deskWords } from './words.ts'

/** A new order is marked for so long. */
const FRESH_MS = 4000

/** Orders of this show as they come. */
export function OrdersPanel() {
  const desk = useDesk()
  const { orders, status } = desk.feed
  const t = deskWords.value
  const newest = orders.value[0]
  const freshId = useSignal<string | null>(null)
  useEffect(() => {
    // What was there when the desk opened is not news.
    if (!newest || Date.now() - newest.placedAt > FRESH_MS) return
    freshId.value = newest.id
    const timer = setTimeout(() => {
      freshId.value = null
    }, FRESH_MS)
    return () => clearTimeout(timer)
  }, [newest?.id])
  return (
    <Panel
      title={t.orders}
      class="desk-orders"
      actions={
        <>
          <Counts />
          <Link
            to={{ page: 'orders', tenantId: desk.tenantId, orderId: null }}
            class="button button--quiet button--small"
          >
            {t.allOrders}
          </Link>
        </>
      }
    >
      {(status.value === 'down' || status.value === 'refused') && (
        <p class="desk-orders__note" role="status">
          {status.value === 'down' ? t.ordersReconnecting : t.ordersDown}
        </p>
      )}
      {orders.value.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <ul class="desk-orders__list" tabIndex={0} aria-label={t.orders}>
          {orders.value.map((order) => (
            <OrderRow key={order.id} order={order} fresh={order.id === freshId.value} />
          ))}
        </ul>
      ) : status.value === 'connecting' ? (
        <div class="desk-orders__wait">
          <Spinner label={t.orders} />
        </div>
      ) : (
        <Empty
          icon="receipt"
          title={t.ordersEmpty}
          {...(desk.status.value === 'ended' ? {} : { text: t.ordersEmptyText })}
        />
      )}
    </Panel>
  )
}

function Counts() {
  const orders = useDesk().feed.orders.value
  const t = deskWords.value
  const paid = orders.filter(({ paidAt }) => paidAt !== null).length
  const open = orders.filter(({ status }) => status === 'pending_payment').length
  return (
    <p class="desk-orders__counts numeric">
      {t.paidCount(paid)} · {t.openCount(open)}
    </p>
  )
}
