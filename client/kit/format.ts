import { type Currency, MINOR_PER_MAJOR } from '@shelfcast/shared/money.ts'
import { language } from './i18n.ts'

/** Money, times and counts in the language in use. Called while drawing, these follow a switch of language. */

const moneyFormats = new Map<string, Intl.NumberFormat>()

function moneyFormat(currency: Currency, whole: boolean): Intl.NumberFormat {
  const key = `${language.value} ${currency} ${whole}`
  let format = moneyFormats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(language.value, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      ...(whole ? { minimumFractionDigits: 0 } : {}),
    })
    moneyFormats.set(key, format)
  }
  return format
}

/** An amount as sums show it: `¥59.00`. */
export function money(amountMinor: number, currency: Currency): string {
  return moneyFormat(currency, false).format(amountMinor / MINOR_PER_MAJOR[currency])
}

/** An amount as a price tag shows it, without empty decimals: `¥59`, `¥59.90`. */
export function price(amountMinor: number, currency: Currency): string {
  const perMajor = MINOR_PER_MAJOR[currency]
  return moneyFormat(currency, amountMinor % perMajor === 0).format(amountMinor / perMajor)
}

/** A count that stays short: `1.2K` or `1.2万`. */
export function shortCount(count: number): string {
  return new Intl.NumberFormat(language.value, { notation: 'compact', maximumFractionDigits: 1 }).format(
    count,
  )
}

/** `14:05` */
export function timeOfDay(atMs: number): string {
  return new Intl.DateTimeFormat(language.value, {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(atMs)
}

/** `Mar 4, 2026, 14:05:09`: a moment that must not be mistaken for another. */
export function exactTime(atMs: number): string {
  return new Intl.DateTimeFormat(language.value, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  }).format(atMs)
}

/** `Tue, Mar 4, 14:05`, for days other than today; `14:05` today. */
export function dateTime(atMs: number, nowMs: number = Date.now()): string {
  if (new Date(atMs).toDateString() === new Date(nowMs).toDateString()) return timeOfDay(atMs)
  return new Intl.DateTimeFormat(language.value, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(atMs)
}

/**
 * A time left as a clock: `4:59`, `1:04:59`. Seconds are rounded up, so that it reads `0:00` only when nothing is
 * left, and two screens show the same second however late each draws.
 */
export function clockText(leftMs: number): string {
  const total = Math.max(0, Math.ceil(leftMs / 1000))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = String(total % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}
