import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { call } from '../../kit/api.ts'
import { dateTime } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { usePlayer } from '../context.ts'
import './clips.css'
import { sheetWords } from './words.ts'

/** What the merchant's shows said about a product; nothing where none did. */
export function Clips({ item }: { item: ShelfItemView }) {
  const { showId } = usePlayer()
  const t = sheetWords.value
  const load = useLoad(
    async (signal) => {
      const params = { showId, itemId: item.id }
      return (await call('GET /shows/:showId/shelf/:itemId/clips', { params, signal })).items
    },
    [showId, item.id],
  )
  const state = load.state.value
  if (state.is !== 'ready' || state.value.length === 0) return null
  return (
    <section class="clips" data-testid="clips">
      <h3 class="clips__title">{t.clips}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <ul class="clips__list" tabIndex={0} aria-label={t.clips}>
        {state.value.map((clip) => (
          <li key={clip.id}>
            {/* biome-ignore lint/a11y/useMediaCaption: what was said is not written down */}
            <video
              class="clips__video"
              src={clip.url}
              poster={item.pictureUrl ?? undefined}
              aria-label={t.clipOf(dateTime(clip.recordedAt))}
              controls
              playsInline
              preload="none"
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
