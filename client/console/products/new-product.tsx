import { useSignal } from '@preact/signals'
import { PRODUCT_PICTURES_MAX } from '@shelfcast/shared/pictures.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { Button, IconButton } from '../../kit/ui/button.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { PictureField } from '../pictures/picture-field.tsx'
import { keptOf } from '../pictures/shots.ts'
import { useShots } from '../pictures/use-shots.ts'
import { pictureWords } from '../pictures/words.ts'
import { useShop } from '../shop.ts'
import { Form } from '../ui/form.tsx'
import { blankSku, type DraftProblem, readSkus } from './draft.ts'
import './new-product.css'
import { type Option, OptionFields } from './option-fields.tsx'
import './product-editor.css'
import { ProductFields, type ProductText } from './product-fields.tsx'
import { SkuFields } from './sku-fields.tsx'
import { productWords } from './words.ts'

const SKUS_MAX = 50

/** A product with its SKUs in one go. */
export function NewProduct({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) {
  const { tenantId, currency } = useShop()
  const t = productWords.value
  const text = useSignal<ProductText>({ title: '', description: '', status: 'active' })
  const options = useSignal<readonly Option[]>([
    { name: '', values: '' },
    { name: '', values: '' },
  ])
  const optionNames = options.value.map(({ name }) => name)
  const shots = useShots([], PRODUCT_PICTURES_MAX)
  const skus = useSignal([blankSku(1)])
  const failure = useSignal<string | null>(null)
  const busy = useSignal(false)

  const submit = async () => {
    const read = readSkus(skus.value, optionNames, currency)
    failure.value = Array.isArray(read) ? null : problemText(read)
    if (!Array.isArray(read)) return
    busy.value = true
    try {
      await call('POST /tenants/:tenantId/products', {
        params: { tenantId },
        body: { ...text.value, skus: read, pictures: keptOf(shots.list.value) },
      })
      toast(t.created)
      onCreated()
      onClose()
    } catch (error) {
      failure.value = errorText(error)
      busy.value = false
    }
  }
  const addSku = () => {
    const last = skus.value.at(-1)
    // The next one mostly costs the same.
    const next = { ...blankSku((last?.key ?? 0) + 1), price: last?.price ?? '', limit: last?.limit ?? '' }
    skus.value = [...skus.value, next]
  }
  return (
    <Sheet title={t.newProduct} onClose={onClose} shape="dialog" class="product-dialog">
      <Form onSubmit={submit} failure={failure.value}>
        <ProductFields text={text} />
        <section class="product-editor__part">
          <h3>{pictureWords.value.pictures}</h3>
          <PictureField shots={shots} max={PRODUCT_PICTURES_MAX} described />
        </section>
        <OptionFields options={options} skus={skus} skusMax={SKUS_MAX} />
        {skus.value.map((sku, index) => (
          <fieldset key={sku.key} class="new-sku">
            <legend class="new-sku__name">{t.sku(index + 1)}</legend>
            <SkuFields
              draft={sku}
              optionNames={optionNames}
              onChange={(next) => {
                skus.value = skus.value.map((one) => (one.key === next.key ? next : one))
              }}
            />
            {skus.value.length > 1 && (
              <IconButton
                icon="trash"
                iconSize={18}
                label={t.removeSku(index + 1)}
                onClick={() => (skus.value = skus.value.filter(({ key }) => key !== sku.key))}
              />
            )}
          </fieldset>
        ))}
        {skus.value.length < SKUS_MAX && (
          <Button look="quiet" size="small" icon="plus" onClick={addSku}>
            {t.addAnotherSku}
          </Button>
        )}
        <Button
          type="submit"
          wide
          busy={busy.value}
          disabled={shots.sending.value}
          data-testid="product-create"
        >
          {t.create}
        </Button>
      </Form>
    </Sheet>
  )
}

function problemText(problem: DraftProblem): string {
  const t = productWords.value
  return problem.sku === null ? t[problem.is] : t.inSku(problem.sku, t[problem.is])
}
