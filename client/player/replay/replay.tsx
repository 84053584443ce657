import { useSignal } from '@preact/signals'
import type { ReplayView } from '@shelfcast/shared/api/replays.ts'
import { useEffect } from 'preact/hooks'
import { call } from '../../kit/api.ts'
import '../../kit/ui/more-icons.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { usePlayer } from '../context.ts'
import './replay.css'
import { ReplayBar } from './replay-bar.tsx'
import { ReplayCard } from './replay-card.tsx'
import { ReplayPicture } from './replay-picture.tsx'
import { createSession } from './session.ts'
import { replayWords } from './words.ts'

/** All players of a show that has just ended ask: each in a time of its own. */
const ASK_AGAIN_MS = { min: 2000, max: 6000 }

const between = ({ min, max }: { min: number; max: number }): number => min + Math.random() * (max - min)

/** What was recorded of a show that has ended, as soon as it can be seen. */
export default function Replay() {
  const player = usePlayer()
  const { replay } = player.state
  const preparing = useSignal(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    async function ask() {
      const view = await call('GET /shows/:showId/replay', { params: { showId: player.showId } }).catch(
        () => null,
      )
      if (over) return
      preparing.value = view?.status === 'preparing'
      if (view?.status === 'ready') begin(view)
      else if (view?.status !== 'none') timer = setTimeout(ask, between(ASK_AGAIN_MS))
    }
    function begin(view: ReplayView) {
      replay.value = createSession(player, view, { Bar: ReplayBar, Card: ReplayCard })
    }
    void ask()
    return () => {
      over = true
      clearTimeout(timer)
      replay.value = null
    }
  }, [player])

  if (replay.value) return <ReplayPicture session={replay.value} />
  return preparing.value ? (
    <p class="replay__note" role="status" data-testid="replay-preparing">
      <Spinner size={18} />
      {replayWords.value.preparing}
    </p>
  ) : null
}
