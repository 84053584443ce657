import { useSignal } from '@preact/signals'
import { type Address, addressLine } from '../../kit/address/address.ts'
import { AddressForm } from '../../kit/address/address-form.tsx'
import { call } from '../../kit/api.ts'
import { language } from '../../kit/i18n.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { Panel } from '../ui/panel.tsx'
import type { WorkProps } from './order-page.tsx'
import { orderWords } from './words.ts'
import { workWords } from './work-words.ts'

/** Before these is an address still to be changed; the server decides. */
const BEFORE_PACKING = ['pending_payment', 'paid']

/** Where an order goes: masked, until somebody says why they need the whole of it. */
export function DeliveryPanel({ order, onChanged }: WorkProps) {
  const t = workWords.value
  const whole = useSignal<Address | null>(null)
  const asking = useSignal(false)
  const editing = useSignal(false)
  const may = useShop().may('orders:write')
  const { name, phone, line } = order.address
  return (
    <Panel title={orderWords.value.delivery}>
      {editing.value && whole.value ? (
        <ChangeForm
          order={order}
          from={whole.value}
          onChanged={(next, address) => {
            whole.value = address
            editing.value = false
            onChanged(next)
          }}
          onClose={() => (editing.value = false)}
        />
      ) : (
        <>
          <address class="order-address" data-testid="order-address">
            <strong>{whole.value?.name ?? name}</strong>
            <span class="numeric">{whole.value?.phone ?? phone}</span>
            <span>{whole.value ? addressLine(whole.value, language.value) : line}</span>
            {!whole.value && <span class="table__soft">{orderWords.value.masked}</span>}
          </address>
          {may && !whole.value && !asking.value && (
            <div class="work work__actions">
              <Button look="plain" size="small" onClick={() => (asking.value = true)} data-testid="unmask">
                {t.unmask}
              </Button>
            </div>
          )}
          {may && whole.value && BEFORE_PACKING.includes(order.status) && (
            <div class="work work__actions">
              <Button
                look="plain"
                size="small"
                onClick={() => (editing.value = true)}
                data-testid="change-address"
              >
                {t.changeAddress}
              </Button>
            </div>
          )}
          {asking.value && (
            <UnmaskForm
              order={order}
              onShown={(address) => {
                whole.value = address
                asking.value = false
              }}
            />
          )}
        </>
      )}
    </Panel>
  )
}

function UnmaskForm({ order, onShown }: Pick<WorkProps, 'order'> & { onShown: (address: Address) => void }) {
  const t = workWords.value
  const reason = useSignal('')
  const showing = useAction()
  const show = (event: Event) => {
    event.preventDefault()
    const params = { tenantId: order.tenantId, orderId: order.id }
    const body = { reason: reason.value }
    void showing.run(async () =>
      onShown(await call('POST /tenants/:tenantId/orders/:orderId/unmask', { params, body })),
    )
  }
  return (
    <form class="work" onSubmit={show}>
      <TextField
        label={t.unmaskReason}
        hint={t.unmaskHint}
        value={reason.value}
        onValue={(value) => (reason.value = value)}
        required
        maxLength={300}
        autocomplete="off"
        data-testid="unmask-reason"
      />
      <div class="work__actions">
        <Button type="submit" busy={showing.busy.value} data-testid="unmask-show">
          {t.showIt}
        </Button>
      </div>
    </form>
  )
}

interface ChangeProps {
  order: WorkProps['order']
  from: Address
  onChanged: (order: WorkProps['order'], address: Address) => void
  onClose: () => void
}

function ChangeForm({ order, from, onChanged, onClose }: ChangeProps) {
  const t = workWords.value
  const address = useSignal(from)
  const saving = useAction()
  const save = (event: Event) => {
    event.preventDefault()
    const params = { tenantId: order.tenantId, orderId: order.id }
    const body = address.value
    void saving.run(async () =>
      onChanged(await call('PUT /tenants/:tenantId/orders/:orderId/address', { params, body }), body),
    )
  }
  return (
    <form class="work" onSubmit={save}>
      <AddressForm value={address.value} onValue={(value) => (address.value = value)} />
      <div class="work__actions">
        <Button type="submit" busy={saving.busy.value} data-testid="save-address">
          {t.saveAddress}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {t.cancel}
        </Button>
      </div>
    </form>
  )
}
