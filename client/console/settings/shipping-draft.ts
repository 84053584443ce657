import type { ShippingRule, ShippingTerms } from '@shelfcast/shared/api/shipping.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import { amountText, parseAmount } from '../../kit/amount.ts'

/** Terms as they are typed. */
export interface TermsDraft {
  served: boolean
  fee: string
  /** Empty for never free. */
  freeFrom: string
}

export interface ZoneDraft extends TermsDraft {
  /** Tells rows apart on the screen; never sent. */
  key: number
  country: string
  /** Between commas; empty for the whole country. */
  regions: string
}

export interface RuleDraft {
  elsewhere: TermsDraft
  zones: readonly ZoneDraft[]
}

export type RuleProblem = { zone: number | null; is: 'badFee' | 'badFreeFrom' | 'badCountry' }

export const draftOf = (rule: ShippingRule, currency: Currency): RuleDraft => ({
  elsewhere: termsDraft(rule.elsewhere, currency),
  zones: rule.zones.map((zone, key) => ({
    ...termsDraft(zone.terms, currency),
    key,
    country: zone.country,
    regions: zone.regions.join(', '),
  })),
})

function termsDraft(terms: ShippingTerms | null, currency: Currency): TermsDraft {
  if (!terms) return { served: false, fee: '', freeFrom: '' }
  const { feeMinor, freeFromMinor } = terms
  return {
    served: true,
    fee: amountText(feeMinor, currency),
    freeFrom: freeFromMinor === null ? '' : amountText(freeFromMinor, currency),
  }
}

/** What was typed in the API's terms, or the first thing that is wrong. */
export function readRule(draft: RuleDraft, currency: Currency): ShippingRule | RuleProblem {
  const elsewhere = readTerms(draft.elsewhere, currency)
  if (typeof elsewhere === 'string') return { zone: null, is: elsewhere }
  const zones: ShippingRule['zones'] = []
  for (const [index, zone] of draft.zones.entries()) {
    const country = zone.country.normalize('NFKC').trim().toUpperCase()
    if (!/^[A-Z]{2}$/.test(country)) return { zone: index + 1, is: 'badCountry' }
    const terms = readTerms(zone, currency)
    if (typeof terms === 'string') return { zone: index + 1, is: terms }
    zones.push({ country, regions: readRegions(zone.regions), terms })
  }
  return { elsewhere, zones }
}

function readTerms(draft: TermsDraft, currency: Currency): ShippingTerms | null | 'badFee' | 'badFreeFrom' {
  if (!draft.served) return null
  const feeMinor = draft.fee.trim() === '' ? 0 : parseAmount(draft.fee, currency)
  if (feeMinor === null) return 'badFee'
  const freeFromMinor = draft.freeFrom.trim() === '' ? null : parseAmount(draft.freeFrom, currency)
  if (freeFromMinor === null && draft.freeFrom.trim() !== '') return 'badFreeFrom'
  return { feeMinor, freeFromMinor }
}

const readRegions = (text: string): string[] =>
  text
    .split(/[,，、;；\n]/)
    .map((region) => region.trim())
    .filter(Boolean)
