import type { Signal } from '@preact/signals'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { combined, readValues, type SkuDraft } from './draft.ts'
import './option-fields.css'
import { productWords } from './words.ts'

export interface Option {
  name: string
  /** As typed: `S, M, L`. */
  values: string
}

interface OptionFieldsProps {
  options: Signal<readonly Option[]>
  skus: Signal<SkuDraft[]>
  skusMax: number
}

/** What the SKUs differ in, and one SKU for each combination at a press. */
export function OptionFields({ options, skus, skusMax }: OptionFieldsProps) {
  const t = productWords.value
  const set = (at: number, change: Partial<Option>) => {
    options.value = options.value.map((one, index) => (index === at ? { ...one, ...change } : one))
  }
  const values = options.value.map((option) => (option.name.trim() === '' ? [] : readValues(option.values)))
  const count = values.reduce((product, list) => product * Math.max(1, list.length), 1)
  const some = values.some((list) => list.length > 0)
  return (
    <fieldset class="options">
      <legend class="visually-hidden">{t.optionNames}</legend>
      {options.value.map((option, index) => (
        <div key={index} class="options__row">
          <TextField
            label={t.optionName(index + 1)}
            placeholder={t.optionExample(index + 1)}
            value={option.name}
            onValue={(name) => set(index, { name })}
            maxLength={40}
            autocomplete="off"
            data-testid={`option-name-${index + 1}`}
          />
          <TextField
            label={t.optionValues(index + 1)}
            placeholder={t.valuesExample(index + 1)}
            value={option.values}
            onValue={(text) => set(index, { values: text })}
            maxLength={400}
            autocomplete="off"
            data-testid={`option-values-${index + 1}`}
          />
        </div>
      ))}
      {some && (
        <div class="options__foot">
          <Button
            look="plain"
            size="small"
            disabled={count > skusMax}
            onClick={() => (skus.value = combined(skus.value, values))}
            data-testid="make-skus"
          >
            {t.makeSkus(count)}
          </Button>
          {count > skusMax && <span class="options__note">{t.tooManySkus(skusMax)}</span>}
        </div>
      )}
    </fieldset>
  )
}
