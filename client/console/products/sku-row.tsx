import { useSignal } from '@preact/signals'
import type { ProductView } from '@shelfcast/shared/api/catalog.ts'
import { amountText, parseAmount } from '../../kit/amount.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { price } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useShop } from '../shop.ts'
import { skuLabel } from '../sku.ts'
import { readLimit } from './draft.ts'
import './sku-row.css'
import { StockForm } from './stock-form.tsx'
import { productWords } from './words.ts'

export interface SkuProps {
  product: ProductView
  sku: ProductView['skus'][number]
  onChanged: (product: ProductView) => void
}

/** A SKU: its price and limit, and how many there are. */
export function SkuRow(props: SkuProps) {
  const { sku } = props
  const shop = useShop()
  const t = productWords.value
  const { available, reserved, sold } = sku.stock
  return (
    <li class="sku-row" data-testid="sku-row" data-sku-id={sku.id}>
      <div class="sku-row__head">
        <strong>{skuLabel(sku)}</strong>
        {skuLabel(sku) !== sku.code && <span class="sku-row__code">{sku.code}</span>}
        {!shop.may('catalog:write') && <span class="numeric">{price(sku.priceMinor, shop.currency)}</span>}
        <span class="sku-row__stock numeric">{t.stockText(available, reserved, sold)}</span>
      </div>
      <div class="sku-row__forms">
        {shop.may('catalog:write') && <Terms {...props} />}
        {shop.may('stock:write') && <StockForm {...props} />}
      </div>
    </li>
  )
}

function Terms({ sku, onChanged }: SkuProps) {
  const { tenantId, currency } = useShop()
  const t = productWords.value
  const amount = useSignal(amountText(sku.priceMinor, currency))
  const limit = useSignal(sku.perBuyerLimit === null ? '' : String(sku.perBuyerLimit))
  const failure = useSignal<string | null>(null)
  const busy = useSignal(false)
  const submit = async (event: Event) => {
    event.preventDefault()
    const priceMinor = parseAmount(amount.value, currency)
    const perBuyerLimit = readLimit(limit.value)
    failure.value = !priceMinor ? t.badPrice : perBuyerLimit === undefined ? t.badLimit : null
    if (!priceMinor || perBuyerLimit === undefined) return
    busy.value = true
    try {
      onChanged(
        await call('PATCH /tenants/:tenantId/skus/:skuId', {
          params: { tenantId, skuId: sku.id },
          body: { priceMinor, perBuyerLimit },
        }),
      )
      toast(t.saved)
    } catch (error) {
      failure.value = errorText(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <form class="sku-form" onSubmit={submit}>
      <TextField
        label={t.price}
        value={amount.value}
        onValue={(value) => (amount.value = value)}
        inputMode="decimal"
        autocomplete="off"
      />
      <TextField
        label={t.limit}
        value={limit.value}
        onValue={(value) => (limit.value = value)}
        placeholder={t.noLimit}
        inputMode="numeric"
        autocomplete="off"
      />
      <Button type="submit" look="plain" size="small" busy={busy.value} aria-label={t.saveSku(skuLabel(sku))}>
        {t.save}
      </Button>
      {failure.value && (
        <p class="sku-form__failure" role="alert">
          {failure.value}
        </p>
      )}
    </form>
  )
}
