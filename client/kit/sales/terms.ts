import type { Currency } from '@shelfcast/shared/money.ts'
import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { SALE_BOUNDS } from '@shelfcast/shared/sale-bounds.ts'
import { amountText, parseAmount, parseCount } from '../amount.ts'

/** What a host may narrow of a flash sale. */
export type SaleTerms = Pick<
  SaleView,
  'priceMinor' | 'quantity' | 'perBuyerLimit' | 'countdownS' | 'durationS'
>

/** What each whole number may be; the duration in minutes. */
export const TYPED_BOUNDS = {
  quantity: SALE_BOUNDS.quantity,
  limit: SALE_BOUNDS.perBuyerLimit,
  countdown: SALE_BOUNDS.countdownS,
  duration: [SALE_BOUNDS.durationS[0] / 60, SALE_BOUNDS.durationS[1] / 60],
} as const

/** The terms of a sale as they are typed. */
export type TermsText = Record<'price' | keyof typeof TYPED_BOUNDS, string>
export type TermsField = keyof TermsText

/** The field in which each term stands. */
const FIELD_OF_TERM: Record<keyof SaleTerms, TermsField> = {
  priceMinor: 'price',
  quantity: 'quantity',
  perBuyerLimit: 'limit',
  countdownS: 'countdown',
  durationS: 'duration',
}

export function termsText(terms: SaleTerms, currency: Currency): TermsText {
  return {
    price: amountText(terms.priceMinor, currency),
    quantity: String(terms.quantity),
    limit: String(terms.perBuyerLimit),
    countdown: String(terms.countdownS),
    duration: String(Math.floor(terms.durationS / 60)),
  }
}

/** The most that each whole number may be within `allowed`, as it is typed. */
export function mostOf(allowed: SaleTerms): Record<keyof typeof TYPED_BOUNDS, number> {
  return {
    quantity: allowed.quantity,
    limit: allowed.perBuyerLimit,
    countdown: allowed.countdownS,
    duration: Math.floor(allowed.durationS / 60),
  }
}

/** Reads what differs from `before`, or names the first field that is beyond what is allowed. */
export function readNarrowed(
  text: TermsText,
  before: TermsText,
  currency: Currency,
  { allowed, listPriceMinor }: { allowed: SaleTerms; listPriceMinor: number },
): Partial<SaleTerms> | { wrong: TermsField } {
  const change: Partial<SaleTerms> = {}
  if (text.price !== before.price) {
    const priceMinor = parseAmount(text.price, currency)
    if (priceMinor === null || priceMinor < allowed.priceMinor || priceMinor > listPriceMinor) {
      return { wrong: 'price' }
    }
    change.priceMinor = priceMinor
  }
  const most = mostOf(allowed)
  for (const term of ['quantity', 'perBuyerLimit', 'countdownS', 'durationS'] as const) {
    const field = FIELD_OF_TERM[term]
    if (field === 'price' || text[field] === before[field]) continue
    const count = parseCount(text[field], TYPED_BOUNDS[field][0], most[field])
    if (count === null) return { wrong: field }
    change[term] = field === 'duration' ? count * 60 : count
  }
  return change
}
