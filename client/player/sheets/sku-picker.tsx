import type { SkuView } from '@shelfcast/shared/protocol/parts.ts'
import { skuLabel } from '../pricing.ts'
import './sku-picker.css'
import { sheetWords } from './words.ts'

interface Props {
  skus: readonly SkuView[]
  chosen: string
  onChoose: (skuId: string) => void
}

/** The options of a product as radio buttons; what is sold out can be seen and not chosen. */
export function SkuPicker({ skus, chosen, onChoose }: Props) {
  const t = sheetWords.value
  return (
    <fieldset class="sku-picker">
      <legend class="sheet-section__title">{t.option}</legend>
      <div class="sku-picker__list">
        {skus.map((sku) => (
          <label key={sku.id} class="sku-picker__sku" title={sku.left > 0 ? undefined : t.soldOut}>
            <input
              class="visually-hidden"
              type="radio"
              name="sku"
              value={sku.id}
              checked={sku.id === chosen}
              disabled={sku.left <= 0}
              data-testid={`sku-${sku.id}`}
              onChange={() => onChoose(sku.id)}
            />
            <span class="sku-picker__name">{skuLabel(sku)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
