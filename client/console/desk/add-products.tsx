import { useSignal } from '@preact/signals'
import type { ProductView } from '@shelfcast/shared/api/catalog.ts'
import { call } from '../../kit/api.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { Link } from '../ui/link.tsx'
import { PriceRange } from '../ui/price-range.tsx'
import { ProductPicture } from '../ui/product-picture.tsx'
import { useLater } from '../use-later.ts'
import './add-products.css'
import { useDesk } from './context.ts'
import { deskWords } from './words.ts'

/** Puts active products at the end of the shelf, one press each. */
export function AddProducts({ onClose }: { onClose: () => void }) {
  const { tenantId } = useShop()
  const t = deskWords.value
  const text = useSignal('')
  const q = useLater(text.value.trim()).value
  const pages = usePages(
    (after, signal) =>
      call('GET /tenants/:tenantId/products', {
        params: { tenantId },
        query: { after, status: 'active', ...(q ? { q } : {}) },
        signal,
      }),
    [tenantId, q],
  )
  return (
    <Sheet title={t.addProducts} onClose={onClose} shape="dialog" class="add-products">
      <input
        class="input"
        type="search"
        aria-label={t.searchProducts}
        placeholder={t.searchProducts}
        value={text.value}
        maxLength={80}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <div class="add-products__list">
        <LoadView load={pages}>
          {(products) =>
            products.length === 0 ? (
              <Empty icon="bag" title={t.noActiveProducts} text={t.noActiveProductsText}>
                <Link to={{ page: 'products', tenantId }} class="button button--plain">
                  {t.toProducts}
                </Link>
              </Empty>
            ) : (
              <ul>
                {products.map((product) => (
                  <Choice key={product.id} product={product} />
                ))}
              </ul>
            )
          }
        </LoadView>
        <More pages={pages} />
      </div>
    </Sheet>
  )
}

function Choice({ product }: { product: ProductView }) {
  const desk = useDesk()
  const t = deskWords.value
  const adding = useAction()
  const there = desk.shelf.items.value.some(({ productId }) => productId === product.id)
  const add = () =>
    adding.run(() =>
      desk.shelf.change((items) =>
        items.some(({ productId }) => productId === product.id)
          ? items
          : [...items, { productId: product.id, sellingPoint: '', livePriceMinor: null }],
      ),
    )
  return (
    <li class="add-products__row">
      <ProductPicture title={product.title} url={product.pictureUrl} />
      <div class="add-products__text">
        <p>{product.title}</p>
        <p class="add-products__note numeric">
          <PriceRange prices={product.skus.map((sku) => sku.priceMinor)} /> ·{' '}
          {t.left(product.skus.reduce((sum, sku) => sum + sku.stock.available, 0))}
        </p>
      </div>
      {there ? (
        <span class="add-products__note">{t.onShelf}</span>
      ) : (
        <Button
          look="plain"
          size="small"
          icon="plus"
          busy={adding.busy.value}
          aria-label={t.addLabel(product.title)}
          onClick={() => void add()}
        >
          {t.add}
        </Button>
      )}
    </li>
  )
}
