import { effect, type ReadonlySignal, type Signal } from '@preact/signals'
import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import type { RoomConnection } from '../kit/room.ts'
import { nextTurn } from '../kit/watch/campaign.ts'

const TIMER_MS_MAX = 2 ** 31 - 1

/** Moves `at`, the server's time as far as prices go, whenever a campaign on the shelf begins or ends. @returns what stops it */
export function runPriceClock(
  at: Signal<number>,
  seen: ReadonlySignal<{ shelf: readonly ShelfItemView[] } | null>,
  room: Pick<RoomConnection, 'serverNow'>,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = effect(() => {
    const skus = (seen.value?.shelf ?? []).flatMap((item) => item.skus)
    const turn = () => {
      clearTimeout(timer)
      at.value = room.serverNow()
      const next = nextTurn(skus, at.peek())
      if (next !== null) timer = setTimeout(turn, Math.min(TIMER_MS_MAX, next - at.peek()))
    }
    turn()
  })
  return () => {
    stop()
    clearTimeout(timer)
  }
}
