import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { amountMinor, contract, id } from './contract.ts'

const tag = 'Payments'

export const paymentView = z.object({
  id,
  provider: z.string(),
  status: z.enum(['created', 'pending', 'captured', 'failed', 'refunded']),
  amountMinor,
  currency: z.enum(CURRENCIES),
  /** Where the buyer pays; on the provider's side. */
  payUrl: z.string().nullable(),
})
export type PaymentView = z.infer<typeof paymentView>

export const payOrder = contract({
  method: 'POST',
  path: '/orders/:orderId/payments',
  tag,
  summary: 'Start the payment of an order; a payment already under way is given back',
  who: 'visitor',
  embed: true,
  idempotent: true,
  params: z.object({ orderId: id }),
  body: z.object({ provider: z.string().max(20) }),
  output: paymentView,
  status: 201,
  errors: ['payment_not_payable', 'payment_provider_off', 'unavailable'],
})
