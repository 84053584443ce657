import { price } from '../../kit/format.ts'
import { usePlayer } from '../context.ts'
import type { UnitPrice } from '../pricing.ts'
import { playerWords } from '../words.ts'
import './price-tag.css'

/** A price with the list price struck through where it is higher. */
export function PriceTag({ value, from = false }: { value: UnitPrice; from?: boolean }) {
  const { visit } = usePlayer().state
  const t = playerWords.value
  const currency = visit.value?.show.currency
  if (!currency) return null
  const amount = price(value.unitMinor, currency)
  return (
    <span class={value.saleId ? 'price-tag price-tag--flash' : 'price-tag'}>
      <strong class="price-tag__now numeric">{from ? t.from(amount) : amount}</strong>
      {value.listMinor !== null && (
        <s class="price-tag__list numeric">
          <span class="visually-hidden">{t.listPrice} </span>
          {price(value.listMinor, currency)}
        </s>
      )}
    </span>
  )
}
