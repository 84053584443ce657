import { clockText, price } from '../../kit/format.ts'
import { Icon } from '../../kit/ui/icons.tsx'
import { type SalePhase, salePhase } from '../../kit/watch/sale-phase.ts'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'

/** The flash sale as viewers see it, with what is sold, so that the host can count it down aloud. */
export function Sale() {
  const { room } = useStudio()
  const t = studioWords.value
  const sale = room.sale.value
  if (!sale) return null
  const phase = salePhase(sale, room.now.value)
  const currency = room.visit.value?.show.currency
  return (
    <section class="selling selling--sale" data-testid="sale" data-status={phase.kind}>
      <h2 class="selling__label">
        <Icon name="bolt" size={14} />
        {t.flash}
        <span class="selling__clock numeric">{phaseText(phase)}</span>
      </h2>
      <p class="selling__title">{sale.title}</p>
      <p class="selling__line numeric">
        {currency && <b class="selling__price">{price(sale.priceMinor, currency)}</b>}
        <span>{t.flashSold(sale.quantity - sale.left, sale.quantity)}</span>
      </p>
    </section>
  )
}

function phaseText(phase: SalePhase): string {
  const t = studioWords.value
  switch (phase.kind) {
    case 'countdown':
      return `${t.flashStartsIn} ${clockText(phase.remainingMs)}`
    case 'running':
      return `${t.flashEndsIn} ${clockText(phase.remainingMs)}`
    case 'sold_out':
      return t.flashSoldOut
    case 'ended':
      return t.flashEnded
    case 'scheduled':
      return ''
  }
}
