import { useFollow } from '../../kit/ui/use-follow.ts'
import { usePlayer } from '../context.ts'
import { chatAnnouncer } from '../parts.ts'
import { playerWords } from '../words.ts'
import { ChatLine } from './chat-line.tsx'
import './chat-list.css'

/** The lines, newest at the end. */
export function ChatList() {
  const { state } = usePlayer()
  const lines = state.lines.value
  const ownId = state.me.value?.personId
  const follow = useFollow(lines.at(-1)?.id)
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ul {...follow} class="chat-list" tabIndex={0} aria-label={playerWords.value.chat}>
        {lines.map((line) => (
          <ChatLine key={line.id} line={line} own={line.personId === ownId} />
        ))}
      </ul>
      <chatAnnouncer.View />
    </>
  )
}
