import { usePlayer } from '../context.ts'
import { playerWords } from '../words.ts'
import './live-badge.css'

/** The show's status in a word. */
export function LiveBadge() {
  const { room, visit, replay } = usePlayer().state
  const t = playerWords.value
  const status = room.value?.show.status ?? visit.value?.show.status
  if (!status) return null
  return (
    <span class={`live-badge live-badge--${status}`} data-testid="show-status" data-status={status}>
      {t[replay.value ? 'replay' : status]}
    </span>
  )
}
