import { useSignal } from '@preact/signals'
import type { OrderStatus } from '@shelfcast/shared/api/orders.ts'
import { call } from '../../kit/api.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { PageHead } from '../ui/page-head.tsx'
import { saveFile } from '../ui/save-file.ts'
import '../ui/table.css'
import { FailedRefunds } from './failed-refunds.tsx'
import { OrderTable } from './order-table.tsx'
import './orders-page.css'
import { isOrderStatus } from './status.ts'
import { orderWords } from './words.ts'

/** Every order of the merchant, newest first. */
export function OrdersPage() {
  const { tenantId, may } = useShop()
  const exporting = useAction()
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
        {may('orders:write') && (
          <Button
            look="plain"
            busy={exporting.busy.value}
            onClick={() => void exporting.run(() => exportOrders(tenantId, only))}
            data-testid="export-orders"
          >
            {t.exportCsv}
          </Button>
        )}
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
      <FailedRefunds />
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

/** All orders of a status, or all; addresses stay masked. */
async function exportOrders(tenantId: string, status: OrderStatus | null): Promise<void> {
  const parts: string[] = []
  let after: string | null = null
  do {
    const params = { tenantId }
    const page: { csv: string; next: string | null } = await call('POST /tenants/:tenantId/orders/export', {
      params,
      body: { status, after },
    })
    parts.push(page.csv)
    after = page.next
  } while (after !== null)
  saveFile('orders.csv', 'text/csv', parts.join(''))
}
