import { clockText } from '../../kit/format.ts'
import type { Purchase } from './use-purchase.ts'
import { sheetWords } from './words.ts'

/** What a flash sale asks of the buyer besides its price: to be quick, in one of two ways. */
export function CheckoutTerms({ purchase: { offerLeftMs, sale } }: { purchase: Purchase }) {
  const t = sheetWords.value
  if (offerLeftMs !== null) {
    return (
      <p class="sheet-notice sheet-notice--good" data-testid="offer-left">
        {t.setAside} <strong class="numeric">{clockText(offerLeftMs)}</strong>
      </p>
    )
  }
  if (sale?.allocation !== 'first_paid') return null
  return (
    <p class="sheet-notice" data-testid="first-paid">
      {t.firstPaid}
    </p>
  )
}
