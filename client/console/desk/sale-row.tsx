import { useComputed, useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { clockText, dateTime, price, shortCount } from '../../kit/format.ts'
import { NarrowSale } from '../../kit/sales/narrow-sale.tsx'
import { Button } from '../../kit/ui/button.tsx'
import { useAction } from '../../kit/use-action.ts'
import { salePhase } from '../../kit/watch/sale-phase.ts'
import { useShop } from '../shop.ts'
import { skuLabel } from '../sku.ts'
import { Confirm } from '../ui/confirm.tsx'
import { useDesk } from './context.ts'
import { SaleHistory } from './sale-history.tsx'
import './sale-row.css'
import type { DeskSale } from './sales.ts'
import { deskWords } from './words.ts'

/** One flash sale: its terms, its state on the server's clock, and the button that moves it on. */
export function SaleRow({ sale, canEdit }: { sale: DeskSale; canEdit: boolean }) {
  const desk = useDesk()
  const { currency } = useShop()
  const t = deskWords.value
  const phase = useComputed(() => salePhase(sale, desk.room.now.value).kind)
  const sku = desk.room.state.value?.shelf.flatMap(({ skus }) => skus).find(({ id }) => id === sale.skuId)
  const waiting = desk.room.state.value?.waiting?.[sale.id] ?? 0
  const open = sale.status === 'countdown' || sale.status === 'running'
  return (
    <li class={`sale-row sale-row--${phase.value}`} data-testid="sale-row" data-status={sale.status}>
      <div class="sale-row__text">
        <p class="sale-row__title">{[sale.title, sku && skuLabel(sku)].filter(Boolean).join(' · ')}</p>
        <p class="sale-row__terms numeric">
          <strong>{price(sale.priceMinor, currency)}</strong> <s>{price(sale.listPriceMinor, currency)}</s>{' '}
          {t.saleTerms(sale.perBuyerLimit, sale.countdownS, Math.round(sale.durationS / 60))}
          {sale.allocation === 'first_paid' && ` · ${t.firstPaid}`}
        </p>
        <SaleHistory sale={sale} />
        {sale.status === 'scheduled' && sale.plannedAt != null && (
          <p class="sale-row__planned" data-testid="sale-planned">
            {t.plannedFor(dateTime(sale.plannedAt))}
          </p>
        )}
      </div>
      <div class="sale-row__state">
        <SaleClock sale={sale} />
        <span class="sale-row__left numeric">{t.saleLeft(sale.left, sale.quantity)}</span>
        {open && waiting > 0 && (
          <span class="sale-row__waiting numeric" data-testid="sale-waiting">
            {t.saleWaiting(shortCount(waiting))}
          </span>
        )}
        <progress
          class="sale-row__bar"
          aria-label={t.saleLeft(sale.left, sale.quantity)}
          max={sale.quantity}
          value={sale.left}
        />
      </div>
      {canEdit && (
        <div class="sale-row__move">
          {sale.status === 'scheduled' && <Start sale={sale} />}
          {sale.status === 'scheduled' && sale.allowed && (
            <NarrowSale
              {...{ tenantId: desk.tenantId, showId: desk.show.id, currency }}
              sale={{ ...sale, allowed: sale.allowed }}
              onNarrowed={(next) => desk.noteSale(next)}
            />
          )}
          {(open || sale.status === 'scheduled') && <Stop sale={sale} />}
        </div>
      )}
    </li>
  )
}

/** Its own component, because only the clock changes ten times a second. */
function SaleClock({ sale }: { sale: DeskSale }) {
  const desk = useDesk()
  const text = useComputed(() => {
    const t = deskWords.value
    const phase = salePhase(sale, desk.room.now.value)
    const left = 'remainingMs' in phase ? ` ${clockText(phase.remainingMs)}` : ''
    return t.phases[phase.kind] + left
  })
  return <span class="sale-row__clock numeric">{text}</span>
}

function Start({ sale }: { sale: DeskSale }) {
  const desk = useDesk()
  const t = deskWords.value
  const starting = useAction()
  const live = desk.status.value === 'live'
  const start = () =>
    starting.run(async () =>
      desk.noteSale(
        await call('POST /tenants/:tenantId/shows/:showId/flash-sales/:saleId/start', {
          params: { tenantId: desk.tenantId, showId: desk.show.id, saleId: sale.id },
        }),
      ),
    )
  return (
    <Button
      look="sell"
      size="small"
      busy={starting.busy.value}
      disabled={!live}
      title={live ? undefined : t.startNeedsLive}
      aria-label={t.startLabel(sale.title)}
      onClick={() => void start()}
      data-testid={`sale-start-${sale.id}`}
    >
      {t.start}
    </Button>
  )
}

/** Stopping what viewers see is asked about; what nobody saw yet goes at once. */
function Stop({ sale }: { sale: DeskSale }) {
  const desk = useDesk()
  const t = deskWords.value
  const asking = useSignal(false)
  const stopping = useAction()
  const isSeen = sale.status !== 'scheduled'
  const stop = async () =>
    desk.noteSale(
      await call('POST /tenants/:tenantId/shows/:showId/flash-sales/:saleId/stop', {
        params: { tenantId: desk.tenantId, showId: desk.show.id, saleId: sale.id },
      }),
    )
  const move = () => {
    if (isSeen) asking.value = true
    else void stopping.run(stop)
  }
  return (
    <>
      <Button
        look={isSeen ? 'danger' : 'quiet'}
        size="small"
        busy={stopping.busy.value}
        aria-label={isSeen ? t.stopLabel(sale.title) : t.cancelLabel(sale.title)}
        onClick={move}
        data-testid={`sale-stop-${sale.id}`}
      >
        {isSeen ? t.stop : t.cancelSale}
      </Button>
      {asking.value && (
        <Confirm
          title={t.stopTitle}
          text={t.stopText}
          action={t.stop}
          run={stop}
          onClose={() => (asking.value = false)}
        />
      )}
    </>
  )
}
