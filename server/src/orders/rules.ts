import type { OrderStatus } from '@shelfcast/shared/api/orders.ts'

/** `payments`: money arrived or went back · `system`: time passed. */
export type OrderMover = 'buyer' | 'merchant' | 'payments' | 'system'

interface Transition {
  readonly from: OrderStatus
  readonly to: OrderStatus
  readonly by: readonly OrderMover[]
}

/**
 * Every move an order can make, and who may make it. The SQL functions of `migrations/*_functions.sql` guard the same
 * moves where they lock the row; `orders.test.ts` checks that no order's trail holds a move that is not here.
 */
export const ORDER_TRANSITIONS: readonly Transition[] = [
  { from: 'pending_payment', to: 'paid', by: ['payments'] },
  { from: 'pending_payment', to: 'cancelled', by: ['buyer', 'system'] },
  { from: 'pending_payment', to: 'expired', by: ['system'] },
  // The money came late and the units were still there.
  { from: 'expired', to: 'paid', by: ['payments'] },
  { from: 'paid', to: 'packed', by: ['merchant'] },
  { from: 'paid', to: 'shipped', by: ['merchant'] },
  { from: 'packed', to: 'shipped', by: ['merchant'] },
  { from: 'shipped', to: 'delivered', by: ['merchant', 'buyer', 'system'] },
  { from: 'delivered', to: 'completed', by: ['buyer', 'system'] },
  { from: 'paid', to: 'refunding', by: ['merchant'] },
  { from: 'packed', to: 'refunding', by: ['merchant'] },
  { from: 'shipped', to: 'refunding', by: ['merchant'] },
  { from: 'delivered', to: 'refunding', by: ['merchant'] },
  { from: 'completed', to: 'refunding', by: ['merchant'] },
  { from: 'partially_refunded', to: 'refunding', by: ['merchant'] },
  // What was not refunded goes its way.
  { from: 'partially_refunded', to: 'packed', by: ['merchant'] },
  { from: 'partially_refunded', to: 'shipped', by: ['merchant'] },
  { from: 'partially_refunded', to: 'delivered', by: ['merchant'] },
  { from: 'refunding', to: 'refunded', by: ['payments'] },
  { from: 'refunding', to: 'partially_refunded', by: ['payments'] },
]

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
