import { AMOUNT_MINOR_MAX } from '@shelfcast/shared/money.ts'
import { type Destination, feeMinorOf, termsFor, type VersionedRule } from '../shipping/index.ts'

/** Moves when the rules of this file change, so that an old order still tells by which rules it was priced. */
const PRICE_RULES_VERSION = 1

/** What a unit of a SKU could cost; amounts in minor units. */
export interface PriceFacts {
  listPriceMinor: number
  /** The shelf's price, where the merchant set one and the show is on air. */
  live: { priceMinor: number; showId: string } | null
  /** The flash sale that the buyer named and that is running. Without naming it, its price does not count. */
  flash: { priceMinor: number; saleId: string } | null
}

/** The typed difference between list price and paid price of a line; `rule` says which sale or show set it. */
export type PriceAdjustment = {
  type: 'flash_price' | 'live_price'
  rule: string
  ruleVersion: number
  /** Of the whole line; negative for a discount. */
  amountMinor: number
}

export interface LinePrice {
  unitPriceMinor: number
  /** Null when the list price is paid. */
  adjustment: PriceAdjustment | null
}

/** Flash price before live price before list price. A line at list price plus its adjustment is what is paid. */
export function priceLine(facts: PriceFacts, quantity: number): LinePrice {
  const { listPriceMinor, live, flash } = facts
  const chosen = flash
    ? { type: 'flash_price' as const, rule: flash.saleId, priceMinor: flash.priceMinor }
    : live
      ? { type: 'live_price' as const, rule: live.showId, priceMinor: live.priceMinor }
      : null
  if (!chosen || chosen.priceMinor === listPriceMinor) {
    return { unitPriceMinor: listPriceMinor, adjustment: null }
  }
  const { type, rule, priceMinor } = chosen
  const amountMinor = (priceMinor - listPriceMinor) * quantity
  return {
    unitPriceMinor: priceMinor,
    adjustment: { type, rule, ruleVersion: PRICE_RULES_VERSION, amountMinor },
  }
}

/** What delivery costs and by which version of the tenant's rule. */
export type ShippingAdjustment = {
  type: 'shipping'
  rule: 'shipping'
  ruleVersion: number
  amountMinor: number
}

export interface Shipped {
  adjustment: ShippingAdjustment
  /** What the items must come to for free delivery, null for never. */
  freeFromMinor: number | null
}

/** Delivery of items of this worth; null where the rule serves nobody. */
export function priceShipping(
  { version, rule }: VersionedRule,
  to: Destination,
  itemsMinor: number,
): Shipped | null {
  const terms = termsFor(rule, to)
  if (!terms) return null
  const amountMinor = feeMinorOf(terms, itemsMinor)
  return {
    adjustment: { type: 'shipping', rule: 'shipping', ruleVersion: version, amountMinor },
    freeFromMinor: terms.freeFromMinor,
  }
}

/** What the lines come to, without delivery. */
export function itemsMinorOf(lines: readonly { unitPriceMinor: number; quantity: number }[]): number {
  return lines.reduce((sum, line) => sum + line.unitPriceMinor * line.quantity, 0)
}

/** Null beyond what any amount may be. */
export function bounded(totalMinor: number): number | null {
  return totalMinor <= AMOUNT_MINOR_MAX ? totalMinor : null
}
