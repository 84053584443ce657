import type { Currency } from '@shelfcast/shared/money.ts'
import { money } from '../../kit/format.ts'
import type { Quote } from '../pricing.ts'
import type { Delivery } from './use-delivery.ts'
import { sheetWords } from './words.ts'

interface Props {
  /** Null when the server named a total that we cannot take apart. */
  quote: Quote | null
  delivery: Delivery
  shippingMinor: number | null
  totalMinor: number
  currency: Currency
}

/** How the total comes about. */
export function PriceBreakdown({ quote, delivery, shippingMinor, totalMinor, currency }: Props) {
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
      {quote && shippingMinor !== null && (
        <div class="sum" data-testid="checkout-shipping" data-shipping-minor={shippingMinor}>
          <dt>
            {t.shipping}
            {shippingMinor > 0 && <FreeFrom delivery={delivery} currency={currency} />}
          </dt>
          <dd class="numeric">{shippingMinor > 0 ? money(shippingMinor, currency) : t.shippingFree}</dd>
        </div>
      )}
      <div class="sum sum--total">
        <dt>{t.total}</dt>
        <dd class="numeric">{money(totalMinor, currency)}</dd>
      </div>
    </dl>
  )
}

function FreeFrom({ delivery, currency }: { delivery: Delivery; currency: Currency }) {
  const fromMinor = delivery.is === 'known' ? delivery.quote.freeShippingFromMinor : null
  if (fromMinor === null) return null
  return <small class="checkout__limit"> · {sheetWords.value.freeFrom(money(fromMinor, currency))}</small>
}
