import { type ReadonlySignal, signal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import type { Room } from './room.ts'

/** Many tips in a moment are one question. */
const AFTER_TIP_MS = 1000

/**
 * What the show earned in tips, in coins, as the server's books have it: asked at the start and after tips. Null until
 * it is known, and for who may not know.
 */
export function watchEarnings(
  place: { tenantId: string; showId: string },
  room: Room,
): ReadonlySignal<number | null> {
  const coins = signal<number | null>(null)
  let isDue = false
  const ask = () => {
    isDue = false
    call('GET /tenants/:tenantId/shows/:showId/earnings', { params: place }).then(
      (answer) => {
        coins.value = answer.coins
      },
      () => undefined, // the next tip asks again
    )
  }
  room.onTip(() => {
    if (!isDue) setTimeout(ask, AFTER_TIP_MS)
    isDue = true
  })
  ask()
  return coins
}
