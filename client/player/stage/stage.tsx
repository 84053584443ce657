import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ChatOverlay } from '../chat/chat-overlay.tsx'
import { usePlayer } from '../context.ts'
import { battle, effects, facts, replay, sale, sheets, soundPrompt } from '../parts.ts'
import { PinnedCard } from '../shop/pinned-card.tsx'
import { useLater } from '../use-later.ts'
import { useWide } from '../use-wide.ts'
import { BottomBar } from './bottom-bar.tsx'
import { Cover } from './cover.tsx'
import { FaceView } from './face-view.tsx'
import { Picture } from './picture.tsx'
import './stage.css'
import { TopBar } from './top-bar.tsx'

/** The picture with all that lies over it. */
export function Stage() {
  const player = usePlayer()
  const { face, state } = player
  const { Bar, Card = PinnedCard } = state.replay.value ?? {}
  const shown = Bar ? null : face.value
  const wide = useWide()
  const inBattle = useComputed(() => !!state.room.value?.battle)
  const status = player.video.status.value
  const later = useLater()
  useEffect(() => {
    if (!later) return
    sheets.fetch()
    sale.fetch()
  }, [later])
  return (
    <section class="stage" data-face={shown ?? 'none'} data-testid="stage">
      <Picture />
      {shown && <Cover />}
      {shown && <FaceView face={shown} />}
      {face.value === 'ended' && <replay.View />}
      <TopBar />
      {inBattle.value && <battle.View />}
      {later && <facts.View />}
      {(status === 'playing' || status === 'blocked') && <soundPrompt.View />}
      {later && <effects.View />}
      <div class="stage__lower">
        {!wide && <ChatOverlay />}
        {player.sale.value && <sale.View />}
        <Card />
        {Bar && <Bar />}
        <BottomBar />
      </div>
    </section>
  )
}
