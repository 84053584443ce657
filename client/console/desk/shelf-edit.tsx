import { useSignal } from '@preact/signals'
import { SCRIPT_LENGTH_MAX } from '@shelfcast/shared/api/shows.ts'
import { amountText, parseAmount } from '../../kit/amount.ts'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field, TextField } from '../../kit/ui/field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useShop } from '../shop.ts'
import { Form } from '../ui/form.tsx'
import { useDesk } from './context.ts'
import type { ShelfItem } from './shelf.ts'
import { useScript } from './use-script.ts'
import { deskWords } from './words.ts'

/** A place's selling point and live price, and the way off the shelf. */
export function ShelfEdit({ item, onClose }: { item: ShelfItem; onClose: () => void }) {
  const desk = useDesk()
  const { currency } = useShop()
  const t = deskWords.value
  const title = desk.room.state.value?.shelf.find(({ id }) => id === item.id)?.title ?? t.shelf
  const point = useSignal(item.sellingPoint)
  const livePrice = useSignal(item.livePriceMinor === null ? '' : amountText(item.livePriceMinor, currency))
  const priceError = useSignal<string | null>(null)
  const failure = useSignal<unknown>(null)
  const busy = useSignal(false)
  const script = useScript(item.id)

  const change = async (
    next: (items: readonly ShelfItem[]) => readonly ShelfItem[],
    first?: () => Promise<void>,
  ) => {
    busy.value = true
    failure.value = null
    try {
      await first?.()
      await desk.shelf.change(next)
      onClose()
    } catch (error) {
      failure.value = error
      busy.value = false
    }
  }
  const save = async () => {
    const empty = livePrice.value.trim() === ''
    const livePriceMinor = empty ? null : parseAmount(livePrice.value, currency)
    priceError.value = !empty && !livePriceMinor ? t.badAmount : null
    if (priceError.value) return
    const edited = { ...item, sellingPoint: point.value.trim(), livePriceMinor }
    await change((items) => items.map((one) => (one.id === item.id ? edited : one)), script.save)
  }
  return (
    <Sheet title={title} onClose={onClose} shape="dialog">
      <Form onSubmit={save} failure={failure.value === null ? null : errorText(failure.value)}>
        <TextField
          label={t.sellingPoint}
          hint={t.sellingPointHint}
          value={point.value}
          onValue={(value) => (point.value = value)}
          maxLength={80}
          autocomplete="off"
        />
        <TextField
          label={t.livePrice}
          hint={t.livePriceHint}
          error={priceError.value}
          value={livePrice.value}
          onValue={(value) => (livePrice.value = value)}
          inputMode="decimal"
          autocomplete="off"
        />
        <Field
          label={t.script}
          hint={t.scriptHint}
          error={script.state.value.is === 'failed' ? t.scriptFailed : null}
        >
          {(control) => (
            <textarea
              {...control}
              rows={5}
              maxLength={SCRIPT_LENGTH_MAX}
              disabled={script.state.value.is !== 'ready'}
              value={script.text.value ?? ''}
              data-testid="shelf-script"
              onInput={(event) => {
                script.text.value = event.currentTarget.value
              }}
            />
          )}
        </Field>
        <Button type="submit" wide busy={busy.value}>
          {t.save}
        </Button>
        <Button
          look="danger"
          wide
          icon="trash"
          disabled={busy.value}
          onClick={() => void change((items) => items.filter(({ id }) => id !== item.id))}
        >
          {t.removeFromShelf}
        </Button>
      </Form>
    </Sheet>
  )
}
