import { useSignal } from '@preact/signals'
import type { Address } from '../address/address.ts'
import { AddressForm } from '../address/address-form.tsx'
import { type Answer, call } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { useSubmit } from '../use-submit.ts'
import './own-order.css'
import { ownOrderWords } from './words.ts'

type Order = Answer<'GET /orders/:orderId'>

interface Props {
  order: Pick<Order, 'id' | 'status'>
  /** Where it goes now. */
  from: () => Promise<Address>
  onChanged: (order: Order, address: Address) => void
}

/** Changes where an order goes, as long as it is not packed; the server decides. */
export function ChangeAddress({ order, from, onChanged }: Props) {
  const t = ownOrderWords.value
  const address = useSignal<Address | null>(null)
  const working = useSubmit()
  if (order.status !== 'pending_payment' && order.status !== 'paid') return null
  const open = () =>
    working.run(async () => {
      address.value = await from()
    })
  const save = (event: Event) => {
    event.preventDefault()
    const { name, phone, country, region, city, street, postcode } = address.value!
    const body = { name, phone, country, region, city, street, postcode }
    void working.run(async () => {
      onChanged(await call('PUT /orders/:orderId/address', { params: { orderId: order.id }, body }), body)
      address.value = null
    })
  }
  return (
    <div class="own-order">
      {address.value ? (
        <form class="own-order" onSubmit={save} data-testid="change-address-form">
          <AddressForm value={address.value} onValue={(next) => (address.value = next)} />
          <p>{t.regionFixed}</p>
          {working.failure.value && <p role="alert">{working.failure.value}</p>}
          <div class="own-order__choice">
            <Button type="submit" busy={working.busy.value} data-testid="save-address">
              {t.saveAddress}
            </Button>
            <Button look="quiet" onClick={() => (address.value = null)}>
              {t.keepAddress}
            </Button>
          </div>
        </form>
      ) : (
        <>
          <Button
            look="quiet"
            size="small"
            busy={working.busy.value}
            onClick={() => void open()}
            data-testid="change-address"
          >
            {t.changeAddress}
          </Button>
          {working.failure.value && <p role="alert">{working.failure.value}</p>}
        </>
      )}
    </div>
  )
}
