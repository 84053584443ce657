import { PinnedLine } from '../../kit/ui/pinned-line.tsx'
import { useFollow } from '../../kit/ui/use-follow.ts'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'
import './chat.css'
import { ChatInput } from './chat-input.tsx'
import { feedId } from './feed.ts'
import { FeedRow } from './feed-row.tsx'

/** What viewers say and give, and the host's answer. */
export function Chat() {
  const { room } = useStudio()
  const t = studioWords.value
  const feed = room.feed.value
  const last = feed.at(-1)
  const follow = useFollow(last && feedId(last))
  return (
    <section class="studio-chat" aria-label={t.chat}>
      <h2 class="studio-chat__title">{t.chat}</h2>
      {room.status.value === 'reconnecting' && (
        <p class="studio-chat__note" role="status">
          {t.roomReconnecting}
        </p>
      )}
      <PinnedLine line={room.state.value?.pinnedLine} />
      {feed.length === 0 && <p class="studio-chat__empty">{t.chatEmpty}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ul {...follow} class="studio-chat__list" tabIndex={0} aria-label={t.chat}>
        {feed.map((item) => (
          <FeedRow key={feedId(item)} item={item} ownId={room.me.value?.personId} />
        ))}
      </ul>
      <ChatInput />
    </section>
  )
}
