import { PinnedLine } from '../../kit/ui/pinned-line.tsx'
import { usePlayer } from '../context.ts'
import { ChatList } from './chat-list.tsx'
import './chat-overlay.css'

/** The chat over the lower part of the picture. */
export function ChatOverlay() {
  return (
    <>
      <PinnedLine line={usePlayer().state.room.value?.pinnedLine} />
      <div class="chat-overlay">
        <ChatList />
      </div>
    </>
  )
}
