import { useSignal } from '@preact/signals'
import { parseCount } from '../../kit/amount.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useShop } from '../shop.ts'
import { skuLabel } from '../sku.ts'
import type { SkuProps } from './sku-row.tsx'
import { productWords } from './words.ts'

const DELTA_MAX = 1_000_000

/** Changes the stock by a number, never to one: others sell from it at the same time. */
export function StockForm({ product, sku, onChanged }: SkuProps) {
  const { tenantId } = useShop()
  const t = productWords.value
  const text = useSignal('')
  const failure = useSignal<string | null>(null)
  const busy = useSignal(false)
  const submit = async (event: Event) => {
    event.preventDefault()
    const delta = parseCount(text.value.replace(/^\+/, ''), -DELTA_MAX, DELTA_MAX)
    failure.value = delta ? null : t.badDelta
    if (!delta) return
    busy.value = true
    try {
      const stock = await call('POST /tenants/:tenantId/skus/:skuId/stock', {
        params: { tenantId, skuId: sku.id },
        body: { delta },
      })
      onChanged({
        ...product,
        skus: product.skus.map((one) => (one.id === sku.id ? { ...one, stock } : one)),
      })
      text.value = ''
      toast(t.adjusted(stock.onHand))
    } catch (error) {
      failure.value = errorText(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <form class="sku-form" onSubmit={submit} aria-label={t.adjustLabel(skuLabel(sku))}>
      <TextField
        label={t.adjustBy}
        value={text.value}
        onValue={(value) => (text.value = value)}
        placeholder="+10"
        autocomplete="off"
        data-testid="stock-delta"
      />
      <Button type="submit" look="plain" size="small" busy={busy.value} data-testid="stock-adjust">
        {t.adjust}
      </Button>
      {failure.value && (
        <p class="sku-form__failure" role="alert">
          {failure.value}
        </p>
      )}
    </form>
  )
}
