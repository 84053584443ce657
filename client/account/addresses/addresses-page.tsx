import { useSignal } from '@preact/signals'
import { type Address, addressLine, NO_ADDRESS } from '../../kit/address/address.ts'
import { AddressForm } from '../../kit/address/address-form.tsx'
import { type Answer, call } from '../../kit/api.ts'
import { language } from '../../kit/i18n.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useAction } from '../../kit/use-action.ts'
import { Form } from '../form.tsx'
import { accountWords } from '../words.ts'

type Saved = Answer<'GET /me/addresses'>['items'][number]

/** The address book: what the player's checkout offers. */
export function AddressesPage() {
  const t = accountWords.value
  const load = useLoad((signal) => call('GET /me/addresses', { signal }), [])
  const editing = useSignal<Saved | 'new' | null>(null)
  return (
    <>
      <div class="head">
        <h1>{t.sections.addresses}</h1>
        <Button icon="plus" onClick={() => (editing.value = 'new')} data-testid="add-address">
          {t.addresses.add}
        </Button>
      </div>
      <LoadView load={load}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="pin" title={t.addresses.none} text={t.addresses.noneText} />
          ) : (
            <ul class="list" data-testid="addresses">
              {items.map((one) => (
                <AddressRow
                  key={one.id}
                  address={one}
                  onEdit={() => (editing.value = one)}
                  onChanged={load.reload}
                />
              ))}
            </ul>
          )
        }
      </LoadView>
      {editing.value && (
        <AddressDialog
          saved={editing.value === 'new' ? null : editing.value}
          onClose={() => (editing.value = null)}
          onSaved={() => {
            editing.value = null
            load.reload()
          }}
        />
      )}
    </>
  )
}

function AddressRow(props: { address: Saved; onEdit: () => void; onChanged: () => void }) {
  const { address, onEdit, onChanged } = props
  const t = accountWords.value.addresses
  const doing = useAction()
  const sure = useSignal(false)
  const { id, ...rest } = address
  const run = async (write: () => Promise<unknown>) => {
    if (await doing.run(write)) onChanged()
  }
  const params = { addressId: id }
  return (
    <li class="box">
      <p>
        <strong>{address.name}</strong> · {address.phone}{' '}
        {address.isDefault && <span class="pill pill--good">{t.default}</span>}
        <br />
        {addressLine(address, language.value)}
      </p>
      <div class="actions">
        <Button look="plain" size="small" onClick={onEdit}>
          {t.edit}
        </Button>
        {!address.isDefault && (
          <Button
            look="quiet"
            size="small"
            busy={doing.busy.value}
            onClick={() =>
              void run(() =>
                call('PUT /me/addresses/:addressId', { params, body: { ...rest, isDefault: true } }),
              )
            }
          >
            {t.makeDefault}
          </Button>
        )}
        {/* The second press deletes: an address is typed again in a minute. */}
        <Button
          look={sure.value ? 'danger' : 'quiet'}
          size="small"
          onBlur={() => (sure.value = false)}
          onClick={() => {
            if (sure.value) void run(() => call('DELETE /me/addresses/:addressId', { params }))
            else sure.value = true
          }}
        >
          {sure.value ? t.reallyDelete : t.delete}
        </Button>
      </div>
    </li>
  )
}

function AddressDialog(props: { saved: Saved | null; onClose: () => void; onSaved: () => void }) {
  const { saved, onClose, onSaved } = props
  const t = accountWords.value.addresses
  const address = useSignal<Address>(
    saved ?? { ...NO_ADDRESS, country: language.peek() === 'zh-CN' ? 'CN' : 'US' },
  )
  const isDefault = useSignal(saved?.isDefault ?? false)
  const save = async () => {
    const { name, phone, country, region, city, street, postcode } = address.value
    const body = { name, phone, country, region, city, street, postcode, isDefault: isDefault.value }
    if (saved) await call('PUT /me/addresses/:addressId', { params: { addressId: saved.id }, body })
    else await call('POST /me/addresses', { body })
    onSaved()
  }
  return (
    <Sheet title={saved ? t.edit : t.add} onClose={onClose} shape="dialog" testId="address-dialog">
      <Form action={t.save} submit={save}>
        <AddressForm value={address.value} onValue={(next) => (address.value = next)} />
        {!saved?.isDefault && (
          <label class="check">
            <input
              type="checkbox"
              checked={isDefault.value}
              onChange={(event) => (isDefault.value = event.currentTarget.checked)}
            />
            {t.makeDefault}
          </label>
        )}
      </Form>
    </Sheet>
  )
}
