import { Button } from '../../kit/ui/button.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { usePlayer } from '../context.ts'
import { itemLeft, itemPrice } from '../pricing.ts'
import { pinnedItemId } from '../state.ts'
import { playerWords } from '../words.ts'
import './cards.css'
import { PriceTag } from './price-tag.tsx'
import { ProductPicture } from './product-picture.tsx'

/** Few enough left to say so. */
const FEW = 10

/** The product that the host is showing. */
export function PinnedCard() {
  const player = usePlayer()
  const t = playerWords.value
  const room = player.state.room.value
  const item = room?.shelf.find((one) => one.id === pinnedItemId(player.state))
  if (!room || !item) return null

  // Without the flash price, which has a card of its own above this one.
  const priced = itemPrice(item, [], player.pricedAt.value)
  const left = itemLeft(item)
  const open = () => {
    player.state.sheet.value = { kind: 'checkout', itemId: item.id, skuId: null }
  }
  return (
    <article
      class="card"
      data-testid="pinned-card"
      data-item-id={item.id}
      aria-label={`${t.pinned}: ${item.title}`}
    >
      <ProductPicture title={item.title} url={item.pictureUrl} />
      <div class="card__words">
        <p class="card__label">
          <Icon name="pin" size={13} />
          {t.pinned}
        </p>
        <h2 class="card__title">{item.title}</h2>
        <p class="card__line">
          {priced && <PriceTag value={priced.price} from={priced.from} />}
          {left > 0 && left <= FEW && <span class="card__few numeric">{t.onlyLeft(left)}</span>}
        </p>
      </div>
      <Button look="sell" size="small" disabled={left <= 0} onClick={open} data-testid="buy-button">
        {left > 0 ? t.buy : t.soldOut}
      </Button>
    </article>
  )
}
