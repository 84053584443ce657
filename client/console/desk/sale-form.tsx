import { useSignal } from '@preact/signals'
import { ALLOCATIONS } from '@shelfcast/shared/allocation.ts'
import type { SkuView } from '@shelfcast/shared/protocol/parts.ts'
import { useRef } from 'preact/hooks'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { price } from '../../kit/format.ts'
import { TYPED_BOUNDS } from '../../kit/sales/terms.ts'
import { termWords } from '../../kit/sales/words.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field } from '../../kit/ui/field.tsx'
import { SelectField } from '../../kit/ui/select-field.tsx'
import { useShop } from '../shop.ts'
import { skuLabel } from '../sku.ts'
import { useDesk } from './context.ts'
import { readSale, type SaleField, type SaleText } from './sale-fields.ts'
import './sale-form.css'
import { deskWords } from './words.ts'

const BLANK: SaleText = {
  skuId: '',
  price: '',
  quantity: '',
  limit: '1',
  countdown: '10',
  duration: '5',
  allocation: 'hold',
  time: '',
}

/** Prepares a flash sale of a SKU on the shelf; it starts when somebody presses start, or at its time. */
export function SaleForm() {
  const desk = useDesk()
  const { currency } = useShop()
  const t = deskWords.value
  const terms = termWords.value
  const text = useSignal(BLANK)
  const wrong = useSignal<SaleField | null>(null)
  const failure = useSignal<unknown>(null)
  const busy = useSignal(false)
  const form = useRef<HTMLFormElement>(null)
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
    const read = readSale(text.value, currency, desk.room.now.peek())
    wrong.value = 'wrong' in read ? read.wrong : null
    if ('wrong' in read) {
      form.current?.querySelector<HTMLElement>(`[name=${read.wrong}]`)?.focus()
      return
    }
    busy.value = true
    failure.value = null
    try {
      const place = { tenantId: desk.tenantId, showId: desk.show.id }
      desk.noteSale(
        await call('POST /tenants/:tenantId/shows/:showId/flash-sales', { params: place, body: read }),
      )
      text.value = { ...text.value, skuId: '', price: '', quantity: '', time: '' }
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }
  const input = (field: 'price' | keyof typeof TYPED_BOUNDS, label: string, placeholder?: string) => (
    <Field label={label} class={`sale-form__${field}`}>
      {(control) => (
        <input
          {...control}
          name={field}
          value={text.value[field]}
          placeholder={placeholder}
          inputMode={field === 'price' ? 'decimal' : 'numeric'}
          autocomplete="off"
          aria-invalid={wrong.value === field || undefined}
          onInput={(event) => set({ [field]: event.currentTarget.value })}
          data-testid={`sale-${field}`}
        />
      )}
    </Field>
  )
  return (
    <form ref={form} class="sale-form" onSubmit={submit} aria-label={t.newSale} noValidate>
      <Field label={t.sku} class="sale-form__sku">
        {(control) => (
          <select
            {...control}
            name="skuId"
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
      {input('price', terms.price, sku && price(sku.priceMinor, currency))}
      {input('quantity', terms.quantity)}
      {input('limit', terms.limit)}
      {input('countdown', terms.countdown)}
      {input('duration', terms.duration)}
      <SelectField
        label={t.allocation}
        hint={t.allocationHints[text.value.allocation]}
        class="sale-form__allocation"
        name="allocation"
        testId="sale-allocation"
        of={ALLOCATIONS}
        words={t.allocations}
        value={text.value.allocation}
        onValue={(allocation) => set({ allocation })}
      />
      <Field label={t.saleTime} class="sale-form__time">
        {(control) => (
          <input
            {...control}
            name="time"
            type="datetime-local"
            value={text.value.time}
            aria-invalid={wrong.value === 'time' || undefined}
            onInput={(event) => set({ time: event.currentTarget.value })}
            data-testid="sale-time"
          />
        )}
      </Field>
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
  const text = wrong ? wrongText(wrong) : failure === null ? null : errorText(failure)
  return (
    text && (
      <p class="sale-form__trouble" role="alert">
        {wrong === 'price' ? `${termWords.value.price}: ${text}` : text}
      </p>
    )
  )
}

function wrongText(field: SaleField): string {
  const t = deskWords.value
  if (field === 'skuId') return t.saleNeedsSku
  if (field === 'price') return t.badAmount
  if (field === 'time') return t.saleNeedsTime
  const [min, max] = TYPED_BOUNDS[field]
  return t.saleNeeds(termWords.value[field], min, max)
}
