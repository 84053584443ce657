import type { OrderStatus } from '@shelfcast/shared/api/orders.ts'
import type { Tone } from '../ui/pill.tsx'

/** How pressing each status of an order looks. */
export const ORDER_TONES: Record<OrderStatus, Tone> = {
  pending_payment: 'wait',
  paid: 'good',
  packed: 'good',
  shipped: 'good',
  delivered: 'good',
  completed: 'plain',
  cancelled: 'plain',
  expired: 'plain',
  refunding: 'bad',
  refunded: 'plain',
  partially_refunded: 'bad',
}

export const isOrderStatus = (text: string): text is OrderStatus => Object.hasOwn(ORDER_TONES, text)
