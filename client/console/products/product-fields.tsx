import type { Signal } from '@preact/signals'
import { Field, TextField } from '../../kit/ui/field.tsx'
import { isProductStatus, type ProductStatus } from './status.ts'
import { productWords } from './words.ts'

export interface ProductText {
  title: string
  description: string
  status: ProductStatus
}

/** What a new and an existing product have in common. */
export function ProductFields({ text }: { text: Signal<ProductText> }) {
  const t = productWords.value
  const set = (change: Partial<ProductText>) => {
    text.value = { ...text.value, ...change }
  }
  return (
    <>
      <TextField
        label={t.title}
        value={text.value.title}
        onValue={(title) => set({ title })}
        required
        maxLength={120}
        autocomplete="off"
        data-testid="product-title"
      />
      <Field label={t.description}>
        {(control) => (
          <textarea
            {...control}
            rows={2}
            maxLength={4000}
            value={text.value.description}
            onInput={(event) => set({ description: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={t.status} hint={t.statusHint}>
        {(control) => (
          <select
            {...control}
            value={text.value.status}
            onChange={(event) => {
              const status = event.currentTarget.value
              if (isProductStatus(status)) set({ status })
            }}
            data-testid="product-status"
          >
            {Object.entries(t.statuses).map(([one, name]) => (
              <option key={one} value={one}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  )
}
