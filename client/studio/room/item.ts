import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { campaignPrice } from '../../kit/watch/campaign.ts'

/** Units left over all options. */
export const leftOf = ({ skus }: ShelfItemView): number => skus.reduce((sum, sku) => sum + sku.left, 0)

/** What viewers pay: the live price, else that of the cheapest option, a campaign's where it is on; null without options. */
export function priceOf({ livePriceMinor, skus }: ShelfItemView, atMs: number): number | null {
  if (livePriceMinor !== null) return livePriceMinor
  return skus.length > 0 ? Math.min(...skus.map((sku) => campaignPrice(sku, atMs) ?? sku.priceMinor)) : null
}
