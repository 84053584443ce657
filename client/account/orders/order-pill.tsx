import type { OrderStatus } from '@shelfcast/shared/api/orders.ts'
import { accountWords } from '../words.ts'

const WAITS: readonly OrderStatus[] = ['pending_payment', 'refunding']
const OVER: readonly OrderStatus[] = ['cancelled', 'expired', 'refunded']

/** The state of an order in a word; the colour only helps. */
export function OrderPill({ status }: { status: OrderStatus }) {
  const tone = WAITS.includes(status) ? 'wait' : OVER.includes(status) ? 'over' : 'good'
  return (
    <span class={`pill pill--${tone}`} data-testid="order-status" data-status={status}>
      {accountWords.value.orders.statuses[status]}
    </span>
  )
}
