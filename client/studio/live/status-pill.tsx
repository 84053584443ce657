import { clockText } from '../../kit/format.ts'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import './status-pill.css'

/** Whether viewers see the host now; while they do, for how long. */
export function StatusPill() {
  const { stage, people } = useStudio()
  const { phase } = stage
  const t = studioWords.value
  const { at } = phase.value
  if (at === 'live' || (at === 'beside' && people.ownSeat.value)) return <OnAir />
  if (at === 'replaced' || at === 'elsewhere' || at === 'removed' || at === 'refused') return null // the face says it
  const words = {
    joining: t.joining,
    ready: t.ready,
    beside: t.besideAway,
    starting: t.starting,
    recovering: t.recovering,
    ended: t.over,
  }
  return (
    <span class={`status-pill status-pill--${at}`} role="status">
      {words[at]}
    </span>
  )
}

function OnAir() {
  const { stage, room } = useStudio()
  const startedAt = stage.show.value?.startedAt ?? room.state.value?.show.startedAt ?? null
  return (
    <span class="status-pill status-pill--live" data-testid="on-air">
      <span role="status">{studioWords.value.onAir}</span>
      {startedAt !== null && (
        <time class="numeric">{clockText(wholeSeconds(room.now.value - startedAt))}</time>
      )}
    </span>
  )
}

/** `clockText` is for time left and rounds up; time passed is full seconds. */
export const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000
