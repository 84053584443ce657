/** `Black · 42`, or the SKU's code where it has no options. */
export function skuLabel(sku: { code: string; options: Record<string, string> }): string {
  return Object.values(sku.options).join(' · ') || sku.code
}

/** The lowest and the highest of some prices; null when there is none. */
export function priceRange(prices: readonly number[]): { lowest: number; highest: number } | null {
  if (prices.length === 0) return null
  return { lowest: Math.min(...prices), highest: Math.max(...prices) }
}
