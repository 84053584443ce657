import { type Answer, call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { price } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { NarrowSale } from '../../kit/sales/narrow-sale.tsx'
import { Button } from '../../kit/ui/button.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'

type Prepared = Answer<'GET /tenants/:tenantId/shows/:showId/flash-sales'>['items'][number]

/** The flash sales that are prepared for this show, for a host to narrow and start. */
export function ReadySales({ onStarted }: { onStarted: () => void }) {
  const { tenantId, showId } = useStudio()
  const t = studioWords.value
  const { state, reload } = useLoad(
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
          <ReadySale key={sale.id} sale={sale} onStarted={onStarted} onNarrowed={reload} />
        ))}
      </ul>
    </section>
  )
}

interface Props {
  sale: Prepared
  onStarted: () => void
  onNarrowed: () => void
}

function ReadySale({ sale, onStarted, onNarrowed }: Props) {
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
      {currency && <NarrowSale {...{ tenantId, showId, currency, sale, onNarrowed }} />}
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
