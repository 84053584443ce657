import { useComputed, useSignal } from '@preact/signals'
import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { call } from '../../kit/api.ts'
import { clockText, price } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { useAction } from '../../kit/use-action.ts'
import { salePhase } from '../../kit/watch/sale-phase.ts'
import { useShop } from '../shop.ts'
import { skuLabel } from '../sku.ts'
import { Confirm } from '../ui/confirm.tsx'
import { useDesk } from './context.ts'
import './sale-row.css'
import { deskWords } from './words.ts'

/** One flash sale: its terms, its state on the server's clock, and the button that moves it on. */
export function SaleRow({ sale, canEdit }: { sale: SaleView; canEdit: boolean }) {
  const desk = useDesk()
  const { currency } = useShop()
  const t = deskWords.value
  const phase = useComputed(() => salePhase(sale, desk.room.now.value).kind)
  const sku = desk.room.state.value?.shelf.flatMap(({ skus }) => skus).find(({ id }) => id === sale.skuId)
  const open = sale.status === 'countdown' || sale.status === 'running'
  return (
    <li class={`sale-row sale-row--${phase.value}`} data-testid="sale-row" data-status={sale.status}>
      <div class="sale-row__text">
        <p class="sale-row__title">{[sale.title, sku && skuLabel(sku)].filter(Boolean).join(' · ')}</p>
        <p class="sale-row__terms numeric">
          <strong>{price(sale.priceMinor, currency)}</strong> <s>{price(sale.listPriceMinor, currency)}</s>{' '}
          {t.saleTerms(sale.perBuyerLimit, sale.countdownS, Math.round(sale.durationS / 60))}
        </p>
      </div>
      <div class="sale-row__state">
        <SaleClock sale={sale} />
        <span class="sale-row__left numeric">{t.saleLeft(sale.left, sale.quantity)}</span>
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
          {open && <Stop sale={sale} />}
        </div>
      )}
    </li>
  )
}

/** Its own component, because only the clock changes ten times a second. */
function SaleClock({ sale }: { sale: SaleView }) {
  const desk = useDesk()
  const text = useComputed(() => {
    const t = deskWords.value
    const phase = salePhase(sale, desk.room.now.value)
    const left = 'remainingMs' in phase ? ` ${clockText(phase.remainingMs)}` : ''
    return t.phases[phase.kind] + left
  })
  return <span class="sale-row__clock numeric">{text}</span>
}

function Start({ sale }: { sale: SaleView }) {
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

function Stop({ sale }: { sale: SaleView }) {
  const desk = useDesk()
  const t = deskWords.value
  const asking = useSignal(false)
  const stop = async () =>
    desk.noteSale(
      await call('POST /tenants/:tenantId/shows/:showId/flash-sales/:saleId/stop', {
        params: { tenantId: desk.tenantId, showId: desk.show.id, saleId: sale.id },
      }),
    )
  return (
    <>
      <Button
        look="danger"
        size="small"
        aria-label={t.stopLabel(sale.title)}
        onClick={() => (asking.value = true)}
        data-testid={`sale-stop-${sale.id}`}
      >
        {t.stop}
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
