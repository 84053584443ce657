import { useSignal } from '@preact/signals'
import type { ProductView } from '@shelfcast/shared/api/catalog.ts'
import { call } from '../../kit/api.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { PageHead } from '../ui/page-head.tsx'
import { useLater } from '../use-later.ts'
import { NewProduct } from './new-product.tsx'
import { ProductEditor } from './product-editor.tsx'
import { ProductTable } from './product-table.tsx'
import './products-page.css'
import { isProductStatus, type ProductStatus } from './status.ts'
import { productWords } from './words.ts'

/** What the merchant sells. */
export function ProductsPage() {
  const shop = useShop()
  const { tenantId } = shop
  const t = productWords.value
  const creating = useSignal(false)
  const editing = useSignal<ProductView | null>(null)
  const text = useSignal('')
  const status = useSignal<ProductStatus | null>(null)
  const q = useLater(text.value.trim()).value
  const only = status.value
  const pages = usePages(
    (after, signal) =>
      call('GET /tenants/:tenantId/products', {
        params: { tenantId },
        query: { after, limit: 30, ...(q ? { q } : {}), ...(only ? { status: only } : {}) },
        signal,
      }),
    [tenantId, q, only],
  )
  const create = shop.may('catalog:write') && (
    <Button icon="plus" onClick={() => (creating.value = true)} data-testid="new-product">
      {t.newProduct}
    </Button>
  )
  const filtered = q !== '' || only !== null
  return (
    <>
      <PageHead title={t.products}>
        <input
          class="input products__search"
          type="search"
          aria-label={t.search}
          placeholder={t.search}
          maxLength={80}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <select
          class="input products__status"
          aria-label={t.status}
          value={only ?? ''}
          onChange={(event) => {
            const chosen = event.currentTarget.value
            status.value = isProductStatus(chosen) ? chosen : null
          }}
        >
          <option value="">{t.allStatuses}</option>
          {Object.entries(t.statuses).map(([one, name]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
        {create}
      </PageHead>
      <LoadView load={pages}>
        {(products) =>
          products.length > 0 ? (
            <ProductTable products={products} onOpen={(product) => (editing.value = product)} />
          ) : (
            <div class="card">
              {filtered ? (
                <Empty icon="search" title={t.noneFound} />
              ) : (
                <Empty icon="bag" title={t.none} text={t.noneText}>
                  {create}
                </Empty>
              )}
            </div>
          )
        }
      </LoadView>
      <More pages={pages} />
      {creating.value && <NewProduct onClose={() => (creating.value = false)} onCreated={pages.reload} />}
      {editing.value && (
        <ProductEditor
          product={editing.value}
          onClose={() => (editing.value = null)}
          onChanged={(product) => {
            const state = pages.state.peek()
            editing.value = product
            if (state.is === 'ready') {
              pages.set(state.value.map((one) => (one.id === product.id ? product : one)))
            }
          }}
        />
      )}
    </>
  )
}
