import type { OrderStatus } from '@shelfcast/shared/api/orders.ts'
import { ORDER_TRANSITIONS, type OrderMover } from '@shelfcast/shared/order-transitions.ts'

/** Why `mover` cannot take an order from one status to another, in a sentence; null when they can. */
export function whyNot(from: OrderStatus, to: OrderStatus, mover: OrderMover): string | null {
  const transition = ORDER_TRANSITIONS.find((one) => one.from === from && one.to === to)
  if (!transition) {
    const next = [...new Set(ORDER_TRANSITIONS.filter((one) => one.from === from).map((one) => one.to))]
    return next.length === 0
      ? `The order is ${from}, which is final.`
      : `The order is ${from}; it can become ${next.join(' or ')}, not ${to}.`
  }
  if (!transition.by.includes(mover)) {
    return `From ${from} to ${to} is for ${transition.by.join(' or ')}, not for the ${mover}.`
  }
  return null
}
