import { Icon } from '../../kit/ui/icons.tsx'
import { usePlayer } from '../context.ts'
import { playerWords } from '../words.ts'
import { ShelfList } from './shelf-list.tsx'
import './shelf-panel.css'

/** The shelf beside a wide stage. */
export default function ShelfPanel() {
  const { room } = usePlayer().state
  const t = playerWords.value
  return (
    <aside class="shelf-panel" aria-label={t.shelf}>
      <h2 class="shelf-panel__title">
        <Icon name="bag" size={18} />
        {t.shelf}
        {room.value && <span class="shelf-panel__count numeric">{room.value.shelf.length}</span>}
      </h2>
      <div class="shelf-panel__list">
        <ShelfList />
      </div>
    </aside>
  )
}
