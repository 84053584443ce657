import type { SaleView, ShelfItemView, SkuView } from '@shelfcast/shared/protocol/parts.ts'
import { campaignPrice } from '../kit/watch/campaign.ts'

/**
 * Prices as the server reckons them: a running flash sale of the SKU goes first, then the item's live price, then a
 * campaign's, then the SKU's list price. The server has the last word (`price_changed`).
 */
export interface UnitPrice {
  unitMinor: number
  /** The list price, where it is higher: shown struck through. */
  listMinor: number | null
  /** The flash sale that gives this price. */
  saleId: string | null
}

/** The shelf as it is priced while the show is not on air: a live price counts only then. */
export const offAir = (shelf: readonly ShelfItemView[]): ShelfItemView[] =>
  shelf.map((item) => (item.livePriceMinor === null ? item : { ...item, livePriceMinor: null }))

/** @param running the flash sales that run now @param atMs the server's clock */
export function unitPrice(
  item: ShelfItemView,
  sku: SkuView,
  running: readonly SaleView[],
  atMs: number,
): UnitPrice {
  const sale = running.find((one) => one.skuId === sku.id)
  const unitMinor = sale?.priceMinor ?? item.livePriceMinor ?? campaignPrice(sku, atMs) ?? sku.priceMinor
  return {
    unitMinor,
    listMinor: sku.priceMinor > unitMinor ? sku.priceMinor : null,
    saleId: sale?.id ?? null,
  }
}

/** The lowest price of an item, and whether its SKUs differ in price (then it reads "from"). */
export function itemPrice(
  item: ShelfItemView,
  running: readonly SaleView[],
  atMs: number,
): { price: UnitPrice; from: boolean } | null {
  const prices = item.skus.map((sku) => unitPrice(item, sku, running, atMs))
  const lowest = prices.reduce<UnitPrice | null>(
    (best, one) => (best && best.unitMinor <= one.unitMinor ? best : one),
    null,
  )
  return lowest && { price: lowest, from: prices.some((one) => one.unitMinor > lowest.unitMinor) }
}

/** Units of an item that are left over all its SKUs. */
export const itemLeft = (item: ShelfItemView): number => item.skus.reduce((sum, sku) => sum + sku.left, 0)

export interface Quote extends UnitPrice {
  quantity: number
  totalMinor: number
  /** What the buyer saves against the list price. */
  savedMinor: number
}

/** What the checkout shows and sends as `expectedTotalMinor`. */
export function quote(price: UnitPrice, quantity: number): Quote {
  const savedEachMinor = price.listMinor === null ? 0 : price.listMinor - price.unitMinor
  return {
    ...price,
    quantity,
    totalMinor: price.unitMinor * quantity,
    savedMinor: savedEachMinor * quantity,
  }
}

/** The most units one order may hold, as far as this screen knows; at least 1, so that a field always has a value. */
export function quantityMax(sku: SkuView, sale: SaleView | null): number {
  const bounds = [100, sku.left, sku.perBuyerLimit, sale?.left, sale?.perBuyerLimit]
  return Math.max(1, Math.min(...bounds.filter((bound) => typeof bound === 'number')))
}

/** `Black · 42`, or the SKU's code where it has no options. */
export function skuLabel(sku: { code: string; options: Record<string, string> }): string {
  return Object.values(sku.options).join(' · ') || sku.code
}
