import type { OrderStatus } from './api/orders.ts'

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
  // By payments where who pays first is served first, and this one came when nothing was left.
  { from: 'pending_payment', to: 'cancelled', by: ['buyer', 'system', 'payments'] },
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
  // By the merchant where the provider would not, and the buyer was paid another way.
  { from: 'refunding', to: 'refunded', by: ['payments', 'merchant'] },
  { from: 'refunding', to: 'partially_refunded', by: ['payments', 'merchant'] },
  // The provider would not: the order is where it was before.
  { from: 'refunding', to: 'paid', by: ['payments'] },
  { from: 'refunding', to: 'packed', by: ['payments'] },
  { from: 'refunding', to: 'shipped', by: ['payments'] },
  { from: 'refunding', to: 'delivered', by: ['payments'] },
  { from: 'refunding', to: 'completed', by: ['payments'] },
]

/** Whether somebody can take an order from one status to another. */
export const mayMove = (from: OrderStatus, to: OrderStatus, mover: OrderMover): boolean =>
  ORDER_TRANSITIONS.some((one) => one.from === from && one.to === to && one.by.includes(mover))
