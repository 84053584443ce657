import type { ShippingRule, ShippingTerms } from '@shelfcast/shared/api/shipping.ts'

export interface Destination {
  /** ISO 3166, two letters. */
  country: string
  /** As the buyer wrote it; may be empty. */
  region: string
}

/** How far a rule reaches for an address, null where nothing is delivered. */
export function termsFor(rule: ShippingRule, { country, region }: Destination): ShippingTerms | null {
  const zones = rule.zones.filter((zone) => zone.country === country)
  const wanted = plainRegion(region)
  const named = zones.find((zone) => zone.regions.some((one) => plainRegion(one) === wanted))
  const whole = zones.find((zone) => zone.regions.length === 0)
  const zone = named ?? whole
  return zone ? zone.terms : rule.elsewhere
}

/** What delivery costs for items of this worth, in minor units. */
export function feeMinorOf(terms: ShippingTerms, itemsMinor: number): number {
  return terms.freeFromMinor !== null && itemsMinor >= terms.freeFromMinor ? 0 : terms.feeMinor
}

const CHINESE_SUFFIX = /(?:维吾尔自治区|壮族自治区|回族自治区|特别行政区|自治区|省|市)$/u

/** 浙江 and 浙江省, california and California are one region. */
export function plainRegion(name: string): string {
  const plain = name.normalize('NFKC').trim().toLowerCase()
  return plain.replace(CHINESE_SUFFIX, '') || plain
}
