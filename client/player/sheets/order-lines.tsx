import { money } from '../../kit/format.ts'
import { ProductPicture } from '../shop/product-picture.tsx'
import type { Order } from './checkout.ts'
import './order-lines.css'
import { sheetWords } from './words.ts'

/** What was ordered, and the total. */
export function OrderLines({ order }: { order: Order }) {
  const t = sheetWords.value
  return (
    <div class="order-lines">
      <ul>
        {order.lines.map((line) => (
          <li key={line.id} class="order-lines__line">
            <ProductPicture title={line.title} url={line.pictureUrl} />
            <span class="order-lines__title">
              {line.title}
              <small>{Object.values(line.options).join(' · ')}</small>
            </span>
            <span class="numeric">
              {money(line.unitPriceMinor, order.currency)} × {line.quantity}
            </span>
          </li>
        ))}
      </ul>
      <dl>
        {order.shippingMinor > 0 && (
          <div class="sum">
            <dt>{t.shipping}</dt>
            <dd class="numeric">{money(order.shippingMinor, order.currency)}</dd>
          </div>
        )}
        <div class="sum sum--total">
          <dt>{t.total}</dt>
          <dd class="numeric">{money(order.totalMinor, order.currency)}</dd>
        </div>
      </dl>
    </div>
  )
}
