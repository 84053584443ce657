import { useEffect } from 'preact/hooks'
import { usePlayer } from '../context.ts'

/** Who has paid for something is a buyer in the room from then on, not from the next visit: chat shows and ranks it. */
export function useBuyersRank(hasPaid: boolean): void {
  const player = usePlayer()
  useEffect(() => {
    if (hasPaid && player.state.me.peek()?.role === 'viewer') player.identify().catch(() => undefined) // the next visit tells it
  }, [hasPaid])
}
