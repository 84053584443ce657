import { ChatList } from './chat-list.tsx'
import './chat-overlay.css'

/** The chat over the lower part of the picture. */
export function ChatOverlay() {
  return (
    <div class="chat-overlay">
      <ChatList />
    </div>
  )
}
