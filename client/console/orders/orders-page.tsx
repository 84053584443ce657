import { useSignal } from '@preact/signals'
import type { OrderStatus } from '@shelfcast/shared/api/orders.ts'
import { call } from '../../kit/api.ts'
import { usePages } from '../../kit/load.ts'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { PageHead } from '../ui/page-head.tsx'
import '../ui/table.css'
import { OrderTable } from './order-table.tsx'
import './orders-page.css'
import { isOrderStatus } from './status.ts'
import { orderWords } from './words.ts'

/** Every order of the merchant, newest first. */
export function OrdersPage() {
  const { tenantId } = useShop()
  const t = orderWords.value
  const status = useSignal<OrderStatus | null>(null)
  const only = status.value
  const pages = usePages(
    (after, signal) =>
      call('GET /tenants/:tenantId/orders', {
        params: { tenantId },
        query: { after, limit: 30, ...(only ? { status: only } : {}) },
        signal,
      }),
    [tenantId, only],
  )
  return (
    <>
      <PageHead title={t.orders}>
        <label class="orders-filter">
          {t.status}
          <select
            class="input"
            value={only ?? ''}
            onChange={(event) => {
              const chosen = event.currentTarget.value
              status.value = isOrderStatus(chosen) ? chosen : null
            }}
          >
            <option value="">{t.allStatuses}</option>
            {Object.entries(t.statuses).map(([one, name]) => (
              <option key={one} value={one}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </PageHead>
      <LoadView load={pages}>
        {(orders) =>
          orders.length === 0 ? (
            <div class="card">
              <Empty
                icon="receipt"
                title={only ? t.noneOfStatus : t.none}
                {...(only ? {} : { text: t.noneText })}
              />
            </div>
          ) : (
            <OrderTable orders={orders} />
          )
        }
      </LoadView>
      <More pages={pages} />
    </>
  )
}
