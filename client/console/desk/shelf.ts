import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { type Answer, call } from '../../kit/api.ts'
import type { DeskRoom } from './room.ts'

export type ShelfItem = Answer<'PUT /tenants/:tenantId/shows/:showId/shelf'>['items'][number]

/** The shelf as the merchant keeps it; viewers see the items whose products are active. */
export interface Shelf {
  readonly items: ReadonlySignal<readonly ShelfItem[]>
  /**
   * Changes the whole shelf by a function of what it is then. Changes run one after the other, so that none is lost
   * to quick fingers.
   * @throws ApiError, NetworkError: the shelf stays as it was
   */
  change(next: (items: readonly ShelfItem[]) => readonly Omit<ShelfItem, 'id'>[]): Promise<void>
  close(): void
}

const REFRESH_AGAIN_MS = 2000

export function keepShelf(
  place: { tenantId: string; showId: string },
  first: readonly ShelfItem[],
  room: DeskRoom,
): Shelf {
  const items = signal(first)
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  const put = async (next: Parameters<Shelf['change']>[0]) => {
    const before = items.peek()
    const wanted = next(before)
    if (wanted === before) return
    const answer = await call('PUT /tenants/:tenantId/shows/:showId/shelf', {
      params: place,
      body: {
        items: wanted.map(({ productId, sellingPoint, livePriceMinor }) => ({
          productId,
          sellingPoint,
          livePriceMinor,
        })),
      },
    })
    items.value = answer.items
  }

  let again: ReturnType<typeof setTimeout> | undefined
  let closed = false

  /** Another desk changed it: the room tells, and what viewers do not see is fetched. */
  const refresh = async () => {
    clearTimeout(again)
    if (waiting > 0) return
    try {
      const show = await call('GET /tenants/:tenantId/shows/:showId', { params: place })
      if (waiting === 0) items.value = show.shelf
    } catch {
      if (!closed) again = setTimeout(refresh, REFRESH_AGAIN_MS) // an old list must not be written back over a newer one
    }
  }
  let seen: unknown = null
  const stop = effect(() => {
    const shelf = room.state.value?.shelf
    if (!shelf) return
    // Stock moves make a new list as well; only what a desk can change counts.
    const key = JSON.stringify(
      shelf.map(({ id, sellingPoint, livePriceMinor }) => [id, sellingPoint, livePriceMinor]),
    )
    if (seen !== null && key !== seen) void refresh()
    seen = key
  })

  return {
    items,
    change(next) {
      waiting += 1
      const mine = last
        .then(() => put(next))
        .finally(() => {
          waiting -= 1
        })
      last = mine.catch(() => undefined)
      return mine
    },
    close() {
      closed = true
      stop()
      clearTimeout(again)
    },
  }
}
