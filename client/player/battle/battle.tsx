import { BattleBoard } from '../../kit/battle/battle-board.tsx'
import { usePlayer } from '../context.ts'
import './battle.css'

/** How the battle stands, around the two pictures. */
export default function Battle() {
  const { state, now } = usePlayer()
  const { battle, score = null, show } = state.room.value ?? {}
  if (!battle || show?.status === 'ended') return null
  return (
    <div class="player-battle">
      <BattleBoard
        battle={battle}
        score={score}
        now={battle.status === 'running' ? now.value : battle.endsAt}
      />
    </div>
  )
}
