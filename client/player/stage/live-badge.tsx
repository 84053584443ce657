import { usePlayer } from '../context.ts'
import { playerWords } from '../words.ts'
import './live-badge.css'

/** The show's status in a word. */
export function LiveBadge() {
  const { room, visit, replay } = usePlayer().state
  const t = playerWords.value
  const status = room.value?.show.status ?? visit.value?.show.status
  if (!status) return null
  const word = replay.value
    ? t.replay
    : { live: t.live, paused: t.away, scheduled: t.soon, ended: t.ended }[status]
  return (
    <span class={`live-badge live-badge--${status}`} data-testid="show-status" data-status={status}>
      {word}
    </span>
  )
}
