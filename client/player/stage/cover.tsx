import { sizesOf } from '../../kit/ui/picture.ts'
import { usePlayer } from '../context.ts'
import './cover.css'

/** The show's cover behind the words while there is no picture of the host. Decoration: the title stands above. */
export function Cover() {
  const url = usePlayer().state.visit.value?.show.coverUrl
  if (!url) return null
  return (
    <div class="cover" data-testid="cover">
      <img class="cover__picture" src={url} srcset={sizesOf(url)} sizes="100vw" alt="" decoding="async" />
    </div>
  )
}
