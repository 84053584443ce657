/**
 * Money is an integer number of minor units (cents, fen) and an ISO 4217 currency. Coins, which buyers tip with,
 * are a unit of their own under the code `COIN`; they belong to the platform, never to a tenant.
 */
export const CURRENCIES = ['CNY', 'USD', 'EUR', 'JPY'] as const
export type Currency = (typeof CURRENCIES)[number]

/** Minor units in one major unit. */
export const MINOR_PER_MAJOR: Record<Currency, number> = { CNY: 100, USD: 100, EUR: 100, JPY: 1 }

/** The largest amount any field accepts, in minor units: ten million major units of a two-digit currency. */
export const AMOUNT_MINOR_MAX = 1_000_000_000

/** What coins cost. The price is the platform's, in the tenant-independent currency of the deployment. */
export const COIN_PACKS = [
  { id: 'pack-60', coins: 60, priceMinor: 600 },
  { id: 'pack-300', coins: 300, priceMinor: 3000 },
  { id: 'pack-980', coins: 980, priceMinor: 9800 },
] as const
export type CoinPackId = (typeof COIN_PACKS)[number]['id']

/** The most that a hundred coins can be worth to who earned them: what the cheapest pack sells them for. */
export const COIN_RATE_MAX = Math.min(
  ...COIN_PACKS.map((pack) => Math.floor((pack.priceMinor * 100) / pack.coins)),
)

/** What a viewer can tip with. `effect` names the animation the player shows. */
export const GIFTS = [
  { id: 'heart', coins: 1, emoji: '❤️', effect: 'float' },
  { id: 'flower', coins: 10, emoji: '🌸', effect: 'float' },
  { id: 'rocket', coins: 66, emoji: '🚀', effect: 'fly' },
  { id: 'crown', coins: 188, emoji: '👑', effect: 'banner' },
] as const
export type GiftId = (typeof GIFTS)[number]['id']
