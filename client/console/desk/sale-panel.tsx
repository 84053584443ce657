import { useSignal } from '@preact/signals'
import { isOver } from '../../kit/sales/is-over.ts'
import { Button } from '../../kit/ui/button.tsx'
import { useShop } from '../shop.ts'
import { Panel } from '../ui/panel.tsx'
import { useDesk } from './context.ts'
import { SaleForm } from './sale-form.tsx'
import './sale-panel.css'
import { SaleRow } from './sale-row.tsx'
import { byUrgency, type DeskSale } from './sales.ts'
import { deskWords } from './words.ts'

/** Flash sales: those that go on or are prepared above the form for the next one, those that are over below it. */
export function SalePanel() {
  const desk = useDesk()
  const t = deskWords.value
  const shop = useShop()
  const folded = useSignal(false)
  const open = desk.status.value !== 'ended'
  const canEdit = open && shop.may('desk:run')
  const canPrepare = open && shop.may('sales:write')
  const sales = byUrgency(desk.sales.value)
  const rows = (some: readonly DeskSale[]) =>
    some.length > 0 && (
      <ul>
        {some.map((sale) => (
          <SaleRow key={sale.id} sale={sale} canEdit={canEdit} />
        ))}
      </ul>
    )
  return (
    <Panel
      title={t.sales}
      class="desk-sales"
      actions={
        canPrepare && (
          <Button
            look="quiet"
            size="small"
            icon={folded.value ? 'plus' : 'minus'}
            aria-expanded={!folded.value}
            onClick={() => (folded.value = !folded.value)}
          >
            {t.newSale}
          </Button>
        )
      }
    >
      <div class="desk-sales__body">
        {rows(sales.filter((sale) => !isOver(sale)))}
        {canPrepare && !folded.value && <SaleForm />}
        {rows(sales.filter(isOver))}
        {sales.length === 0 && (
          <p class="desk-sales__empty">{canEdit && !canPrepare ? t.noSalesForHost : t.noSales}</p>
        )}
      </div>
    </Panel>
  )
}
