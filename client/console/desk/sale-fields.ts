import type { Allocation } from '@shelfcast/shared/allocation.ts'
import { AMOUNT_MINOR_MAX, type Currency } from '@shelfcast/shared/money.ts'
import { parseAmount, parseCount } from '../../kit/amount.ts'
import { TYPED_BOUNDS } from '../../kit/sales/terms.ts'
import { timeOf } from '../ui/local-time.ts'

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
  const count = (field: keyof typeof TYPED_BOUNDS) => {
    const [min, max] = TYPED_BOUNDS[field]
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
