import type { Signal } from '@preact/signals'
import { type Address, addressLine, NO_ADDRESS } from '../../kit/address/address.ts'
import { AddressForm } from '../../kit/address/address-form.tsx'
import { language } from '../../kit/i18n.ts'
import { Button } from '../../kit/ui/button.tsx'
import { plain, type SavedAddresses, same } from './saved-addresses.ts'
import { sheetWords } from './words.ts'

interface Props {
  address: Signal<Address>
  editing: Signal<boolean>
  saved: SavedAddresses
}

/** Where it goes: in two lines when it is known, as a form when it is not or shall change. */
export function CheckoutAddress({ address, editing, saved }: Props) {
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
        <>
          <SavedChoice address={address} saved={saved} />
          <AddressForm value={address.value} onValue={(next) => (address.value = next)} />
          {saved.keep.value === null ? (
            <p class="sheet-note">{t.addressKept}</p>
          ) : (
            <label class="checkout__keep">
              <input
                type="checkbox"
                data-testid="save-address"
                checked={saved.keep.value}
                onChange={(event) => (saved.keep.value = event.currentTarget.checked)}
              />
              {t.saveAddress}
            </label>
          )}
        </>
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

/** Picks an address of the book, or an empty form for another one. */
function SavedChoice({ address, saved }: Pick<Props, 'address' | 'saved'>) {
  const t = sheetWords.value
  const items = saved.items.value
  if (items.length === 0) return null
  const chosen = items.find((one) => same(one, address.value))
  const choose = (id: string) => {
    const next = items.find((one) => one.id === id)
    address.value = next ? plain(next) : { ...NO_ADDRESS, country: address.value.country }
  }
  return (
    <select
      class="input"
      aria-label={t.savedAddress}
      data-testid="saved-address"
      value={chosen?.id ?? ''}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {items.map((one) => (
        <option key={one.id} value={one.id}>
          {one.name} · {addressLine(one, language.value)}
        </option>
      ))}
      <option value="">{t.otherAddress}</option>
    </select>
  )
}
