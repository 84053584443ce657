import { price } from '../../kit/format.ts'
import { useShop } from '../shop.ts'
import { priceRange } from '../sku.ts'

/** `¥49`, or `¥49–¥79` where SKUs differ. */
export function PriceRange({ prices }: { prices: readonly number[] }) {
  const { currency } = useShop()
  const range = priceRange(prices)
  if (!range) return null
  const lowest = price(range.lowest, currency)
  return <>{range.lowest === range.highest ? lowest : `${lowest}–${price(range.highest, currency)}`}</>
}
