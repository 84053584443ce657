import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { fact, factRef, impressionId, quantity, valueMinor } from './fact.ts'

/** A viewer settled on a variant and a quantity and asked for it, whether or not an order came of it. */
export const bagged = fact('bagged', 'player', {
  productId: factRef,
  skuId: factRef,
  quantity,
  valueMinor,
  currency: z.enum(CURRENCIES),
  impressionId,
})
