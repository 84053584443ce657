import type { ProductView } from '@shelfcast/shared/api/catalog.ts'
import { Pill } from '../ui/pill.tsx'
import { PriceRange } from '../ui/price-range.tsx'
import { ProductPicture } from '../ui/product-picture.tsx'
import '../ui/table.css'
import './product-table.css'
import { PRODUCT_TONES } from './status.ts'
import { productWords } from './words.ts'

interface ProductTableProps {
  products: readonly ProductView[]
  onOpen: (product: ProductView) => void
}

export function ProductTable({ products, onOpen }: ProductTableProps) {
  const t = productWords.value
  return (
    <div class="card table-card">
      <table class="table table--list">
        <thead>
          <tr>
            <th scope="col">{t.title}</th>
            <th scope="col">{t.status}</th>
            <th scope="col">{t.skus}</th>
            <th scope="col" class="table__end">
              {t.price}
            </th>
            <th scope="col" class="table__end">
              {t.stock}
            </th>
          </tr>
        </thead>
        <tbody>
          {products.map((product) => (
            <tr key={product.id} data-testid="product-row" data-product-id={product.id}>
              <td class="table__main">
                <button
                  type="button"
                  class="product-cell"
                  title={t.edit(product.title)}
                  onClick={() => onOpen(product)}
                >
                  <ProductPicture title={product.title} url={product.pictureUrl} />
                  <span class="product-cell__title">{product.title}</span>
                </button>
              </td>
              <td>
                <Pill tone={PRODUCT_TONES[product.status]}>{t.statuses[product.status]}</Pill>
              </td>
              <td class="table__soft">{t.skuCount(product.skus.length)}</td>
              <td class="table__end numeric">
                <PriceRange prices={product.skus.map((sku) => sku.priceMinor)} />
              </td>
              <td class="table__end numeric">
                {product.skus.reduce((sum, sku) => sum + sku.stock.available, 0)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
