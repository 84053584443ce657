import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { Address } from '../../kit/address/address.ts'
import { type Answer, call } from '../../kit/api.ts'
import { createAttempts } from '../../kit/attempt.ts'
import { codeOf, errorText } from '../../kit/errors.ts'
import { clockText, money } from '../../kit/format.ts'
import { ChangeAddress } from '../../kit/order/change-address.tsx'
import { Received } from '../../kit/order/received.tsx'
import { Button } from '../../kit/ui/button.tsx'
import { PayButtons } from '../../kit/ui/pay-buttons.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { usePlayer } from '../context.ts'
import { keepAddress, keptAddress } from './address.ts'
import { OrderLines } from './order-lines.tsx'
import './order-sheet.css'
import { OrderStatusView } from './order-status.tsx'
import { useBuyersRank } from './use-buyers-rank.ts'
import './sheets.css'
import { usePoll } from '../../kit/ui/use-poll.ts'
import { useSheet } from './use-sheet.ts'
import { sheetWords } from './words.ts'

type Order = Answer<'GET /orders/:orderId'>

const POLL_MS = 2000

/** One order: its state as it changes, and the way to pay while there is time. */
export function OrderSheet({ orderId }: { orderId: string }) {
  const { close } = useSheet()
  const t = sheetWords.value
  const order = useSignal<Order | null>(null)
  const failure = useSignal<unknown>(null)

  const refresh = async () => {
    try {
      order.value = await call('GET /orders/:orderId', { params: { orderId } })
      failure.value = null
    } catch (error) {
      if (!order.peek()) failure.value = error
    }
  }
  useEffect(() => void refresh(), [orderId])
  useBuyersRank((order.value?.paidAt ?? null) !== null)
  usePoll(refresh, POLL_MS, order.value?.status === 'pending_payment' || order.value?.moneyBack === 'due')

  return (
    <Sheet title={t.order} onClose={close} clear testId="order-sheet">
      {failure.value !== null && (
        <p class="sheet-notice sheet-notice--bad" role="alert">
          {errorText(failure.value)}
        </p>
      )}
      {order.value ? (
        <OrderView order={order.value} onChanged={(next) => (order.value = next)} onCheck={refresh} />
      ) : (
        failure.value === null && <Spinner label={t.checking} />
      )}
    </Sheet>
  )
}

interface ViewProps {
  order: Order
  onChanged: (order: Order) => void
  onCheck: () => Promise<void>
}

function OrderView({ order, onChanged, onCheck }: ViewProps) {
  const { close } = useSheet()
  const t = sheetWords.value
  const settled = order.status !== 'pending_payment'
  const changed = (next: Order, address: Address) => {
    keepAddress(address)
    onChanged(next)
  }
  return (
    <div class="order">
      <OrderStatusView status={order.status} />
      {!settled && <TimeToPay expiresAt={order.expiresAt} />}
      {!settled && <FirstPaid order={order} />}
      {order.moneyBack && order.paidAt === null && (
        <p class="sheet-notice" role="status" data-testid="money-back">
          {order.moneyBack === 'done' ? t.moneyCameBack : t.moneyComesBack}
        </p>
      )}
      <OrderLines order={order} />
      <ChangeAddress order={order} from={() => addressOf(order.id)} onChanged={changed} />
      {settled ? (
        <>
          {order.status === 'paid' && <p class="sheet-notice sheet-notice--good">{t.deliverNote}</p>}
          <Received order={order} onChanged={onChanged} />
          <Button look="plain" size="large" wide onClick={close}>
            {t.backToShow}
          </Button>
        </>
      ) : (
        <Payment order={order} onChanged={onChanged} onCheck={onCheck} />
      )}
      <p class="order__number">{t.orderNumber(order.id)}</p>
    </div>
  )
}

/** Where it goes now. An embedded player is not told; it knows what was typed here last. */
async function addressOf(orderId: string): Promise<Address> {
  try {
    return (await call('GET /orders/:orderId/whole', { params: { orderId } })).address
  } catch (error) {
    const kept = codeOf(error) === 'own_page_needed' ? keptAddress() : null
    if (kept) return kept
    throw error
  }
}

/** Where who pays first is served first, an order is no promise. */
function FirstPaid({ order }: { order: Order }) {
  const sales = usePlayer().state.room.value?.sales ?? []
  const isSo = sales.some(
    ({ id, allocation }) => allocation === 'first_paid' && order.lines.some(({ saleId }) => saleId === id),
  )
  return isSo ? (
    <p class="sheet-notice" data-testid="pay-first">
      {sheetWords.value.payFirst}
    </p>
  ) : null
}

function TimeToPay({ expiresAt }: { expiresAt: number | null }) {
  const player = usePlayer()
  if (expiresAt === null) return null
  const leftMs = expiresAt - player.now.value
  return (
    <p class="sum" data-testid="order-time-left" data-remaining-ms={Math.max(0, Math.round(leftMs))}>
      <span>{sheetWords.value.payWithin}</span>
      <strong class="numeric">{clockText(leftMs)}</strong>
    </p>
  )
}

function Payment({ order, onChanged, onCheck }: ViewProps) {
  const { visit } = usePlayer().state
  const t = sheetWords.value
  const attempts = useMemo(() => createAttempts(), [])
  const checked = useSignal<'not' | 'checking' | 'nothing'>('not')
  const failure = useSignal<unknown>(null)
  const params = { orderId: order.id }

  const start = (provider: string) =>
    attempts.run({ ...params, provider }, (idempotencyKey) =>
      call('POST /orders/:orderId/payments', { params, body: { provider }, idempotencyKey }),
    )
  const check = async () => {
    checked.value = 'checking'
    await onCheck()
    checked.value = 'nothing' // where it is paid, this is gone already
  }
  const cancel = async () => {
    try {
      onChanged(await call('POST /orders/:orderId/cancel', { params }))
    } catch (error) {
      failure.value = error
      await onCheck()
    }
  }
  return (
    <div class="order__payment">
      <PayButtons
        providers={visit.value?.paymentProviders ?? []}
        label={t.payNow(money(order.totalMinor, order.currency))}
        start={start}
      />
      <Button look="plain" wide busy={checked.value === 'checking'} onClick={check} data-testid="paid-button">
        {checked.value === 'checking' ? t.checking : t.paidAlready}
      </Button>
      {checked.value === 'nothing' && (
        <p class="sheet-notice" role="status">
          {t.notPaidYet}
        </p>
      )}
      {failure.value !== null && (
        <p class="sheet-notice sheet-notice--bad" role="alert">
          {errorText(failure.value)}
        </p>
      )}
      <Button look="quiet" size="small" onClick={cancel} data-testid="cancel-order">
        {t.cancelOrder}
      </Button>
    </div>
  )
}
