import { useSignal } from '@preact/signals'
import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { errorText } from '../../kit/errors.ts'
import { price, shortCount } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'
import { leftOf, priceOf } from './item.ts'
import { ReadySales } from './ready-sales.tsx'
import './shelf-dialog.css'

/** For a host who works alone: which product everyone sees now. */
export function ShelfDialog() {
  const { room, dialog, pin } = useStudio()
  const t = studioWords.value
  const busyId = useSignal<string | null>(null)
  const state = room.state.value
  const close = () => {
    dialog.value = null
  }
  const toggle = async (itemId: string, pinned: boolean) => {
    busyId.value = itemId
    try {
      await pin(pinned ? null : itemId)
      close()
    } catch (error) {
      toast(errorText(error), 'bad')
    } finally {
      busyId.value = null
    }
  }
  const items = state?.shelf ?? []
  return (
    <Sheet title={t.shelf} onClose={close} clear testId="shelf-dialog">
      {items.length === 0 && <Empty icon="bag" title={t.shelfEmpty} />}
      <ul class="studio-shelf">
        {items.map((item) => {
          const pinned = item.id === state?.pinnedItemId
          return (
            <li key={item.id} class="studio-shelf__item">
              <ItemWords item={item} />
              <Button
                look={pinned ? 'plain' : 'primary'}
                size="small"
                busy={busyId.value === item.id}
                aria-label={`${pinned ? t.unpin : t.pin}: ${item.title}`}
                data-testid="pin"
                onClick={() => toggle(item.id, pinned)}
              >
                {pinned ? t.unpin : t.pin}
              </Button>
            </li>
          )
        })}
      </ul>
      <ReadySales onStarted={close} />
    </Sheet>
  )
}

function ItemWords({ item }: { item: ShelfItemView }) {
  const t = studioWords.value
  const { room } = useStudio()
  const currency = room.visit.value?.show.currency
  const amount = priceOf(item, room.serverNow())
  const left = leftOf(item)
  return (
    <>
      {item.pictureUrl && <img class="studio-shelf__picture" src={item.pictureUrl} alt="" loading="lazy" />}
      <div class="studio-shelf__words">
        <p class="studio-shelf__title">{item.title}</p>
        <p class="studio-shelf__line numeric">
          {currency && amount !== null && price(amount, currency)}
          {' · '}
          {left > 0 ? t.left(shortCount(left)) : t.soldOut}
        </p>
      </div>
    </>
  )
}
