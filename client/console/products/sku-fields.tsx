import { TextField } from '../../kit/ui/field.tsx'
import type { SkuDraft } from './draft.ts'
import './sku-fields.css'
import { productWords } from './words.ts'

interface SkuFieldsProps {
  draft: SkuDraft
  /** Those that are not empty get a field each. */
  optionNames: readonly string[]
  onChange: (draft: SkuDraft) => void
}

/** The fields of a SKU that does not exist yet. */
export function SkuFields({ draft, optionNames, onChange }: SkuFieldsProps) {
  const t = productWords.value
  const set = (change: Partial<SkuDraft>) => onChange({ ...draft, ...change })
  return (
    <div class="sku-fields">
      {optionNames.map(
        (name, index) =>
          name.trim() !== '' && (
            <TextField
              key={index}
              label={name}
              value={draft.values[index] ?? ''}
              onValue={(value) =>
                set({ values: optionNames.map((_, at) => (at === index ? value : (draft.values[at] ?? ''))) })
              }
              maxLength={80}
              autocomplete="off"
            />
          ),
      )}
      <TextField
        label={t.price}
        value={draft.price}
        onValue={(price) => set({ price })}
        inputMode="decimal"
        autocomplete="off"
        data-testid="sku-price"
      />
      <TextField
        label={t.stockAtStart}
        value={draft.stock}
        onValue={(stock) => set({ stock })}
        placeholder="0"
        inputMode="numeric"
        autocomplete="off"
        data-testid="sku-stock"
      />
      <TextField
        label={t.limit}
        value={draft.limit}
        onValue={(limit) => set({ limit })}
        placeholder={t.noLimit}
        inputMode="numeric"
        autocomplete="off"
      />
      <TextField
        label={t.code}
        value={draft.code}
        onValue={(code) => set({ code })}
        placeholder={t.codeHint}
        maxLength={60}
        autocomplete="off"
      />
    </div>
  )
}
