import { shortCount } from '../../kit/format.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { ChatInput } from '../chat/chat-input.tsx'
import { usePlayer } from '../context.ts'
import { useWide } from '../use-wide.ts'
import { playerWords } from '../words.ts'
import './bottom-bar.css'

/** What thumbs reach: the bag, the chat, a gift, a like. Beside a wide stage, bag and chat have panels of their own. */
export function BottomBar() {
  const player = usePlayer()
  const t = playerWords.value
  const wide = useWide()
  const { room, sheet } = player.state
  if (!room.value) return null
  const ended = room.value.show.status === 'ended'
  const items = room.value.shelf.length
  const likes = room.value.likes
  return (
    <div class={wide ? 'bottom-bar bottom-bar--wide' : 'bottom-bar'}>
      {!wide && (
        <button
          type="button"
          class="bottom-bar__bag"
          aria-label={t.bagCount(items)}
          data-testid="bag-button"
          onClick={() => (sheet.value = { kind: 'bag' })}
        >
          <Icon name="bag" size={22} />
          <span class="bottom-bar__badge numeric" aria-hidden="true">
            {items}
          </span>
        </button>
      )}
      {!wide && !ended && <ChatInput />}
      {!ended && (
        <div class="bottom-bar__gestures">
          <IconButton
            icon="gift"
            label={t.tip}
            iconSize={22}
            class="bottom-bar__round bottom-bar__round--gift"
            data-testid="tip-button"
            onClick={() => (sheet.value = { kind: 'tips' })}
          />
          <div class="bottom-bar__like">
            <IconButton
              icon="heart"
              label={t.like}
              iconSize={22}
              class="bottom-bar__round bottom-bar__round--like"
              data-testid="like-button"
              onClick={() => player.like()}
            />
            {likes > 0 && (
              <span class="bottom-bar__likes numeric" data-testid="likes">
                {shortCount(likes)}
              </span>
            )}
          </div>
        </div>
      )}
    </div>
  )
}
