import { usePlayer } from '../context.ts'
import { seenShow } from '../state.ts'
import { playerWords } from '../words.ts'
import './live-badge.css'

/** The show's status in a word. */
export function LiveBadge() {
  const { state } = usePlayer()
  const { visit, replay } = state
  const t = playerWords.value
  const status = seenShow(state)?.status ?? visit.value?.show.status
  if (!status) return null
  return (
    <span class={`live-badge live-badge--${status}`} data-testid="show-status" data-status={status}>
      {t[replay.value ? 'replay' : status]}
    </span>
  )
}
