import { useSignal } from '@preact/signals'
import { type Answer, call } from '../../kit/api.ts'
import { dateTime, price } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import type { SaleTerms } from '../../kit/sales/terms.ts'
import { termWords } from '../../kit/sales/words.ts'
import { Button } from '../../kit/ui/button.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useShop } from '../shop.ts'
import { useDesk } from './context.ts'
import './sale-history.css'
import type { DeskSale } from './sales.ts'
import { deskWords } from './words.ts'

type History = Answer<'GET /tenants/:tenantId/shows/:showId/flash-sales/:saleId/changes'>
type Change = History['items'][number]
type Move = History['events'][number]

/** All that happened to a sale: who set its terms and changed what, and who or what moved it, when. */
export function SaleHistory({ sale }: { sale: DeskSale }) {
  const t = deskWords.value
  const open = useSignal(false)
  return (
    <>
      <Button
        look="quiet"
        size="small"
        class="sale-history__open"
        aria-label={t.historyLabel(sale.title)}
        onClick={() => (open.value = true)}
        data-testid={`sale-history-${sale.id}`}
      >
        {t.history}
      </Button>
      {open.value && <HistoryDialog sale={sale} onClose={() => (open.value = false)} />}
    </>
  )
}

function HistoryDialog({ sale, onClose }: { sale: DeskSale; onClose: () => void }) {
  const { tenantId, show } = useDesk()
  const t = deskWords.value
  const load = useLoad(
    (signal) =>
      call('GET /tenants/:tenantId/shows/:showId/flash-sales/:saleId/changes', {
        params: { tenantId, showId: show.id, saleId: sale.id },
        signal,
      }),
    [tenantId, show.id, sale.id],
  )
  return (
    <Sheet title={t.historyTitle} onClose={onClose} shape="dialog" testId="sale-history">
      <LoadView load={load}>
        {({ items, events }) =>
          items.length + events.length === 0 ? (
            <p class="sale-history__none">{t.historyNone}</p>
          ) : (
            <ol class="sale-history">
              {inOrder(items, events).map((entry) =>
                'version' in entry ? (
                  <Version key={entry.version} change={entry} />
                ) : (
                  <Moved key={entry.to} move={entry} />
                ),
              )}
            </ol>
          )
        }
      </LoadView>
    </Sheet>
  )
}

/** By their times; terms were set before what follows in the same moment. */
const inOrder = (items: readonly Change[], events: readonly Move[]): (Change | Move)[] =>
  [...items, ...events].sort((a, b) => a.at - b.at)

function Moved({ move }: { move: Move }) {
  const t = deskWords.value
  return (
    <li data-testid="sale-event" data-to={move.to}>
      <p class="sale-history__who">{t.historyMoved(move.mover, move.to, move.by ?? '', dateTime(move.at))}</p>
      {move.pos && <p class="sale-history__place numeric">{t.historyPlace(move.pos[1])}</p>}
    </li>
  )
}

function Version({ change: { version, by, at, before, after } }: { change: Change }) {
  const { currency } = useShop()
  const t = deskWords.value
  const terms = termWords.value
  const row = (label: string, of: (terms: SaleTerms) => string) => {
    const [was, is] = [before && of(before), of(after)]
    return was === is ? null : (
      <li key={label}>
        {label}: {was !== null && <s>{was}</s>} <strong>{is}</strong>
      </li>
    )
  }
  return (
    <li data-testid="sale-version" data-version={version}>
      <p class="sale-history__who">{(before ? t.historyChanged : t.historySet)(by, dateTime(at))}</p>
      <ul class="sale-history__terms numeric">
        {row(terms.price, ({ priceMinor }) => price(priceMinor, currency))}
        {row(terms.quantity, ({ quantity }) => String(quantity))}
        {row(terms.limit, ({ perBuyerLimit }) => String(perBuyerLimit))}
        {row(terms.countdown, ({ countdownS }) => String(countdownS))}
        {row(terms.duration, ({ durationS }) => String(durationS / 60))}
      </ul>
    </li>
  )
}
