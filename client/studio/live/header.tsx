import { shortCount } from '../../kit/format.ts'
import { DemoBadge } from '../../kit/ui/demo-badge.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { viewersUrl } from '../route.ts'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import './header.css'
import { isOver } from './phase.ts'
import { StatusPill } from './status-pill.tsx'

/** Which show, how it stands, who watches. */
export function Header() {
  const { stage, room, earnings, showId, dialog } = useStudio()
  const t = studioWords.value
  const state = room.state.value
  const title = stage.show.value?.title ?? room.visit.value?.show.title ?? ''
  return (
    <header class="live-header">
      <a
        class="icon-button live-header__back"
        href="/studio"
        aria-label={t.backToShows}
        title={t.backToShows}
      >
        <Icon name="back" />
      </a>
      <div class="live-header__words">
        <h1 class="live-header__title">{title}</h1>
        <p class="live-header__line">
          <StatusPill />
          <DemoBadge />
          {earnings.value !== null && (
            <Count icon="coin" count={earnings.value} words={t.earned} testId="earnings" />
          )}
          {state && stage.phase.value.at !== 'ended' && (
            <>
              <Count icon="eye" count={state.viewers} words={t.viewers} testId="viewers" />
              <Count icon="heart" count={state.likes} words={t.likes} testId="likes" />
            </>
          )}
        </p>
      </div>
      {stage.member.value === true && !isOver(stage.phase.value) && (
        <button
          type="button"
          class="live-header__watch"
          aria-label={t.battle}
          title={t.battle}
          data-testid="battle-button"
          onClick={() => (dialog.value = 'battle')}
        >
          <Icon name="bolt" size={18} />
          <span class="live-header__watch-words">{t.battle}</span>
        </button>
      )}
      {!isOver(stage.phase.value) && (
        <button
          type="button"
          class="live-header__watch"
          aria-label={t.people}
          title={t.people}
          data-testid="people"
          onClick={() => (dialog.value = 'people')}
        >
          <Icon name="users" size={18} />
          <span class="live-header__watch-words">{t.people}</span>
        </button>
      )}
      <a
        class="live-header__watch"
        href={viewersUrl(showId)}
        target="_blank"
        rel="noreferrer"
        aria-label={t.asViewers}
        title={t.asViewers}
      >
        <Icon name="eye" size={18} />
        <span class="live-header__watch-words">{t.asViewers}</span>
      </a>
      <LanguageSwitch />
    </header>
  )
}

function Count(props: {
  icon: 'eye' | 'heart' | 'coin'
  count: number
  words: (count: string) => string
  testId: string
}) {
  const count = shortCount(props.count)
  return (
    <span class="live-header__count" title={props.words(count)} data-testid={props.testId}>
      <Icon name={props.icon} size={15} />
      <span class="numeric" aria-hidden="true">
        {count}
      </span>
      <span class="visually-hidden">{props.words(count)}</span>
    </span>
  )
}
