import { useSignal } from '@preact/signals'
import type { SkuView } from '@shelfcast/shared/protocol/parts.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { price } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field, TextField } from '../../kit/ui/field.tsx'
import { useShop } from '../shop.ts'
import { skuLabel } from '../sku.ts'
import { useDesk } from './context.ts'
import { readSale, SALE_BOUNDS, type SaleField, type SaleText } from './sale-fields.ts'
import './sale-form.css'
import { deskWords } from './words.ts'

const BLANK: SaleText = { skuId: '', price: '', quantity: '', limit: '1', countdown: '10', duration: '5' }

/** Prepares a flash sale of a SKU on the shelf; it starts when somebody presses start. */
export function SaleForm() {
  const desk = useDesk()
  const { currency } = useShop()
  const t = deskWords.value
  const text = useSignal(BLANK)
  const wrong = useSignal<SaleField | null>(null)
  const failure = useSignal<unknown>(null)
  const busy = useSignal(false)
  const shelf = desk.room.state.value?.shelf ?? []
  const sku = shelf.flatMap(({ skus }) => skus).find(({ id }) => id === text.value.skuId)

  const set = (change: Partial<SaleText>) => {
    text.value = { ...text.value, ...change }
    wrong.value = null
    failure.value = null
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (busy.value) return
    const read = readSale(text.value, currency)
    wrong.value = 'wrong' in read ? read.wrong : null
    if ('wrong' in read) return
    busy.value = true
    failure.value = null
    try {
      const place = { tenantId: desk.tenantId, showId: desk.show.id }
      desk.noteSale(
        await call('POST /tenants/:tenantId/shows/:showId/flash-sales', { params: place, body: read }),
      )
      text.value = { ...text.value, skuId: '', price: '', quantity: '' }
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }
  const number = (field: keyof typeof SALE_BOUNDS, label: string) => (
    <TextField
      label={label}
      value={text.value[field]}
      onValue={(value) => set({ [field]: value })}
      inputMode="numeric"
      autocomplete="off"
      aria-invalid={wrong.value === field || undefined}
      data-testid={`sale-${field}`}
    />
  )
  return (
    <form class="sale-form" onSubmit={submit} aria-label={t.newSale} noValidate>
      <Field label={t.sku} class="sale-form__sku">
        {(control) => (
          <select
            {...control}
            value={text.value.skuId}
            onChange={(event) => set({ skuId: event.currentTarget.value })}
            data-testid="sale-sku"
          >
            <option value="">{t.chooseSku}</option>
            {shelf.map((item) => (
              <optgroup key={item.id} label={item.title}>
                {item.skus.map((one) => (
                  <option key={one.id} value={one.id}>
                    {skuText(item.title, one)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label={t.salePrice}
        class="sale-form__price"
        value={text.value.price}
        onValue={(value) => set({ price: value })}
        placeholder={sku ? price(sku.priceMinor, currency) : undefined}
        inputMode="decimal"
        autocomplete="off"
        aria-invalid={wrong.value === 'price' || undefined}
        data-testid="sale-price"
      />
      {number('quantity', t.quantity)}
      {number('limit', t.limit)}
      {number('countdown', t.countdown)}
      {number('duration', t.duration)}
      <Button type="submit" icon="bolt" busy={busy.value} class="sale-form__create" data-testid="sale-create">
        {t.createSale}
      </Button>
      <Trouble wrong={wrong.value} failure={failure.value} />
    </form>
  )
}

function skuText(title: string, sku: SkuView): string {
  return `${title} · ${skuLabel(sku)} (${deskWords.value.left(sku.left)})`
}

function Trouble({ wrong, failure }: { wrong: SaleField | null; failure: unknown }) {
  const t = deskWords.value
  const text = wrong ? wrongText(wrong) : failure === null ? null : errorText(failure)
  return (
    text && (
      <p class="sale-form__trouble" role="alert">
        {wrong === 'price' ? `${t.salePrice}: ${text}` : text}
      </p>
    )
  )
}

function wrongText(field: SaleField): string {
  const t = deskWords.value
  if (field === 'skuId') return t.saleNeedsSku
  if (field === 'price') return t.badAmount
  const label = { quantity: t.quantity, limit: t.limit, countdown: t.countdown, duration: t.duration }[field]
  return t.saleNeeds(label, ...SALE_BOUNDS[field])
}
