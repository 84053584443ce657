import { useSignal } from '@preact/signals'
import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect } from 'preact/hooks'
import { codeOf } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { clockText } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { salePhase } from '../../kit/watch/sale-phase.ts'
import { usePlayer } from '../context.ts'
import '../shop/cards.css'
import { PriceTag } from '../shop/price-tag.tsx'
import { ProductPicture } from '../shop/product-picture.tsx'
import './waiting.css'
import { heard, join, leave, offerLeftMs, refresh, waits } from './waits.ts'
import { waitWords } from './words.ts'

/**
 * The waiting list of a flash sale: a line to join once it is sold out, and the offer when a unit comes free. Comes
 * with the card of the sale.
 */
export function Waiting() {
  const player = usePlayer()
  const sales = player.state.room.value?.sales ?? []
  useHearing(sales)
  const offered = sales.find(({ id }) => offerLeftMs(id, player.now) !== null)
  if (offered) return <OfferCard key={offered.id} sale={offered} />
  const sale = player.sale.value
  if (sale?.allocation !== 'hold') return null
  return salePhase(sale, player.now.value).kind === 'sold_out' ? <LineCard key={sale.id} sale={sale} /> : null
}

/** Hears of one's own places; asks for them when the room is joined again, where there may be any. */
function useHearing(sales: readonly SaleView[]): void {
  const player = usePlayer()
  const t = waitWords.value
  useEffect(
    () =>
      player.onEvent((event) => {
        if (event.t !== 'wait') return
        heard(event.wait)
        if (event.wait.status === 'offered') toast(t.free)
        if (event.wait.status === 'lapsed') toast(t.lapsed)
      }),
    [player],
  )
  const someone = player.state.visit.value?.person
  const mayWait =
    someone?.guest === false && sales.some((sale) => sale.status === 'running' && sale.left <= 0)
  const joined = player.state.roomStatus.value === 'live'
  useEffect(() => {
    if (joined && mayWait) refresh(player.showId).catch(() => {}) // the room tells what comes
  }, [joined, mayWait, someone?.id])
}

function OfferCard({ sale }: { sale: SaleView }) {
  const player = usePlayer()
  const { act, busy } = useAct()
  const t = waitWords.value
  const item = player.state.room.value?.shelf.find((one) => one.productId === sale.productId)
  const leftMs = offerLeftMs(sale.id, player.now) ?? 0
  return (
    <article class="card wait wait--offer" data-testid="offer-card" aria-label={`${t.yours} ${sale.title}`}>
      <ProductPicture title={sale.title} url={item?.pictureUrl ?? null} />
      <div class="card__words">
        <p class="card__label">
          {t.yours} <time class="numeric">{clockText(leftMs)}</time>
        </p>
        <h2 class="card__title">{sale.title}</h2>
        <p class="card__line">
          <PriceTag
            value={{
              unitMinor: sale.priceMinor,
              listMinor: sale.listPriceMinor > sale.priceMinor ? sale.listPriceMinor : null,
              saleId: sale.id,
            }}
          />
          <Button
            look="quiet"
            size="small"
            busy={busy}
            onClick={() => act(() => leave(player.showId, sale.id))}
            data-testid="offer-pass"
          >
            {t.pass}
          </Button>
        </p>
      </div>
      <Button
        look="sell"
        size="small"
        disabled={!item}
        onClick={() => {
          if (item) player.state.sheet.value = { kind: 'checkout', itemId: item.id, skuId: sale.skuId }
        }}
        data-testid="offer-take"
      >
        {t.take}
      </Button>
    </article>
  )
}

function LineCard({ sale }: { sale: SaleView }) {
  const player = usePlayer()
  const { act, busy } = useAct()
  const t = waitWords.value
  const wait = waits.value.get(sale.id)
  return (
    <section class="card wait" data-testid="wait-card" data-ahead={wait?.ahead ?? ''} aria-label={sale.title}>
      <div class="card__words" role="status">
        <p class="wait__title">{wait ? t.waiting : t.closed}</p>
        <p class="wait__hint">{wait ? `${t.ahead(wait.ahead)} ${t.stay}` : t.hint}</p>
      </div>
      {wait ? (
        <Button
          look="plain"
          size="small"
          busy={busy}
          onClick={() => act(() => leave(player.showId, sale.id))}
          data-testid="wait-leave"
        >
          {t.leave}
        </Button>
      ) : (
        <Button
          look="primary"
          size="small"
          busy={busy}
          onClick={() => act(() => join(player.showId, sale.id))}
          data-testid="wait-join"
        >
          {t.join}
        </Button>
      )}
    </section>
  )
}

/** Does what a button says; who has no account is asked to sign in, all else is told in a toast. */
function useAct() {
  const { state } = usePlayer()
  const busy = useSignal(false)
  const act = async (work: () => Promise<void>) => {
    busy.value = true
    try {
      await work()
    } catch (error) {
      const code = codeOf(error)
      if (code === 'account_needed' || code === 'not_signed_in') {
        state.sheet.value = { kind: 'sign-in', returnTo: null }
      } else toast(errorText(error), 'bad')
    } finally {
      busy.value = false
    }
  }
  return { act: (work: () => Promise<void>) => void act(work), busy: busy.value }
}
