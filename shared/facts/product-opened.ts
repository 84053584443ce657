import { fact, factRef, impressionId, position } from './fact.ts'

/** The product's sheet was opened. */
export const productOpened = fact('product_opened', 'player', {
  productId: factRef,
  impressionId,
  position: position.nullable().default(null),
})
