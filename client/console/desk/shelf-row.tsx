import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { call } from '../../kit/api.ts'
import { price } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import { useShop } from '../shop.ts'
import { Pill } from '../ui/pill.tsx'
import { PriceRange } from '../ui/price-range.tsx'
import { ProductPicture } from '../ui/product-picture.tsx'
import { useDesk } from './context.ts'
import { type Dragging, DragHandle } from './drag-handle.tsx'
import { PinButton } from './pin-button.tsx'
import type { ShelfItem } from './shelf.ts'
import './shelf-row.css'
import { deskWords } from './words.ts'

interface ShelfRowProps extends Dragging {
  item: ShelfItem
  canEdit: boolean
  first: boolean
  last: boolean
  /** Something is dragged over it. */
  target: boolean
  onMove: (step: 1 | -1) => void
  onEdit: () => void
}

/** One place on the shelf. */
export function ShelfRow(props: ShelfRowProps) {
  const { item, canEdit, first, last, target, onMove, onEdit } = props
  const desk = useDesk()
  const t = deskWords.value
  const seen = desk.room.state.value?.shelf.find(({ id }) => id === item.id)
  const product = useHidden(item.productId, seen)
  const title = seen?.title ?? product?.title ?? '…'
  const pinned = desk.pinnedItemId.value === item.id
  const classes = ['shelf-row', pinned && 'shelf-row--pinned', target && 'shelf-row--target']
  return (
    <li
      class={classes.filter(Boolean).join(' ')}
      data-testid="shelf-row"
      data-item-id={item.id}
      onDragOver={(event) => {
        if (!props.onDragOver()) return
        event.preventDefault()
        if (event.dataTransfer) event.dataTransfer.dropEffect = 'move'
      }}
      onDrop={(event) => {
        event.preventDefault()
        props.onDrop()
      }}
    >
      {canEdit && <DragHandle {...props} />}
      <ProductPicture title={title} url={seen?.pictureUrl ?? product?.pictureUrl ?? null} />
      <div class="shelf-row__text">
        <p class="shelf-row__title">
          {title} {pinned && <Pill tone="hot">{t.pinned}</Pill>}
        </p>
        <p class="shelf-row__note">
          <Price item={item} listPrices={(seen ?? product)?.skus.map((sku) => sku.priceMinor) ?? []} />
          {seen && <Left skus={seen.skus} />}
          {product && !seen && <Pill tone="wait">{t.hidden}</Pill>}
          {item.sellingPoint && <span class="shelf-row__point">{item.sellingPoint}</span>}
        </p>
      </div>
      {canEdit && (
        <span class="shelf-row__tools">
          <IconButton
            icon="up"
            iconSize={16}
            label={t.moveUp(title)}
            disabled={first}
            onClick={() => onMove(-1)}
          />
          <IconButton
            icon="down"
            iconSize={16}
            label={t.moveDown(title)}
            disabled={last}
            onClick={() => onMove(1)}
          />
          <IconButton icon="edit" iconSize={16} label={t.edit(title)} onClick={onEdit} />
        </span>
      )}
      {canEdit && <PinButton itemId={item.id} title={title} pinned={pinned} hidden={!seen} />}
    </li>
  )
}

/** The product of a place that viewers do not see, because it is no longer active or the show is over. */
function useHidden(productId: string, seen: ShelfItemView | undefined) {
  const { tenantId } = useShop()
  const desk = useDesk()
  const missing = !seen && (desk.room.state.value !== null || desk.status.value === 'ended')
  const load = useLoad(
    async (signal) =>
      missing
        ? await call('GET /tenants/:tenantId/products/:productId', {
            params: { tenantId, productId },
            signal,
          })
        : null,
    [productId, missing],
  )
  const state = load.state.value
  return state.is === 'ready' ? state.value : null
}

function Price({ item, listPrices }: { item: ShelfItem; listPrices: number[] }) {
  const { currency } = useShop()
  if (item.livePriceMinor === null) {
    return (
      <span class="shelf-row__price numeric">
        <PriceRange prices={listPrices} />
      </span>
    )
  }
  return (
    <span class="shelf-row__price numeric">
      <span class="shelf-row__live" title={deskWords.value.livePriceMark}>
        {price(item.livePriceMinor, currency)}
      </span>{' '}
      {listPrices.some((listPrice) => listPrice > (item.livePriceMinor ?? 0)) && (
        <s>
          <PriceRange prices={listPrices} />
        </s>
      )}
    </span>
  )
}

function Left({ skus }: { skus: ShelfItemView['skus'] }) {
  const t = deskWords.value
  const left = skus.reduce((sum, sku) => sum + sku.left, 0)
  return left > 0 ? <span class="numeric">{t.left(left)}</span> : <Pill tone="bad">{t.soldOut}</Pill>
}
