import { AMOUNT_MINOR_MAX } from '@shelfcast/shared/money.ts'
import { type Destination, feeMinorOf, termsFor, type VersionedRule } from '../shipping/index.ts'

/** What a unit of a SKU could cost; amounts in minor units. */
export interface PriceFacts {
  listPriceMinor: number
  /** The shelf's price, where the merchant set one and the show is on air. */
  live: { priceMinor: number; showId: string; version: number } | null
  /** The price of a campaign whose time it is. */
  campaign: { priceMinor: number; campaignId: string; version: number } | null
  /** The flash sale that the buyer named and that is running. Without naming it, its price does not count. */
  flash: { priceMinor: number; saleId: string; version: number } | null
}

/**
 * The typed difference between list price and paid price of a line; `rule` says which sale, show or campaign set it, and
 * `ruleVersion` which of its versions.
 */
export type PriceAdjustment = {
  type: 'flash_price' | 'live_price' | 'campaign_price'
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

type Candidate = Pick<PriceAdjustment, 'type' | 'rule' | 'ruleVersion'> & { priceMinor: number }

/** Which price goes before which: flash sale, live price, campaign price, list price. */
const PRIORITY: readonly ((facts: PriceFacts) => Candidate | null)[] = [
  ({ flash }) =>
    flash && {
      ...{ type: 'flash_price', rule: flash.saleId, ruleVersion: flash.version },
      priceMinor: flash.priceMinor,
    },
  ({ live }) =>
    live && {
      ...{ type: 'live_price', rule: live.showId, ruleVersion: live.version },
      priceMinor: live.priceMinor,
    },
  ({ campaign }) =>
    campaign && {
      ...{ type: 'campaign_price', rule: campaign.campaignId, ruleVersion: campaign.version },
      priceMinor: campaign.priceMinor,
    },
]

/** The first of `PRIORITY` that is there, else the list price. A line at list price plus its adjustment is what is paid. */
export function priceLine(facts: PriceFacts, quantity: number): LinePrice {
  const { listPriceMinor } = facts
  for (const priceBy of PRIORITY) {
    const chosen = priceBy(facts)
    if (!chosen) continue
    const { priceMinor, ...rule } = chosen
    if (priceMinor === listPriceMinor) break
    return {
      unitPriceMinor: priceMinor,
      adjustment: { ...rule, amountMinor: (priceMinor - listPriceMinor) * quantity },
    }
  }
  return { unitPriceMinor: listPriceMinor, adjustment: null }
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
