import { useSignal } from '@preact/signals'
import type { ProductView } from '@shelfcast/shared/api/catalog.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useShop } from '../shop.ts'
import { Form } from '../ui/form.tsx'
import { AddSku } from './add-sku.tsx'
import './product-editor.css'
import { ProductFields } from './product-fields.tsx'
import { ProductPictures } from './product-pictures.tsx'
import { SkuRow } from './sku-row.tsx'
import { productWords } from './words.ts'

interface ProductEditorProps {
  product: ProductView
  onClose: () => void
  onChanged: (product: ProductView) => void
}

/** A product and its SKUs. Each part is saved for itself, so that stock can be counted without touching a price. */
export function ProductEditor({ product, onClose, onChanged }: ProductEditorProps) {
  const t = productWords.value
  const mayWrite = useShop().may('catalog:write')
  return (
    <Sheet title={product.title} onClose={onClose} shape="dialog" class="product-dialog">
      <div class="product-editor">
        {mayWrite ? <Words product={product} onChanged={onChanged} /> : <p>{product.description}</p>}
        {mayWrite && <ProductPictures product={product} onChanged={onChanged} />}
        <section class="product-editor__part">
          <h3>{t.skus}</h3>
          <ul>
            {product.skus.map((sku) => (
              <SkuRow key={sku.id} product={product} sku={sku} onChanged={onChanged} />
            ))}
          </ul>
          {mayWrite && <AddSku product={product} onChanged={onChanged} />}
        </section>
      </div>
    </Sheet>
  )
}

function Words({ product, onChanged }: Pick<ProductEditorProps, 'product' | 'onChanged'>) {
  const { tenantId } = useShop()
  const t = productWords.value
  const { title, description, status } = product
  const text = useSignal({ title, description, status })
  const failure = useSignal<string | null>(null)
  const busy = useSignal(false)
  const submit = async () => {
    busy.value = true
    failure.value = null
    try {
      onChanged(
        await call('PATCH /tenants/:tenantId/products/:productId', {
          params: { tenantId, productId: product.id },
          body: text.value,
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
    <Form onSubmit={submit} failure={failure.value}>
      <ProductFields text={text} />
      <Button type="submit" busy={busy.value} data-testid="product-save">
        {t.save}
      </Button>
    </Form>
  )
}
