import { money } from '../../kit/format.ts'
import { accountWords } from '../words.ts'
import type { WholeOrder } from './order-page.tsx'

/** In the unit prices already: what they were taken off is not another sum. */
const IN_PRICE = ['live_price', 'campaign_price', 'flash_price']

/** How the total comes about. */
export function OrderSums({ order }: { order: WholeOrder }) {
  const t = accountWords.value.orders
  const names: Record<string, string> = t.adjustments
  const items = order.lines.reduce((sum, line) => sum + line.unitPriceMinor * line.quantity, 0)
  const others = order.adjustments.filter(({ type }) => !IN_PRICE.includes(type))
  return (
    <dl class="sums">
      <div>
        <dt>{t.goods}</dt>
        <dd class="numeric">{money(items, order.currency)}</dd>
      </div>
      {others.map((one) => (
        <div key={`${one.type} ${one.lineId}`}>
          <dt>{names[one.type] ?? t.adjustment}</dt>
          <dd class="numeric">{money(one.amountMinor, order.currency)}</dd>
        </div>
      ))}
      <div class="sums__total">
        <dt>{t.total}</dt>
        <dd class="numeric">{money(order.totalMinor, order.currency)}</dd>
      </div>
    </dl>
  )
}
