import { PinnedLine } from '../../kit/ui/pinned-line.tsx'
import { usePlayer } from '../context.ts'
import { playerWords } from '../words.ts'
import { ChatInput } from './chat-input.tsx'
import { ChatList } from './chat-list.tsx'
import './chat-panel.css'

/** The chat beside a wide stage. */
export function ChatPanel() {
  const { room, lines } = usePlayer().state
  const t = playerWords.value
  if (!room.value) return <aside class="chat-panel" aria-label={t.chat} />
  return (
    <aside class="chat-panel" aria-label={t.chat}>
      <h2 class="chat-panel__title">{t.chat}</h2>
      {lines.value.length === 0 && <p class="chat-panel__empty">{t.chatEmpty}</p>}
      <PinnedLine line={room.value.pinnedLine} />
      <ChatList />
      {room.value.show.status !== 'ended' && <ChatInput />}
    </aside>
  )
}
