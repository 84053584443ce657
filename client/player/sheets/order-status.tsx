import type { OrderStatus } from '@shelfcast/shared/api/orders.ts'
import { Icon, type IconName } from '../../kit/ui/icons.tsx'
import './order-status.css'
import { sheetWords } from './words.ts'

const TONES: Record<OrderStatus, 'open' | 'good' | 'over'> = {
  pending_payment: 'open',
  paid: 'good',
  packed: 'good',
  shipped: 'good',
  delivered: 'good',
  completed: 'good',
  cancelled: 'over',
  expired: 'over',
  refunding: 'open',
  refunded: 'over',
  partially_refunded: 'open',
}
const ICONS: Record<'open' | 'good' | 'over', IconName> = { open: 'clock', good: 'check', over: 'close' }

/** The order's state in words, with a tone; read aloud when it changes. */
export function OrderStatusView({ status }: { status: OrderStatus }) {
  const tone = TONES[status]
  return (
    <p
      class={`order-status order-status--${tone}`}
      data-testid="order-status"
      data-status={status}
      role="status"
    >
      <Icon name={ICONS[tone]} size={20} />
      {sheetWords.value.statuses[status]}
    </p>
  )
}
