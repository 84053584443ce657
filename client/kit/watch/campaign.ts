import type { SkuView } from '@shelfcast/shared/protocol/parts.ts'

type Priced = Pick<SkuView, 'campaigns'>

/** The campaign price of a SKU at this moment of the server's clock: the lowest of those whose time it is. */
export function campaignPrice({ campaigns = [] }: Priced, atMs: number): number | null {
  const held = campaigns.filter(({ startsAt, endsAt }) => startsAt <= atMs && atMs < endsAt)
  return held.length > 0 ? Math.min(...held.map(({ priceMinor }) => priceMinor)) : null
}

/** When the next campaign of these begins or ends; null where none does. */
export function nextTurn(skus: readonly Priced[], atMs: number): number | null {
  const turns = skus.flatMap(({ campaigns = [] }) =>
    campaigns.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]).filter((turn) => turn > atMs),
  )
  return turns.length > 0 ? Math.min(...turns) : null
}
