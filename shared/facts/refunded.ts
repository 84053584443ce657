import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { fact, factRef, valueMinor } from './fact.ts'

/** Money of an order went back to its buyer. Its time is when the refund was asked for. */
export const refunded = fact('refunded', 'server', {
  orderId: factRef,
  refundId: factRef,
  valueMinor,
  currency: z.enum(CURRENCIES),
})
