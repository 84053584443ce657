import { useEffect, useRef } from 'preact/hooks'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'
import './chat.css'
import { ChatInput } from './chat-input.tsx'
import { feedId } from './feed.ts'
import { FeedRow } from './feed-row.tsx'

/** Within this many pixels of its end the list follows what is new; further up somebody is reading. */
const FOLLOW_PX = 48

/** What viewers say and give, and the host's answer. */
export function Chat() {
  const { room } = useStudio()
  const t = studioWords.value
  const list = useRef<HTMLUListElement>(null)
  const following = useRef(true)
  const feed = room.feed.value
  const last = feed.at(-1)
  const newest = last && feedId(last)
  useEffect(() => {
    const element = list.current
    if (element && following.current) element.scrollTop = element.scrollHeight
  }, [newest])
  const noteScroll = () => {
    const element = list.current
    if (element)
      following.current = element.scrollHeight - element.scrollTop - element.clientHeight < FOLLOW_PX
  }
  return (
    <section class="studio-chat" aria-label={t.chat}>
      <h2 class="studio-chat__title">{t.chat}</h2>
      {room.status.value === 'reconnecting' && (
        <p class="studio-chat__note" role="status">
          {t.roomReconnecting}
        </p>
      )}
      {feed.length === 0 && <p class="studio-chat__empty">{t.chatEmpty}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ul ref={list} class="studio-chat__list" tabIndex={0} aria-label={t.chat} onScroll={noteScroll}>
        {feed.map((item) => (
          <FeedRow key={feedId(item)} item={item} ownId={room.me.value?.personId} />
        ))}
      </ul>
      <ChatInput />
    </section>
  )
}
