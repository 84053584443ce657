import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { call } from '../../kit/api.ts'
import { useLoad } from '../../kit/load.ts'
import { pictureAt, sizesOf } from '../../kit/ui/picture.ts'
import { usePlayer } from '../context.ts'
import './gallery.css'
import { sheetWords } from './words.ts'

/** All pictures of a product, side by side; nothing where it has one or none, which the sheet shows anyway. */
export function Gallery({ item }: { item: ShelfItemView }) {
  const { showId } = usePlayer()
  const t = sheetWords.value
  const load = useLoad(
    async (signal) =>
      item.pictureUrl === null
        ? []
        : (
            await call('GET /shows/:showId/shelf/:itemId/pictures', {
              params: { showId, itemId: item.id },
              signal,
            })
          ).items,
    [showId, item.id, item.pictureUrl],
  )
  const state = load.state.value
  if (state.is !== 'ready' || state.value.length < 2) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <ul class="gallery" aria-label={t.pictures} tabIndex={0} data-testid="gallery">
      {state.value.map((picture, index) => (
        <li key={picture.id}>
          <img
            class="gallery__picture"
            src={pictureAt(picture.url, 640)}
            srcset={sizesOf(picture.url)}
            sizes="12rem"
            width={192}
            height={192}
            alt={picture.alt || t.pictureOf(index + 1, state.value.length)}
            loading="lazy"
            decoding="async"
          />
        </li>
      ))}
    </ul>
  )
}
