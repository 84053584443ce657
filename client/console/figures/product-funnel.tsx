import { shortCount } from '../../kit/format.ts'
import { Panel } from '../ui/panel.tsx'
import '../ui/table.css'
import type { Figures } from './figures-page.tsx'
import { figureWords } from './words.ts'

const STEPS = ['seen', 'opened', 'bagged', 'ordered', 'paid'] as const

/** How many people got how far with each product. */
export function ProductFunnel({ products }: Pick<Figures, 'products'>) {
  const t = figureWords.value
  const heads = [t.seen, t.openedIt, t.baggedIt, t.orderedIt, t.paidIt]
  return (
    <Panel title={t.products}>
      {products.length === 0 ? (
        <p class="figures__none">{t.noProducts}</p>
      ) : (
        <div class="table-card">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t.product}</th>
                {heads.map((head) => (
                  <th key={head} scope="col" class="table__end">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {products.map((product) => (
                <tr key={product.productId} data-testid="funnel-row">
                  <th scope="row" class="figures__name">
                    {product.title}
                  </th>
                  {STEPS.map((step) => (
                    <td key={step} class="table__end numeric">
                      {shortCount(product[step])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}
