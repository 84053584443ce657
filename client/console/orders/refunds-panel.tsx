import { useSignal } from '@preact/signals'
import type { WorkedOrder } from '@shelfcast/shared/api/fulfilment.ts'
import { mayMove } from '@shelfcast/shared/order-transitions.ts'
import { useMemo } from 'preact/hooks'
import { call } from '../../kit/api.ts'
import { createAttempts } from '../../kit/attempt.ts'
import { dateTime, money } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { Panel } from '../ui/panel.tsx'
import type { WorkProps } from './order-page.tsx'
import { RefundRemedy } from './refund-remedy.tsx'
import { amountOf, countOf, linesOf, type Units, unitsToRefund } from './units.ts'
import { UnitsField } from './units-field.tsx'
import { workWords } from './work-words.ts'

/** What was given back, and giving back more. */
export function RefundsPanel({ order, onChanged }: WorkProps) {
  const t = workWords.value
  const open = useSignal(false)
  const may = useShop().may('orders:write') && mayMove(order.status, 'refunding', 'merchant')
  if (order.refunds.length === 0 && !may) return null
  return (
    <Panel title={t.refunds}>
      <div class="work">
        <ul class="work__list">
          {order.refunds.map((refund) => (
            <RefundItem key={refund.id} of={refund} order={order} onChanged={onChanged} />
          ))}
        </ul>
        {may &&
          (open.value ? (
            <RefundForm order={order} onChanged={onChanged} onClose={() => (open.value = false)} />
          ) : (
            <div class="work__actions">
              <Button look="plain" onClick={() => (open.value = true)} data-testid="refund-open">
                {t.refund}
              </Button>
            </div>
          ))}
      </div>
    </Panel>
  )
}

function RefundItem({ of, order, onChanged }: WorkProps & { of: WorkedOrder['refunds'][number] }) {
  const t = workWords.value
  const may = useShop().may('orders:write')
  const amount = money(of.amountMinor, order.currency)
  const params = { tenantId: order.tenantId, orderId: order.id, refundId: of.id }
  const path = 'POST /tenants/:tenantId/orders/:orderId/refunds/:refundId'
  return (
    <li class="work__item" data-testid="refund" data-state={of.status}>
      <div>
        <p>
          <strong class="numeric">{amount}</strong> {t.refundStates[of.status]}
          {of.refusal !== null && of.status === 'failed' && (
            <>
              {' '}
              <code>{of.refusal}</code>
            </>
          )}
        </p>
        <p class="table__soft">
          {of.reason} · <span class="numeric">{dateTime(of.at)}</span>
          {of.note && ` · ${of.note}`}
        </p>
      </div>
      {of.waits && may && (
        <RefundRemedy
          amount={amount}
          again={async () => onChanged(await call(`${path}/again`, { params }))}
          elsewhere={async (note) => onChanged(await call(`${path}/elsewhere`, { params, body: { note } }))}
        />
      )}
    </li>
  )
}

function RefundForm({ order, onChanged, onClose }: WorkProps & { onClose: () => void }) {
  const t = workWords.value
  const attempts = useMemo(() => createAttempts(), [])
  const all = useSignal(true)
  const units = useSignal<Units>({})
  const reason = useSignal('')
  const restock = useSignal(false)
  const sure = useSignal(false)
  const refunding = useAction()
  const send = async (event: Event) => {
    event.preventDefault()
    if (!sure.value) {
      sure.value = true
      return
    }
    const params = { tenantId: order.tenantId, orderId: order.id }
    const lines = all.value ? null : linesOf(units.value)
    const body = { lines, restock: restock.value, reason: reason.value }
    const done = await refunding.run(async () =>
      onChanged(
        await attempts.run({ ...params, body }, (idempotencyKey) =>
          call('POST /tenants/:tenantId/orders/:orderId/refunds', { params, body, idempotencyKey }),
        ),
      ),
    )
    if (done) onClose()
    else sure.value = false
  }
  const edit = (change: () => void) => {
    sure.value = false
    change()
  }
  const amount = money(amountOf(order, units.value), order.currency)
  return (
    <form class="work" onSubmit={(event) => void send(event)}>
      <fieldset class="work__set">
        <legend class="visually-hidden">{t.refund}</legend>
        <label class="work__choice">
          <input
            type="radio"
            name="what"
            checked={all.value}
            onChange={() => edit(() => (all.value = true))}
          />
          {t.refundAll}
        </label>
        <label class="work__choice">
          <input
            type="radio"
            name="what"
            checked={!all.value}
            onChange={() => edit(() => (all.value = false))}
            data-testid="refund-some"
          />
          {t.refundSome}
        </label>
        {!all.value && (
          <UnitsField
            order={order}
            max={unitsToRefund(order)}
            value={units.value}
            onValue={(next) => edit(() => (units.value = next))}
          />
        )}
      </fieldset>
      <TextField
        label={t.reason}
        value={reason.value}
        onValue={(value) => edit(() => (reason.value = value))}
        required
        maxLength={300}
        data-testid="refund-reason"
      />
      <label class="work__choice">
        <input
          type="checkbox"
          checked={restock.value}
          onChange={(event) => edit(() => (restock.value = event.currentTarget.checked))}
        />
        {t.restock}
      </label>
      {sure.value && <p role="status">{all.value ? t.refundSumAll : t.refundSum(amount)}</p>}
      <div class="work__actions">
        <Button
          type="submit"
          look={sure.value ? 'danger' : 'primary'}
          busy={refunding.busy.value}
          disabled={!all.value && countOf(units.value) === 0}
          data-testid={sure.value ? 'refund-sure' : 'refund-next'}
        >
          {sure.value ? t.refundSure : t.refundNext}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {t.cancel}
        </Button>
      </div>
    </form>
  )
}
