import { z } from 'zod'
import { fact, factRef, position } from './fact.ts'

/** Half of a product's card was on the screen for a second. Its id is the impression that later facts point at. */
export const seen = fact('seen', 'player', {
  productId: factRef,
  place: z.enum(['shelf', 'pinned', 'sale']),
  position,
})
