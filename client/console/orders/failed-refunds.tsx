import { call } from '../../kit/api.ts'
import { money } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { More } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import './work.css'
import { workWords } from './work-words.ts'

/** Refunds that did not go through, with the way to their orders; nothing where there are none. */
export function FailedRefunds() {
  const { tenantId } = useShop()
  const t = workWords.value
  const pages = usePages(
    (after, signal) =>
      call('GET /tenants/:tenantId/failed-refunds', { params: { tenantId }, query: { after }, signal }),
    [tenantId],
  )
  const state = pages.state.value
  if (state.is !== 'ready' || state.value.length === 0) return null
  return (
    <Panel title={t.failedRefunds} class="orders-failed">
      <div class="work">
        <p class="table__soft">{t.failedRefundsText}</p>
        <ul class="work__list">
          {state.value.map((one) => (
            <li key={one.id} data-testid="failed-refund">
              <Link to={{ page: 'orders', tenantId, orderId: one.orderId }}>
                {t.failedRefundOf(money(one.amountMinor, one.currency), one.orderId)}
              </Link>
            </li>
          ))}
        </ul>
        <More pages={pages} />
      </div>
    </Panel>
  )
}
