import { useEffect, useMemo } from 'preact/hooks'
import { BattleDialog } from '../battle/battle-dialog.tsx'
import { IncomingChallenge } from '../battle/incoming.tsx'
import { PeopleDialog } from '../people/people-dialog.tsx'
import { Prompter } from '../prompter/prompter.tsx'
import { Chat } from '../room/chat.tsx'
import { NowSelling } from '../room/now-selling.tsx'
import { ShelfDialog } from '../room/shelf-dialog.tsx'
import { StudioContext } from './context.ts'
import { Controls } from './controls.tsx'
import { DevicesDialog } from './devices-dialog.tsx'
import { EndDialog } from './end-dialog.tsx'
import { Header } from './header.tsx'
import type { LiveProps } from './lazy.tsx'
import './live.css'
import { Picture } from './picture.tsx'
import { SetUp } from './set-up.tsx'
import { createStudio } from './studio.ts'

/** The studio of one show. On a desk the room stands beside the picture; on a phone it lies over it. */
export function LiveView({ tenantId, showId }: LiveProps) {
  const studio = useMemo(() => createStudio(tenantId, showId), [tenantId, showId])
  useEffect(() => {
    document.documentElement.dataset.theme = 'dark' // the picture is the brightest thing on the screen
  }, [])
  const { dialog, stage, prompter } = studio
  const member = stage.member.value !== false
  const over = ['ended', 'refused', 'removed'].includes(stage.phase.value.at)
  return (
    <StudioContext.Provider value={studio}>
      <div
        class="live"
        data-phase={stage.phase.value.at}
        data-prompter={!over && member && prompter.settings.value.open ? '' : undefined}
      >
        {!over && member && <Prompter />}
        <Header />
        <main class="live__main">
          <Picture />
          <IncomingChallenge />
          {!over && <Controls />}
        </main>
        {!over && (
          <aside class="live__side">
            {stage.phase.value.at === 'ready' && <SetUp />}
            {member && <NowSelling />}
            <Chat />
          </aside>
        )}
      </div>
      {dialog.value === 'devices' && <DevicesDialog />}
      {dialog.value === 'shelf' && <ShelfDialog />}
      {dialog.value === 'people' && <PeopleDialog />}
      {dialog.value === 'battle' && <BattleDialog />}
      {dialog.value === 'end' && <EndDialog />}
    </StudioContext.Provider>
  )
}
