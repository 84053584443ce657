import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { addressLine } from '../../kit/address/address.ts'
import { type Answer, call } from '../../kit/api.ts'
import { createAttempts } from '../../kit/attempt.ts'
import { dateTime, money } from '../../kit/format.ts'
import { language } from '../../kit/i18n.ts'
import { type Load, useLoad } from '../../kit/load.ts'
import { ChangeAddress } from '../../kit/order/change-address.tsx'
import { Received } from '../../kit/order/received.tsx'
import { Button } from '../../kit/ui/button.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { PayButtons } from '../../kit/ui/pay-buttons.tsx'
import { usePoll } from '../../kit/ui/use-poll.ts'
import { useAction } from '../../kit/use-action.ts'
import { Link } from '../navigate.tsx'
import { accountWords } from '../words.ts'
import { OrderPill } from './order-pill.tsx'
import { OrderSums } from './order-sums.tsx'

export type WholeOrder = Answer<'GET /orders/:orderId/whole'>

const POLL_MS = 3000

/** One order: what, where to, what it costs, and the way to pay or cancel while there is time. */
export function OrderPage({ orderId }: { orderId: string }) {
  const t = accountWords.value
  const load = useLoad(
    (signal) => call('GET /orders/:orderId/whole', { params: { orderId }, signal }),
    [orderId],
  )
  const now = load.state.value
  usePoll(async () => load.reload(), POLL_MS, now.is === 'ready' && now.value.status === 'pending_payment')
  return (
    <>
      <p class="back">
        <Link to={{ page: 'orders' }}>← {t.sections.orders}</Link>
      </p>
      <LoadView load={load}>{(order) => <OrderView order={order} load={load} />}</LoadView>
    </>
  )
}

function OrderView({ order, load }: { order: WholeOrder; load: Load<WholeOrder> }) {
  const t = accountWords.value.orders
  const { address, payment } = order
  const states: Record<string, string> = t.paymentStates
  return (
    <>
      <div class="head">
        <h1>{t.at(order.shopName)}</h1>
        <OrderPill status={order.status} />
      </div>
      {order.moneyBack && order.paidAt === null && (
        <p class="box" role="status">
          {order.moneyBack === 'done' ? t.moneyCameBack : t.moneyComesBack}
        </p>
      )}
      {order.status === 'pending_payment' && <Payment order={order} load={load} />}
      <section class="box" aria-labelledby="order-items">
        <h2 id="order-items">{t.items}</h2>
        <ul class="lines">
          {order.lines.map((line) => (
            <li key={line.id}>
              <span>
                {line.title} <small class="soft">{Object.values(line.options).join(' · ')}</small>
                {line.refundedQuantity > 0 && (
                  <small class="pill pill--over">{t.refunded(line.refundedQuantity)}</small>
                )}
              </span>
              <span class="numeric">
                {money(line.unitPriceMinor, order.currency)} × {line.quantity}
              </span>
            </li>
          ))}
        </ul>
        <OrderSums order={order} />
      </section>
      {order.parcels.length > 0 && <Parcels order={order} />}
      <Received order={order} onChanged={load.reload} />
      <section class="box" aria-labelledby="order-address">
        <h2 id="order-address">{t.address}</h2>
        <p>
          {address.name} · {address.phone}
          <br />
          {addressLine(address, language.value)}
        </p>
        <ChangeAddress order={order} from={async () => address} onChanged={load.reload} />
      </section>
      <section class="box" aria-labelledby="order-facts">
        <h2 id="order-facts">{t.payment}</h2>
        <p>{payment ? (states[payment.status] ?? payment.status) : t.notPaid}</p>
        <p class="soft">
          {t.placed(dateTime(order.placedAt))}
          {order.paidAt !== null && <> · {t.paid(dateTime(order.paidAt))}</>}
        </p>
        <p class="soft">{t.number(order.id)}</p>
        {order.showId && (
          <p>
            <a href={`/s/${order.showId}`}>{t.openShow}</a>
          </p>
        )}
      </section>
    </>
  )
}

function Parcels({ order }: { order: WholeOrder }) {
  const t = accountWords.value.orders
  const titles = new Map(order.lines.map((line) => [line.id, line.title]))
  return (
    <section class="box" aria-labelledby="order-parcels">
      <h2 id="order-parcels">{t.parcels}</h2>
      <ul class="lines">
        {order.parcels.map((parcel) => (
          <li key={parcel.id} data-testid="parcel">
            <span>
              {parcel.carrier} <span class="numeric">{parcel.trackingNumber}</span>
              <br />
              <small class="soft">
                {parcel.lines.map((line) => `${titles.get(line.lineId) ?? ''} × ${line.quantity}`).join(', ')}
              </small>
            </span>
            <small class="soft numeric">
              {parcel.deliveredAt === null
                ? t.sent(dateTime(parcel.shippedAt))
                : t.arrived(dateTime(parcel.deliveredAt))}
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Payment({ order, load }: { order: WholeOrder; load: Load<WholeOrder> }) {
  const t = accountWords.value.orders
  const attempts = useMemo(() => createAttempts(), [])
  const cancelling = useAction()
  const sure = useSignal(false)
  const params = { orderId: order.id }
  const start = (provider: string) =>
    attempts.run({ ...params, provider }, (idempotencyKey) =>
      call('POST /orders/:orderId/payments', { params, body: { provider }, idempotencyKey }),
    )
  const cancel = async () => {
    await cancelling.run(() => call('POST /orders/:orderId/cancel', { params }))
    load.reload()
  }
  return (
    <section class="box" aria-label={t.payment}>
      {order.expiresAt !== null && <p>{t.payUntil(dateTime(order.expiresAt))}</p>}
      <PayButtons
        providers={order.paymentProviders}
        label={t.pay(money(order.totalMinor, order.currency))}
        start={start}
      />
      {sure.value ? (
        <div class="form__end">
          <span>{t.cancelSure}</span>
          <Button look="plain" onClick={() => (sure.value = false)}>
            {t.keep}
          </Button>
          <Button
            look="danger"
            busy={cancelling.busy.value}
            onClick={() => void cancel()}
            data-testid="cancel-sure"
          >
            {t.cancel}
          </Button>
        </div>
      ) : (
        <Button look="quiet" onClick={() => (sure.value = true)} data-testid="cancel-order">
          {t.cancel}
        </Button>
      )}
    </section>
  )
}
