import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { usePlayer } from '../context.ts'
import { itemLeft, itemPrice } from '../pricing.ts'
import { pinnedItemId } from '../state.ts'
import { playerWords } from '../words.ts'
import { PriceTag } from './price-tag.tsx'
import { ProductPicture } from './product-picture.tsx'
import './shelf-list.css'

/** Every product of the show in the merchant's order, the pinned one marked. */
export function ShelfList() {
  const { state } = usePlayer()
  const room = state.room.value
  const pinnedId = pinnedItemId(state)
  if (!room) return null
  if (room.shelf.length === 0) return <Empty icon="bag" title={playerWords.value.shelfEmpty} />
  return (
    <ol class="shelf-list">
      {room.shelf.map((item, index) => (
        <ShelfRow key={item.id} item={item} number={index + 1} pinned={item.id === pinnedId} />
      ))}
    </ol>
  )
}

function ShelfRow(props: { item: ShelfItemView; number: number; pinned: boolean }) {
  const { item, number, pinned } = props
  const player = usePlayer()
  const t = playerWords.value
  const room = player.state.room.value
  const over = room?.show.status === 'ended'
  const priced = itemPrice(item, player.running.value, player.pricedAt.value)
  const left = itemLeft(item)
  const open = () => {
    player.state.sheet.value = { kind: 'checkout', itemId: item.id, skuId: null }
  }
  return (
    <li
      class={pinned ? 'shelf-row shelf-row--pinned' : 'shelf-row'}
      data-testid="shelf-item"
      data-item-id={item.id}
    >
      <span class="shelf-row__picture">
        <ProductPicture title={item.title} url={item.pictureUrl} />
        <span class="shelf-row__number numeric">{number}</span>
      </span>
      <div class="shelf-row__words">
        {pinned && (
          <p class="shelf-row__pinned">
            <Icon name="pin" size={13} />
            {t.pinned}
          </p>
        )}
        <h3 class="shelf-row__title">{item.title}</h3>
        {item.sellingPoint && <p class="shelf-row__point">{item.sellingPoint}</p>}
        <div class="shelf-row__line">
          {priced && <PriceTag value={priced.price} from={priced.from} />}
          <Button
            look="sell"
            size="small"
            disabled={left <= 0 || over}
            onClick={open}
            data-testid="shelf-buy"
          >
            {left > 0 ? t.buy : t.soldOut}
          </Button>
        </div>
      </div>
    </li>
  )
}
