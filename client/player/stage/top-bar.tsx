import { shortCount } from '../../kit/format.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { usePlayer } from '../context.ts'
import { demoBadge } from '../parts.ts'
import { share } from '../share.ts'
import { playerWords } from '../words.ts'
import { LiveBadge } from './live-badge.tsx'
import './top-bar.css'

/** Whose show it is, how many watch, and the controls that are about the page. */
export function TopBar() {
  const player = usePlayer()
  const t = playerWords.value
  const { visit, room, roomStatus, soundOn, sheet } = player.state
  const title = room.value?.show.title ?? visit.value?.show.title
  const shop = visit.value?.show.tenantName
  const count = shortCount(room.value?.viewers ?? 0)
  return (
    <header class="top-bar">
      <div class="top-bar__row">
        {title && (
          <div class="top-bar__show">
            <span class="top-bar__avatar" aria-hidden="true">
              {Array.from(shop ?? title)[0]}
            </span>
            <div class="top-bar__names">
              <h1 class="top-bar__title">{title}</h1>
              <p class="top-bar__shop">{shop}</p>
            </div>
          </div>
        )}
        <div class="top-bar__controls">
          {player.video.status.value === 'playing' && soundOn.value && (
            <IconButton icon="speaker" label={t.mute} onClick={() => (soundOn.value = false)} />
          )}
          <IconButton icon="share" label={t.share} onClick={() => share(player.showId, title)} />
          <IconButton
            icon="more"
            label={t.menu}
            onClick={() => (sheet.value = { kind: 'menu' })}
            data-testid="menu-button"
          />
        </div>
      </div>
      <div class="top-bar__row">
        <LiveBadge />
        {document.documentElement.dataset.demo && <demoBadge.View />}
        {room.value && (
          <span class="top-bar__count" title={t.watching(count)} data-testid="viewers">
            <Icon name="eye" size={14} />
            <span class="numeric">{count}</span>
            <span class="visually-hidden">{t.watching(count)}</span>
          </span>
        )}
        {roomStatus.value === 'reconnecting' ? (
          <span class="top-bar__notice" role="status" data-testid="reconnecting">
            {t.reconnecting}
          </span>
        ) : (
          room.value?.whole === false && (
            <span class="top-bar__notice" role="status" data-testid="apart">
              {t.apart}
            </span>
          )
        )}
      </div>
    </header>
  )
}
