import type { Signal } from '@preact/signals'
import { language } from '../../kit/i18n.ts'
import { Button } from '../../kit/ui/button.tsx'
import { type Address, addressLine } from './address.ts'
import { AddressForm } from './address-form.tsx'
import { sheetWords } from './words.ts'

/** Where it goes: in two lines when it is known, as a form when it is not or shall change. */
export function CheckoutAddress(props: { address: Signal<Address>; editing: Signal<boolean> }) {
  const { address, editing } = props
  const t = sheetWords.value
  return (
    <section class="sheet-section">
      <div class="sheet-section__title">
        <h3>{t.address}</h3>
        {!editing.value && (
          <Button look="quiet" size="small" onClick={() => (editing.value = true)}>
            {t.editAddress}
          </Button>
        )}
      </div>
      {editing.value ? (
        <AddressForm value={address.value} onValue={(next) => (address.value = next)} />
      ) : (
        <p class="checkout__address" data-testid="checkout-address">
          {address.value.name} · {address.value.phone}
          <br />
          {addressLine(address.value, language.value)}
        </p>
      )}
    </section>
  )
}
