import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { nextTurn } from '../kit/watch/campaign.ts'

const TIMER_MS_MAX = 2 ** 31 - 1

/** The server's time as far as prices go: it moves when a campaign on the shelf begins or ends. */
export function createPriceClock(
  shelf: ReadonlySignal<readonly ShelfItemView[]>,
  now: () => number,
): { at: ReadonlySignal<number>; close: () => void } {
  const at = signal(now())
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = effect(() => {
    const skus = shelf.value.flatMap((item) => item.skus)
    const turn = () => {
      clearTimeout(timer)
      at.value = now()
      const next = nextTurn(skus, at.peek())
      if (next !== null) timer = setTimeout(turn, Math.min(TIMER_MS_MAX, next - at.peek()))
    }
    turn()
  })
  return {
    at,
    close() {
      stop()
      clearTimeout(timer)
    },
  }
}
