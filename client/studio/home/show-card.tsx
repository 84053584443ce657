import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import { dateTime } from '../../kit/format.ts'
import { Icon } from '../../kit/ui/icons.tsx'
import { liveUrl, viewersUrl } from '../route.ts'
import { studioWords } from '../words.ts'
import './show-card.css'

/** A show of the list: what, when, and the way in. */
export function ShowCard({ show }: { show: ShowView }) {
  const t = studioWords.value
  const begun = show.status === 'live' || show.status === 'paused'
  return (
    <li class={`show-card show-card--${show.status}`} data-testid="show" data-show-id={show.id}>
      <div class="show-card__words">
        <p class="show-card__title">{show.title}</p>
        <p class="show-card__line">
          <span class="show-card__status">{t.status[show.status]}</span>
          <span class="numeric">{timeText(show)}</span>
        </p>
      </div>
      {show.status !== 'ended' && (
        <div class="show-card__ways">
          <a
            class="icon-button"
            href={viewersUrl(show.id)}
            target="_blank"
            rel="noreferrer"
            aria-label={t.asViewers}
            title={t.asViewers}
          >
            <Icon name="eye" />
          </a>
          <a
            class={begun ? 'button button--sell' : 'button'}
            href={liveUrl(show.tenantId, show.id)}
            aria-label={`${begun ? t.resume : t.enter}: ${show.title}`}
          >
            {begun ? t.resume : t.enter}
          </a>
        </div>
      )}
    </li>
  )
}

function timeText({ status, scheduledAt, startedAt, endedAt }: ShowView): string {
  const t = studioWords.value
  if (status === 'ended' && endedAt !== null) return t.endedAt(dateTime(endedAt))
  if (status !== 'scheduled' && startedAt !== null) return t.startedAt(dateTime(startedAt))
  return scheduledAt === null ? t.unscheduled : t.scheduledFor(dateTime(scheduledAt))
}
