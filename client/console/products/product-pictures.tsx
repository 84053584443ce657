import type { ProductView } from '@shelfcast/shared/api/catalog.ts'
import { PRODUCT_PICTURES_MAX } from '@shelfcast/shared/pictures.ts'
import { useRef } from 'preact/hooks'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { toast } from '../../kit/ui/toast.tsx'
import { PictureField } from '../pictures/picture-field.tsx'
import { keptOf } from '../pictures/shots.ts'
import { useShots } from '../pictures/use-shots.ts'
import { pictureWords } from '../pictures/words.ts'
import { useShop } from '../shop.ts'

interface ProductPicturesProps {
  product: ProductView
  onChanged: (product: ProductView) => void
}

/** The pictures of a product. Each change is saved as it is made, one after another. */
export function ProductPictures({ product, onChanged }: ProductPicturesProps) {
  const { tenantId } = useShop()
  const turn = useRef<Promise<void>>(Promise.resolve())
  const save = () => {
    const pictures = keptOf(shots.list.peek())
    const params = { tenantId, productId: product.id }
    turn.current = turn.current.then(async () => {
      try {
        onChanged(
          await call('PUT /tenants/:tenantId/products/:productId/pictures', { params, body: { pictures } }),
        )
      } catch (error) {
        toast(errorText(error), 'bad')
      }
    })
  }
  const shots = useShots(product.pictures, PRODUCT_PICTURES_MAX, save)
  return (
    <section class="product-editor__part">
      <h3>{pictureWords.value.pictures}</h3>
      <PictureField shots={shots} max={PRODUCT_PICTURES_MAX} described onDescribed={save} />
    </section>
  )
}
