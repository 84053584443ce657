import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { clockText } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { type SalePhase, salePhase } from '../../kit/watch/sale-phase.ts'
import { usePlayer } from '../context.ts'
import { Waiting } from '../waiting/waiting.tsx'
import './cards.css'
import { PriceTag } from './price-tag.tsx'
import { ProductPicture } from './product-picture.tsx'
import './sale-card.css'
import { saleWords } from './words.ts'

/** From here on the last seconds before the start beat. */
const FINAL_MS = 5000

/** All that there is of the flash sale: its card, and above it the waiting list or what is set aside. */
export default function Sale() {
  return (
    <>
      <Waiting />
      <SaleCard />
    </>
  )
}

/** The flash sale: a countdown on the server's clock, then time and stock that run out. */
function SaleCard() {
  const player = usePlayer()
  const sale = player.sale.value
  const room = player.state.room.value
  if (!sale || !room || room.show.status === 'ended') return null
  const phase = salePhase(sale, player.now.value)
  const item = room.shelf.find((one) => one.productId === sale.productId)
  const open = () => {
    if (item) player.state.sheet.value = { kind: 'checkout', itemId: item.id, skuId: sale.skuId }
  }
  return (
    <article
      class={`card sale-card sale-card--${phase.kind}`}
      data-testid="sale-card"
      data-sale-id={sale.id}
      data-item-id={item?.id}
      data-status={phase.kind}
      data-remaining-ms={'remainingMs' in phase ? Math.round(phase.remainingMs) : 0}
      aria-label={`${saleWords.value.flash}: ${sale.title}`}
    >
      <ProductPicture title={sale.title} url={item?.pictureUrl ?? null} />
      <div class="card__words">
        <SaleLabel phase={phase} />
        <h2 class="card__title">{sale.title}</h2>
        <p class="card__line">
          <PriceTag value={{ unitMinor: sale.priceMinor, listMinor: listOf(sale), saleId: sale.id }} />
        </p>
        <SaleStock sale={sale} phase={phase} />
      </div>
      <SaleAction phase={phase} onBuy={open} />
    </article>
  )
}

const listOf = (sale: SaleView) => (sale.listPriceMinor > sale.priceMinor ? sale.listPriceMinor : null)

function SaleLabel({ phase }: { phase: SalePhase }) {
  const t = saleWords.value
  return (
    <p class="card__label sale-card__label">
      <Icon name="bolt" size={13} />
      {t.flash}
      {(phase.kind === 'running' || phase.kind === 'countdown') && (
        <span class="sale-card__phase">
          {phase.kind === 'running' ? t.endsIn : t.startsIn}{' '}
          <time class="numeric">{clockText(phase.remainingMs)}</time>
        </span>
      )}
    </p>
  )
}

function SaleStock({ sale, phase }: { sale: SaleView; phase: SalePhase }) {
  const t = saleWords.value
  if (phase.kind === 'countdown') return <p class="sale-card__limit">{t.limit(sale.perBuyerLimit)}</p>
  if (phase.kind !== 'running') return null
  return (
    <div class="sale-card__stock">
      <meter class="sale-card__bar" min={0} max={1} value={phase.leftShare} aria-label={t.left(sale.left)} />
      <span class="numeric" data-testid="sale-left">
        {t.left(sale.left)}
      </span>
    </div>
  )
}

function SaleAction({ phase, onBuy }: { phase: SalePhase; onBuy: () => void }) {
  const t = saleWords.value
  if (phase.kind === 'countdown') {
    const second = Math.ceil(phase.remainingMs / 1000)
    const final = phase.remainingMs <= FINAL_MS
    return (
      <span
        class={final ? 'sale-card__count sale-card__count--final' : 'sale-card__count'}
        aria-hidden="true"
      >
        {final ? <b key={second}>{second}</b> : t.ready}
      </span>
    )
  }
  const words = {
    running: t.buy,
    sold_out: t.soldOut,
    ended: t.ended,
    scheduled: t.ready,
  }
  return (
    <Button
      look="sell"
      size="small"
      class="sale-card__buy"
      disabled={phase.kind !== 'running'}
      onClick={onBuy}
      data-testid="sale-buy-button"
    >
      {words[phase.kind]}
    </Button>
  )
}
