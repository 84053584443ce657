import type { WorkedOrder } from '@shelfcast/shared/api/fulfilment.ts'
import type { ComponentChildren } from 'preact'
import { call } from '../../kit/api.ts'
import { dateTime, money } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { Link } from '../ui/link.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { Pill } from '../ui/pill.tsx'
import { ProductPicture } from '../ui/product-picture.tsx'
import '../ui/table.css'
import { DeliveryPanel } from './delivery-panel.tsx'
import { HistoryPanel, NotesPanel } from './notes-panel.tsx'
import './order-page.css'
import { OrderPill } from './order-pill.tsx'
import type { Order } from './order-table.tsx'
import { ParcelsPanel } from './parcels-panel.tsx'
import { RefundsPanel } from './refunds-panel.tsx'
import './work.css'
import { orderWords } from './words.ts'

/** What a part of the page works on: the order as it is, and where its newer state goes. */
export interface WorkProps {
  order: WorkedOrder
  onChanged: (order: WorkedOrder) => void
}

/** One order: what was bought, by whom, where it goes, and all that is done with it. */
export function OrderPage({ orderId }: { orderId: string }) {
  const { tenantId } = useShop()
  const t = orderWords.value
  const load = useLoad(
    (signal) => call('GET /tenants/:tenantId/orders/:orderId', { params: { tenantId, orderId }, signal }),
    [tenantId, orderId],
  )
  return (
    <>
      <p class="order-page__back">
        <Link to={{ page: 'orders', tenantId, orderId: null }}>← {t.orders}</Link>
      </p>
      <LoadView load={load}>
        {(order) => (
          <>
            <PageHead title={t.orderNumber(order.id)}>
              <OrderPill status={order.status} />
            </PageHead>
            <div class="order-page">
              <div class="order-page__main">
                <ParcelsPanel order={order} onChanged={load.set} />
                <Lines order={order} />
                <RefundsPanel order={order} onChanged={load.set} />
                <HistoryPanel order={order} />
              </div>
              <div class="order-page__side">
                <Facts order={order} />
                <Split order={order} />
                <DeliveryPanel order={order} onChanged={load.set} />
                <NotesPanel order={order} onChanged={load.set} />
              </div>
            </div>
          </>
        )}
      </LoadView>
    </>
  )
}

function Lines({ order }: { order: Order }) {
  const t = orderWords.value
  return (
    <Panel title={t.items}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div class="table-card" tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t.items}</th>
              <th scope="col" class="table__end">
                {t.unitPrice}
              </th>
              <th scope="col" class="table__end">
                {t.quantity}
              </th>
              <th scope="col" class="table__end">
                {t.sum}
              </th>
            </tr>
          </thead>
          <tbody>
            {order.lines.map((line) => (
              <tr key={line.id}>
                <td>
                  <div class="order-item">
                    <ProductPicture title={line.title} url={line.pictureUrl} />
                    <div>
                      {line.title}
                      <div class="table__soft">
                        {Object.entries(line.options)
                          .map(([name, value]) => `${name}: ${value}`)
                          .join(', ')}{' '}
                        {line.saleId !== null && <Pill tone="wait">{t.flashSale}</Pill>}
                        {line.refundedQuantity > 0 && (
                          <Pill tone="bad">{t.refundedUnits(line.refundedQuantity)}</Pill>
                        )}
                      </div>
                    </div>
                  </div>
                </td>
                <td class="table__end numeric">{money(line.unitPriceMinor, order.currency)}</td>
                <td class="table__end numeric">{line.quantity}</td>
                <td class="table__end numeric">
                  {money(line.unitPriceMinor * line.quantity, order.currency)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {order.shippingMinor > 0 && (
        <p class="order-page__sum numeric">
          {t.shipping} {money(order.shippingMinor, order.currency)}
        </p>
      )}
      <p class="order-page__total numeric">
        {t.total} <strong>{money(order.totalMinor, order.currency)}</strong>
      </p>
    </Panel>
  )
}

function Facts({ order }: { order: Order }) {
  const t = orderWords.value
  const mayDesk = useShop().may('shows:read')
  return (
    <Panel title={t.order}>
      <dl class="order-facts">
        <Fact name={t.buyer}>{order.buyer.name}</Fact>
        <Fact name={t.placed}>{dateTime(order.placedAt)}</Fact>
        {order.paidAt !== null && <Fact name={t.paidAt}>{dateTime(order.paidAt)}</Fact>}
        {order.status === 'pending_payment' && order.expiresAt !== null && (
          <Fact name={t.payUntil}>{dateTime(order.expiresAt)}</Fact>
        )}
        {order.showId !== null && mayDesk && (
          <Fact name={t.show}>
            <Link to={{ page: 'desk', tenantId: order.tenantId, showId: order.showId }}>{t.openDesk}</Link>
          </Fact>
        )}
      </dl>
    </Panel>
  )
}

/** Who gets what, where it is not all the shop's. */
function Split({ order }: { order: WorkedOrder }) {
  const t = orderWords.value
  if (order.payees.length < 2) return null
  return (
    <Panel title={t.split}>
      <dl class="order-facts" data-testid="order-split">
        {order.payees.map(({ kind, name, amountMinor, leftMinor }) => (
          <Fact key={kind} name={name === null ? t.payees[kind] : `${t.payees[kind]} · ${name}`}>
            {money(amountMinor, order.currency)}
            {leftMinor !== amountMinor && ` · ${t.payeeLeft(money(leftMinor, order.currency))}`}
          </Fact>
        ))}
      </dl>
    </Panel>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="order-facts__row">
      <dt>{name}</dt>
      <dd class="numeric">{children}</dd>
    </div>
  )
}
