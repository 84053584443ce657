import { useEffect } from 'preact/hooks'
import { ChatOverlay } from '../chat/chat-overlay.tsx'
import { usePlayer } from '../context.ts'
import { effects, facts, sheets } from '../parts.ts'
import { PinnedCard } from '../shop/pinned-card.tsx'
import { SaleCard } from '../shop/sale-card.tsx'
import { useLater } from '../use-later.ts'
import { useWide } from '../use-wide.ts'
import { BottomBar } from './bottom-bar.tsx'
import { Cover } from './cover.tsx'
import { FaceView } from './face-view.tsx'
import { Picture } from './picture.tsx'
import { SoundPrompt } from './sound-prompt.tsx'
import './stage.css'
import { TopBar } from './top-bar.tsx'

/** The picture with all that lies over it. */
export function Stage() {
  const { face } = usePlayer()
  const wide = useWide()
  const later = useLater()
  useEffect(() => {
    if (later) sheets.fetch()
  }, [later])
  return (
    <section class="stage" data-face={face.value ?? 'none'} data-testid="stage">
      <Picture />
      {face.value && <Cover />}
      {face.value && <FaceView face={face.value} />}
      <TopBar />
      {later && <facts.View />}
      <SoundPrompt />
      {later && <effects.View />}
      <div class="stage__lower">
        {!wide && <ChatOverlay />}
        <SaleCard />
        <PinnedCard />
        <BottomBar />
      </div>
    </section>
  )
}
