import { z } from 'zod'
import { fact, factRef, valueMinor } from './fact.ts'

/** A tip, in coins. */
export const tipped = fact('tipped', 'server', {
  tipId: factRef,
  giftId: factRef,
  count: z.int().min(1).max(99),
  valueMinor,
  currency: z.literal('COIN'),
})
