import { useEffect, useRef } from 'preact/hooks'
import { usePlayer } from '../context.ts'
import { playerWords } from '../words.ts'
import { ChatAnnouncer } from './chat-announcer.tsx'
import { ChatLine } from './chat-line.tsx'
import './chat-list.css'

/** Within this many pixels of its end the list follows new lines; further up somebody is reading. */
const FOLLOW_PX = 48

/** The lines, newest at the end. */
export function ChatList() {
  const { state } = usePlayer()
  const list = useRef<HTMLUListElement>(null)
  const following = useRef(true)
  const lines = state.lines.value
  const ownId = state.me.value?.personId

  const newest = lines.at(-1)?.id
  useEffect(() => {
    const element = list.current
    if (element && following.current) element.scrollTop = element.scrollHeight
  }, [newest])

  const noteScroll = () => {
    const element = list.current
    if (!element) return
    following.current = element.scrollHeight - element.scrollTop - element.clientHeight < FOLLOW_PX
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ul ref={list} class="chat-list" tabIndex={0} aria-label={playerWords.value.chat} onScroll={noteScroll}>
        {lines.map((line) => (
          <ChatLine key={line.id} line={line} own={line.personId === ownId} />
        ))}
      </ul>
      <ChatAnnouncer />
    </>
  )
}
