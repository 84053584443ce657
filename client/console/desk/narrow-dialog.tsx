import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { call } from '../../kit/api.ts'
import { price } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field } from '../../kit/ui/field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { useDesk } from './context.ts'
import './narrow-dialog.css'
import { mostOf, readNarrowed, SALE_BOUNDS, type TermsField, termsText } from './sale-fields.ts'
import type { DeskSale, SaleTerms } from './sales.ts'
import { deskWords } from './words.ts'

interface NarrowDialogProps {
  sale: DeskSale & { allowed: SaleTerms }
  onClose: () => void
}

/** A prepared sale's terms, which whoever runs the desk may narrow within what the merchant allowed. */
export function NarrowDialog({ sale, onClose }: NarrowDialogProps) {
  const desk = useDesk()
  const { currency } = useShop()
  const t = deskWords.value
  const before = termsText(sale, currency)
  const text = useSignal(before)
  const wrong = useSignal<TermsField | null>(null)
  const saving = useAction()
  const form = useRef<HTMLFormElement>(null)
  const most = mostOf(sale.allowed)
  const submit = async (event: Event) => {
    event.preventDefault()
    const read = readNarrowed(text.value, before, currency, { ...sale, allowed: sale.allowed })
    wrong.value = 'wrong' in read ? read.wrong : null
    if ('wrong' in read) {
      form.current?.querySelector<HTMLElement>(`[name=${read.wrong}]`)?.focus()
      return
    }
    const done = await saving.run(async () =>
      desk.noteSale(
        await call('PATCH /tenants/:tenantId/shows/:showId/flash-sales/:saleId', {
          params: { tenantId: desk.tenantId, showId: desk.show.id, saleId: sale.id },
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
  const count = (field: keyof typeof SALE_BOUNDS, label: string) =>
    input(field, label, t.fromTo(String(SALE_BOUNDS[field][0]), String(most[field])))
  return (
    <Sheet title={t.narrowTitle} onClose={onClose} shape="dialog">
      <form ref={form} class="narrow" onSubmit={submit} noValidate>
        <p class="narrow__why">{t.narrowText}</p>
        {input(
          'price',
          t.salePrice,
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
