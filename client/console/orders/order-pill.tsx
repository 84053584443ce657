import type { OrderStatus } from '@shelfcast/shared/api/orders.ts'
import { Pill } from '../ui/pill.tsx'
import { ORDER_TONES } from './status.ts'
import { orderWords } from './words.ts'

export function OrderPill({ status }: { status: OrderStatus }) {
  return <Pill tone={ORDER_TONES[status]}>{orderWords.value.statuses[status]}</Pill>
}
