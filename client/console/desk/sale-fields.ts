import type { Allocation } from '@shelfcast/shared/allocation.ts'
import { AMOUNT_MINOR_MAX, type Currency } from '@shelfcast/shared/money.ts'
import { amountText, parseAmount, parseCount } from '../amount.ts'
import { timeOf } from '../ui/local-time.ts'
import type { SaleTerms } from './sales.ts'

/** A flash sale as it is typed: price in major units, duration in minutes. */
export interface SaleText {
  skuId: string
  price: string
  quantity: string
  limit: string
  countdown: string
  duration: string
  allocation: Allocation
  /** As a datetime-local field holds it; empty where somebody starts the sale. */
  time: string
}

/** A flash sale as the server takes it. */
export interface SaleInput {
  skuId: string
  priceMinor: number
  quantity: number
  perBuyerLimit: number
  countdownS: number
  durationS: number
  allocation: Allocation
  plannedAt: number | null
}

/** What each whole number may be, as the API has it; the duration in minutes. */
export const SALE_BOUNDS = {
  quantity: [1, 100_000],
  limit: [1, 100],
  countdown: [0, 300],
  duration: [1, 20],
} as const

/** Where something can be wrong. */
export type SaleField = Exclude<keyof SaleText, 'allocation'>

/** Reads the form, or names the first field that is wrong. @param nowMs the server's clock */
export function readSale(
  text: SaleText,
  currency: Currency,
  nowMs: number,
): SaleInput | { wrong: SaleField } {
  if (text.skuId === '') return { wrong: 'skuId' }
  const priceMinor = parseAmount(text.price, currency)
  if (priceMinor === null || priceMinor < 1 || priceMinor > AMOUNT_MINOR_MAX) return { wrong: 'price' }
  const count = (field: keyof typeof SALE_BOUNDS) => {
    const [min, max] = SALE_BOUNDS[field]
    return parseCount(text[field], min, max)
  }
  const quantity = count('quantity')
  if (quantity === null) return { wrong: 'quantity' }
  const perBuyerLimit = count('limit')
  if (perBuyerLimit === null) return { wrong: 'limit' }
  const countdownS = count('countdown')
  if (countdownS === null) return { wrong: 'countdown' }
  const minutes = count('duration')
  if (minutes === null) return { wrong: 'duration' }
  const plannedAt = timeOf(text.time)
  if (text.time !== '' && (plannedAt === null || plannedAt <= nowMs)) return { wrong: 'time' }
  const durationS = minutes * 60
  const { skuId, allocation } = text
  return { skuId, priceMinor, quantity, perBuyerLimit, countdownS, durationS, allocation, plannedAt }
}

/** The terms of a sale as they are typed. */
export type TermsText = Pick<SaleText, 'price' | keyof typeof SALE_BOUNDS>
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
export function mostOf(allowed: SaleTerms): Record<keyof typeof SALE_BOUNDS, number> {
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
    const count = parseCount(text[field], SALE_BOUNDS[field][0], most[field])
    if (count === null) return { wrong: field }
    change[term] = field === 'duration' ? count * 60 : count
  }
  return change
}
