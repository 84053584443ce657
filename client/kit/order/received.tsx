import { useSignal } from '@preact/signals'
import { type Answer, call } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { useSubmit } from '../use-submit.ts'
import './own-order.css'
import { ownOrderWords } from './words.ts'

interface Props {
  order: Pick<Answer<'GET /orders/:orderId'>, 'id' | 'status'>
  onChanged: (order: Answer<'GET /orders/:orderId'>) => void
}

/** Says that an order on its way has come; asked once more, as it completes the order. */
export function Received({ order, onChanged }: Props) {
  const t = ownOrderWords.value
  const sure = useSignal(false)
  const sending = useSubmit()
  if (order.status !== 'shipped' && order.status !== 'delivered') return null
  const send = () =>
    sending.run(async () =>
      onChanged(await call('POST /orders/:orderId/received', { params: { orderId: order.id } })),
    )
  return (
    <div class="own-order">
      {sure.value ? (
        <>
          <p role="status">{t.receivedSure}</p>
          <div class="own-order__choice">
            <Button busy={sending.busy.value} onClick={() => void send()} data-testid="received-sure">
              {t.receivedYes}
            </Button>
            <Button look="quiet" onClick={() => (sure.value = false)}>
              {t.notYet}
            </Button>
          </div>
        </>
      ) : (
        <Button look="plain" wide onClick={() => (sure.value = true)} data-testid="received">
          {t.received}
        </Button>
      )}
      {sending.failure.value && <p role="alert">{sending.failure.value}</p>}
    </div>
  )
}
