import { AMOUNT_MINOR_MAX, type Currency, MINOR_PER_MAJOR } from '@shelfcast/shared/money.ts'

/**
 * An amount as people type it, in minor units; null when it is not one. Takes `49`, `49.9`, `¥1,299.00` and
 * full-width digits. A comma only separates thousands: `49,90` is refused rather than read as 4990. More decimals
 * than the currency has are refused as well, never rounded.
 */
export function parseAmount(text: string, currency: Currency): number | null {
  const plain = text
    .normalize('NFKC')
    .replace(/^[\s¥$€]+|[\s¥$€元]+$/g, '')
    .trim()
  const match = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/.exec(plain)
  if (!match) return null
  const decimals = decimalsOf(currency)
  const fraction = match[2] ?? ''
  if (fraction.length > decimals) return null
  const whole = Number(match[1]!.replaceAll(',', ''))
  const minor = whole * MINOR_PER_MAJOR[currency] + Number(fraction.padEnd(decimals, '0') || 0)
  return minor <= AMOUNT_MINOR_MAX ? minor : null
}

/** An amount as a field shows it for editing: `49`, `49.90`. */
export function amountText(amountMinor: number, currency: Currency): string {
  const perMajor = MINOR_PER_MAJOR[currency]
  const fraction = amountMinor % perMajor
  const whole = String(Math.floor(amountMinor / perMajor))
  return fraction === 0 ? whole : `${whole}.${String(fraction).padStart(decimalsOf(currency), '0')}`
}

/** A whole number within bounds as people type it; null when it is not one. */
export function parseCount(text: string, min: number, max: number): number | null {
  const plain = text.normalize('NFKC').trim()
  if (!/^-?\d{1,10}$/.test(plain)) return null
  const count = Number(plain)
  return count >= min && count <= max ? count : null
}

/** A share as people type it in percent, `2.5` or `2.5%`, in hundredths of a percent; null when it is none. */
export function parseBps(text: string, max: number): number | null {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/.exec(text.normalize('NFKC').trim())
  if (!match) return null
  const bps = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return bps <= max ? bps : null
}

/** A share as a field shows it for editing: `2.5`. */
export const bpsText = (bps: number): string => String(bps / 100)

const decimalsOf = (currency: Currency): number => Math.round(Math.log10(MINOR_PER_MAJOR[currency]))
