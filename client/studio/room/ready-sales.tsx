import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { price } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'

/** The flash sales that are prepared for this show, for a host to start. */
export function ReadySales({ onStarted }: { onStarted: () => void }) {
  const { tenantId, showId } = useStudio()
  const t = studioWords.value
  const { state } = useLoad(
    () => call('GET /tenants/:tenantId/shows/:showId/flash-sales', { params: { tenantId, showId } }),
    [tenantId, showId],
  )
  const sales = state.value
  if (sales.is === 'loading') return null
  if (sales.is === 'failed') return <p role="alert">{errorText(sales.error)}</p>
  const ready = sales.value.items.filter(({ status }) => status === 'scheduled')
  if (ready.length === 0) return null
  return (
    <section>
      <h3>{t.readySales}</h3>
      <ul class="studio-shelf">
        {ready.map((sale) => (
          <ReadySale key={sale.id} sale={sale} onStarted={onStarted} />
        ))}
      </ul>
    </section>
  )
}

function ReadySale({ sale, onStarted }: { sale: SaleView; onStarted: () => void }) {
  const { tenantId, showId, room } = useStudio()
  const t = studioWords.value
  const starting = useAction()
  const currency = room.visit.value?.show.currency
  const live = room.state.value?.show.status === 'live'
  const start = async () => {
    const params = { tenantId, showId, saleId: sale.id }
    const done = await starting.run(() =>
      call('POST /tenants/:tenantId/shows/:showId/flash-sales/:saleId/start', { params }),
    )
    if (done) onStarted()
  }
  return (
    <li class="studio-shelf__item">
      <div class="studio-shelf__words">
        <p class="studio-shelf__title">{sale.title}</p>
        <p class="studio-shelf__line numeric">
          {currency && price(sale.priceMinor, currency)}
          {' · '}
          {t.saleLength(sale.quantity, Math.round(sale.durationS / 60))}
        </p>
      </div>
      <Button
        look="sell"
        size="small"
        busy={starting.busy.value}
        disabled={!live}
        title={live ? undefined : t.saleNeedsLive}
        aria-label={`${t.startSale}: ${sale.title}`}
        data-testid="sale-start"
        onClick={() => void start()}
      >
        {t.startSale}
      </Button>
    </li>
  )
}
