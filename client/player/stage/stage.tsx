import { ChatOverlay } from '../chat/chat-overlay.tsx'
import { DanmakuLayer } from '../chat/danmaku-layer.tsx'
import { usePlayer } from '../context.ts'
import { Hearts } from '../effects/hearts.tsx'
import { TipEffects } from '../effects/tip-effects.tsx'
import { PinnedCard } from '../shop/pinned-card.tsx'
import { SaleCard } from '../shop/sale-card.tsx'
import { useWide } from '../use-wide.ts'
import { BottomBar } from './bottom-bar.tsx'
import { FaceView } from './face-view.tsx'
import { Picture } from './picture.tsx'
import { SoundPrompt } from './sound-prompt.tsx'
import './stage.css'
import { TopBar } from './top-bar.tsx'

/** The picture with all that lies over it. */
export function Stage() {
  const { face } = usePlayer()
  const wide = useWide()
  return (
    <section class="stage" data-face={face.value ?? 'none'} data-testid="stage">
      <Picture />
      <DanmakuLayer />
      {face.value && <FaceView face={face.value} />}
      <TopBar />
      <SoundPrompt />
      <TipEffects />
      <div class="stage__lower">
        {!wide && <ChatOverlay />}
        <SaleCard />
        <PinnedCard />
        <BottomBar />
      </div>
      <Hearts />
    </section>
  )
}
