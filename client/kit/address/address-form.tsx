import { language } from '../i18n.ts'
import { Field, TextField } from '../ui/field.tsx'
import type { Address } from './address.ts'
import './address-form.css'
import { addressWords } from './words.ts'

/** Where shops of this deployment's currencies mostly deliver, the likeliest first. */
const COUNTRIES = [
  ...['CN', 'HK', 'MO', 'TW', 'SG', 'MY', 'JP', 'KR', 'US', 'CA', 'GB', 'IE', 'AU', 'NZ'],
  ...['DE', 'AT', 'CH', 'FR', 'BE', 'NL', 'LU', 'ES', 'PT', 'IT', 'PL', 'CZ', 'DK', 'SE', 'NO', 'FI'],
]

interface Props {
  value: Address
  onValue: (value: Address) => void
}

/** The fields of an address, with the autocomplete names that let a browser fill them in. */
export function AddressForm({ value, onValue }: Props) {
  const t = addressWords.value
  const names = new Intl.DisplayNames(language.value, { type: 'region' })
  const field = (name: keyof Address) => ({
    name,
    value: value[name],
    onValue: (text: string) => onValue({ ...value, [name]: text }),
    'data-testid': `checkout-${name}`,
  })
  return (
    <div class="address-form">
      <TextField label={t.name} {...field('name')} autocomplete="name" required maxLength={60} />
      <TextField
        label={t.phone}
        {...field('phone')}
        type="tel"
        autocomplete="tel"
        required
        minLength={5}
        maxLength={24}
      />
      <Field label={t.country} class="address-form__wide">
        {(control) => (
          <select
            {...control}
            name="country"
            autocomplete="country"
            data-testid="checkout-country"
            value={value.country}
            onChange={(event) => onValue({ ...value, country: event.currentTarget.value })}
          >
            {COUNTRIES.map((code) => (
              <option key={code} value={code}>
                {names.of(code)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {value.country === 'CN' ? <Chinese field={field} /> : <International field={field} />}
    </div>
  )
}

type FieldOf = (name: keyof Address) => {
  name: keyof Address
  value: string
  onValue: (text: string) => void
}

/** From large to small, as addresses in China are written; parcels there need no postcode. */
function Chinese({ field }: { field: FieldOf }) {
  const t = addressWords.value
  return (
    <>
      <TextField
        label={t.chinaRegion}
        {...field('region')}
        autocomplete="address-level1"
        required
        maxLength={80}
      />
      <TextField
        label={t.chinaCity}
        {...field('city')}
        autocomplete="address-level2"
        required
        maxLength={80}
      />
      <TextField
        label={t.chinaStreet}
        class="address-form__wide"
        {...field('street')}
        autocomplete="street-address"
        required
        maxLength={200}
      />
    </>
  )
}

/** From small to large. */
function International({ field }: { field: FieldOf }) {
  const t = addressWords.value
  return (
    <>
      <TextField
        label={t.street}
        class="address-form__wide"
        {...field('street')}
        autocomplete="street-address"
        required
        maxLength={200}
      />
      <TextField label={t.city} {...field('city')} autocomplete="address-level2" required maxLength={80} />
      <TextField label={t.postcode} {...field('postcode')} autocomplete="postal-code" maxLength={16} />
      <TextField label={t.region} {...field('region')} autocomplete="address-level1" maxLength={80} />
    </>
  )
}
