import { useSignal } from '@preact/signals'
import type { Currency } from '@shelfcast/shared/money.ts'
import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { useRef } from 'preact/hooks'
import { type Answer, call } from '../api.ts'
import { price } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { useAction } from '../use-action.ts'
import './narrow-sale.css'
import { mostOf, readNarrowed, type SaleTerms, type TermsField, TYPED_BOUNDS, termsText } from './terms.ts'
import { termWords } from './words.ts'

type Narrowed = Answer<'PATCH /tenants/:tenantId/shows/:showId/flash-sales/:saleId'>

interface NarrowProps {
  /** Whose show it is of. */
  tenantId: string
  showId: string
  currency: Currency
  sale: SaleView & { allowed: SaleTerms }
  onNarrowed: (sale: Narrowed) => void
}

/** The button by which whoever runs a show narrows a prepared sale, within what the merchant allowed. */
export function NarrowSale(props: NarrowProps) {
  const t = termWords.value
  const narrowing = useSignal(false)
  const { sale } = props
  return (
    <>
      <Button
        look="quiet"
        size="small"
        aria-label={t.narrowLabel(sale.title)}
        onClick={() => (narrowing.value = true)}
        data-testid={`sale-narrow-${sale.id}`}
      >
        {t.narrow}
      </Button>
      {narrowing.value && <NarrowDialog {...props} onClose={() => (narrowing.value = false)} />}
    </>
  )
}

function NarrowDialog(props: NarrowProps & { onClose: () => void }) {
  const { tenantId, showId, currency, sale, onNarrowed, onClose } = props
  const t = termWords.value
  const before = termsText(sale, currency)
  const text = useSignal(before)
  const wrong = useSignal<TermsField | null>(null)
  const saving = useAction()
  const form = useRef<HTMLFormElement>(null)
  const most = mostOf(sale.allowed)
  const submit = async (event: Event) => {
    event.preventDefault()
    const read = readNarrowed(text.value, before, currency, sale)
    wrong.value = 'wrong' in read ? read.wrong : null
    if ('wrong' in read) {
      form.current?.querySelector<HTMLElement>(`[name=${read.wrong}]`)?.focus()
      return
    }
    const done = await saving.run(async () =>
      onNarrowed(
        await call('PATCH /tenants/:tenantId/shows/:showId/flash-sales/:saleId', {
          params: { tenantId, showId, saleId: sale.id },
          body: read,
        }),
      ),
    )
    if (done) onClose()
  }
  const input = (field: TermsField, label: string, range: string) => (
    <Field label={label} hint={range} error={wrong.value === field ? range : null}>
      {(control) => (
        <input
          {...control}
          name={field}
          value={text.value[field]}
          inputMode={field === 'price' ? 'decimal' : 'numeric'}
          autocomplete="off"
          onInput={(event) => {
            text.value = { ...text.value, [field]: event.currentTarget.value }
            wrong.value = null
          }}
          data-testid={`narrow-${field}`}
        />
      )}
    </Field>
  )
  const count = (field: keyof typeof TYPED_BOUNDS, label: string) =>
    input(field, label, t.fromTo(String(TYPED_BOUNDS[field][0]), String(most[field])))
  return (
    <Sheet title={t.narrowTitle} onClose={onClose} shape="dialog">
      <form ref={form} class="narrow" onSubmit={submit} noValidate>
        <p class="narrow__why">{t.narrowText}</p>
        {input(
          'price',
          t.price,
          t.fromTo(price(sale.allowed.priceMinor, currency), price(sale.listPriceMinor, currency)),
        )}
        {count('quantity', t.quantity)}
        {count('limit', t.limit)}
        {count('countdown', t.countdown)}
        {count('duration', t.duration)}
        <Button type="submit" busy={saving.busy.value} class="narrow__save" data-testid="narrow-save">
          {t.narrowSave}
        </Button>
      </form>
    </Sheet>
  )
}
