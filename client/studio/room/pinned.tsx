import { price, shortCount } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'
import { leftOf, priceOf } from './item.ts'

/** The pinned product with its selling point, large enough to be read at arm's length. */
export function Pinned() {
  const { room, dialog } = useStudio()
  const openShelf = () => {
    dialog.value = 'shelf'
  }
  const t = studioWords.value
  const state = room.state.value
  const item = state?.shelf.find(({ id }) => id === state.pinnedItemId)
  if (!item) {
    return (
      <section class="selling selling--none">
        <h2 class="selling__label">{t.nothingPinned}</h2>
        <p class="selling__text">{t.nothingPinnedText}</p>
        <Button look="plain" size="small" icon="pin" data-testid="open-shelf" onClick={openShelf}>
          {t.choosePin}
        </Button>
      </section>
    )
  }
  const left = leftOf(item)
  const amount = priceOf(item, room.serverNow())
  const currency = room.visit.value?.show.currency
  return (
    <section class="selling" data-testid="pinned" data-item-id={item.id}>
      <h2 class="selling__label">
        <Icon name="pin" size={14} />
        {t.pinned}
        <Button
          class="selling__change"
          look="quiet"
          size="small"
          data-testid="open-shelf"
          onClick={openShelf}
        >
          {t.changePin}
        </Button>
      </h2>
      <div class="selling__row">
        {item.pictureUrl && <img class="selling__picture" src={item.pictureUrl} alt="" />}
        <div class="selling__words">
          <p class="selling__title">{item.title}</p>
          <p class="selling__line numeric">
            {currency && amount !== null && <b class="selling__price">{price(amount, currency)}</b>}
            <span>{left > 0 ? t.left(shortCount(left)) : t.soldOut}</span>
          </p>
        </div>
      </div>
      {item.sellingPoint && <p class="selling__point">{item.sellingPoint}</p>}
    </section>
  )
}
