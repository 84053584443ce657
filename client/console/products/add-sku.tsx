import { useSignal } from '@preact/signals'
import type { ProductView } from '@shelfcast/shared/api/catalog.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { useShop } from '../shop.ts'
import { Form } from '../ui/form.tsx'
import { blankSku, readSku } from './draft.ts'
import { SkuFields } from './sku-fields.tsx'
import { productWords } from './words.ts'

interface AddSkuProps {
  product: ProductView
  onChanged: (product: ProductView) => void
}

/** One more SKU, with the options that the product's others have. */
export function AddSku({ product, onChanged }: AddSkuProps) {
  const { tenantId, currency } = useShop()
  const t = productWords.value
  const open = useSignal(false)
  const draft = useSignal(blankSku(1))
  const failure = useSignal<string | null>(null)
  const busy = useSignal(false)
  const optionNames = Object.keys(product.skus[0]?.options ?? {})

  const submit = async () => {
    const read = readSku(draft.value, optionNames, product.skus.length + 1, currency)
    failure.value = typeof read === 'string' ? t[read] : null
    if (typeof read === 'string') return
    busy.value = true
    try {
      onChanged(
        await call('POST /tenants/:tenantId/products/:productId/skus', {
          params: { tenantId, productId: product.id },
          body: read,
        }),
      )
      draft.value = blankSku(1)
      open.value = false
    } catch (error) {
      failure.value = errorText(error)
    } finally {
      busy.value = false
    }
  }
  if (!open.value) {
    return (
      <Button look="quiet" size="small" icon="plus" onClick={() => (open.value = true)}>
        {t.addSku}
      </Button>
    )
  }
  return (
    <Form onSubmit={submit} failure={failure.value}>
      <SkuFields draft={draft.value} optionNames={optionNames} onChange={(next) => (draft.value = next)} />
      <Button type="submit" look="plain" busy={busy.value}>
        {t.addSku}
      </Button>
    </Form>
  )
}
