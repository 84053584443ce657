import { price } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { usePlayer } from '../context.ts'
import { itemLeft, itemPrice } from '../pricing.ts'
import { PriceTag } from '../shop/price-tag.tsx'
import { ProductPicture } from '../shop/product-picture.tsx'
import { playerWords } from '../words.ts'
import { replayWords } from './words.ts'

/** The product of the moment for what it cost then; what it costs now is beside it, while it is still sold. */
export function ReplayCard() {
  const { state, pricedAt } = usePlayer()
  const session = state.replay.value
  const chapter = session?.chapter.value
  const t = playerWords.value
  const r = replayWords.value
  if (!session || !chapter) return null

  const { itemId, title, pictureUrl } = chapter
  const then = session.price.value
  const item = state.room.value?.shelf.find(({ id }) => id === itemId)
  const left = item ? itemLeft(item) : 0
  const now = item && left > 0 ? itemPrice(item, [], pricedAt.value) : null
  const currency = state.visit.value?.show.currency
  const label = then?.flash ? r.flashThen : r.thenLabel
  const open = () => {
    state.sheet.value = { kind: 'checkout', itemId, skuId: null }
  }
  return (
    <article
      class="card"
      data-testid="pinned-card"
      data-item-id={itemId}
      aria-label={`${t.pinned}: ${title}`}
    >
      <ProductPicture title={title} url={pictureUrl} />
      <div class="card__words">
        <p class="card__label">
          <Icon name={then?.flash ? 'bolt' : 'pin'} size={13} />
          {label}
        </p>
        <h2 class="card__title">{title}</h2>
        <p class="card__line">
          {then && (
            <span data-testid="price-then">
              <PriceTag
                value={{
                  unitMinor: then.priceMinor,
                  listMinor: then.listPriceMinor,
                  saleId: then.flash ? itemId : null,
                }}
              />
            </span>
          )}
          {now && currency && now.price.unitMinor !== then?.priceMinor && (
            <span class="replay-card__now numeric" data-testid="price-now">
              {r.now(price(now.price.unitMinor, currency))}
            </span>
          )}
        </p>
      </div>
      {item ? (
        <Button look="sell" size="small" disabled={left <= 0} onClick={open} data-testid="buy-button">
          {left > 0 ? t.buy : t.soldOut}
        </Button>
      ) : (
        <span class="replay-card__gone">{r.notSold}</span>
      )}
    </article>
  )
}
