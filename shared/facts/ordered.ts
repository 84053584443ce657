import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { fact, factRef, quantity, valueMinor } from './fact.ts'

/** A line of an order that was committed, at what it costs. */
export const ordered = fact('ordered', 'server', {
  orderId: factRef,
  lineId: factRef,
  productId: factRef,
  skuId: factRef,
  quantity,
  valueMinor,
  currency: z.enum(CURRENCIES),
})
