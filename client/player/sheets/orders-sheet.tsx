import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Answer, call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { dateTime, money } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import type { Order } from './checkout.ts'
import { OrderStatusView } from './order-status.tsx'
import './orders-sheet.css'
import { useSheet } from './use-sheet.ts'
import { sheetWords } from './words.ts'

type Page = Answer<'GET /orders'>

/** My orders, newest first, page by page. */
export function OrdersSheet() {
  const { close } = useSheet()
  const t = sheetWords.value
  const orders = useSignal<Order[]>([])
  const next = useSignal<Page['next'] | undefined>(undefined)
  const busy = useSignal(true)
  const failure = useSignal<unknown>(null)

  const load = async (after: string | null) => {
    busy.value = true
    failure.value = null
    try {
      const page = await call('GET /orders', { query: after === null ? {} : { after } })
      orders.value = [...orders.peek(), ...page.items]
      next.value = page.next
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }
  useEffect(() => void load(null), [])

  const empty = !busy.value && failure.value === null && orders.value.length === 0
  return (
    <Sheet title={t.orders} onClose={close} clear testId="orders-sheet">
      {empty && <Empty icon="receipt" title={t.ordersEmpty} text={t.ordersEmptyText} />}
      <ul class="orders">
        {orders.value.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </ul>
      {failure.value !== null && (
        <p class="sheet-notice sheet-notice--bad" role="alert">
          {errorText(failure.value)}
        </p>
      )}
      {busy.value && <Spinner label={t.checking} />}
      {!busy.value && next.value && (
        <Button look="plain" wide onClick={() => load(next.value ?? null)}>
          {t.loadMore}
        </Button>
      )}
    </Sheet>
  )
}

function OrderRow({ order }: { order: Order }) {
  const { show } = useSheet()
  const t = sheetWords.value
  const pieces = order.lines.reduce((sum, line) => sum + line.quantity, 0)
  return (
    <li>
      <button
        type="button"
        class="orders__row"
        data-testid="order-row"
        data-status={order.status}
        onClick={() => show({ kind: 'order', orderId: order.id })}
      >
        <span class="orders__title">{order.lines.map((line) => line.title).join(', ')}</span>
        <span class="orders__total numeric">{money(order.totalMinor, order.currency)}</span>
        <OrderStatusView status={order.status} />
        <span class="orders__when">
          {t.pieces(pieces)} · {dateTime(order.placedAt)}
        </span>
      </button>
    </li>
  )
}
