import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Player } from './player.ts'

export const PlayerContext = createContext<Player | null>(null)

/** The player that this component belongs to. */
export function usePlayer(): Player {
  const player = useContext(PlayerContext)
  if (!player) throw new Error('A component of the player is drawn outside of it')
  return player
}
