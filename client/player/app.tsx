import './app.css'
import { Toasts } from '../kit/ui/toast.tsx'
import { ChatPanel } from './chat/chat-panel.tsx'
import { PlayerContext } from './context.ts'
import { sheets, shelfPanel } from './parts.ts'
import type { Player } from './player.ts'
import { Stage } from './stage/stage.tsx'
import { useWide } from './use-wide.ts'

/** A portrait stage; where there is room, shelf and chat stand beside it. */
export function App({ player }: { player: Player }) {
  const wide = useWide()
  const { sheet } = player.state
  return (
    <PlayerContext.Provider value={player}>
      <main class="player">
        {wide && (
          <div class="player__side">
            <shelfPanel.View />
          </div>
        )}
        <Stage />
        {wide && <ChatPanel />}
      </main>
      {sheet.value && <sheets.View />}
      <Toasts />
    </PlayerContext.Provider>
  )
}
