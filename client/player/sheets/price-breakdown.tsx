import type { Currency } from '@shelfcast/shared/money.ts'
import { money } from '../../kit/format.ts'
import type { Quote } from '../pricing.ts'
import { sheetWords } from './words.ts'

interface Props {
  /** Null when the server named a total that we cannot take apart. */
  quote: Quote | null
  totalMinor: number
  currency: Currency
}

/** How the total comes about. */
export function PriceBreakdown({ quote, totalMinor, currency }: Props) {
  const t = sheetWords.value
  return (
    <dl class="sheet-section">
      {quote && (
        <div class="sum">
          <dt>
            {t.subtotal} × {quote.quantity}
          </dt>
          <dd class="numeric">{money(quote.totalMinor + quote.savedMinor, currency)}</dd>
        </div>
      )}
      {quote && quote.savedMinor > 0 && (
        <div class="sum sum--saved">
          <dt>{t.discount}</dt>
          <dd class="numeric">−{money(quote.savedMinor, currency)}</dd>
        </div>
      )}
      <div class="sum sum--total">
        <dt>{t.total}</dt>
        <dd class="numeric">{money(totalMinor, currency)}</dd>
      </div>
    </dl>
  )
}
