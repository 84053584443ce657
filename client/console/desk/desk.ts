import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { ShowStatus } from '@shelfcast/shared/protocol/parts.ts'
import { type Answer, call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { toast } from '../../kit/ui/toast.tsx'
import { type Feed, watchSales } from './feed.ts'
import { type DeskRoom, enterRoom } from './room.ts'
import { type DeskSale, withSales } from './sales.ts'
import { keepShelf, type Shelf } from './shelf.ts'

export type Show = Answer<'GET /tenants/:tenantId/shows/:showId'>

/** One show at work: what viewers see, what it sells, and everything the desk can change about it. */
export interface Desk {
  readonly tenantId: string
  readonly show: Show
  readonly status: ReadonlySignal<ShowStatus>
  readonly pinnedItemId: ReadonlySignal<string | null>
  readonly room: DeskRoom
  readonly feed: Feed
  readonly shelf: Shelf
  /** Prepared, open and past ones, in no special order. */
  readonly sales: ReadonlySignal<readonly DeskSale[]>
  /** The answer of a write to a sale, taken before the room tells everybody. */
  noteSale(sale: DeskSale): void
  /** @throws ApiError, NetworkError */
  pin(itemId: string | null): Promise<void>
  /** @throws ApiError, NetworkError */
  end(): Promise<void>
  close(): void
}

export function openDesk(tenantId: string, show: Show): Desk {
  const place = { tenantId, showId: show.id }
  const room = enterRoom(show.id)
  const feed = watchSales(tenantId, show.id)
  const shelf = keepShelf(place, show.shelf, room)
  const sales = signal<readonly DeskSale[]>([])
  const note = (views: readonly DeskSale[]) => {
    sales.value = withSales(sales.peek(), views)
  }
  call('GET /tenants/:tenantId/shows/:showId/flash-sales', { params: place }).then(
    ({ items }) => note([...items].reverse()),
    (error) => toast(errorText(error), 'bad'),
  )
  /** What a write answered, until the room says so too. */
  const ended = signal(show.status === 'ended')
  const stop = effect(() => {
    const told = room.state.value?.sales
    if (told) note(told)
  })

  return {
    tenantId,
    show,
    status: computed(() => (ended.value ? 'ended' : (room.state.value?.show.status ?? show.status))),
    pinnedItemId: computed(() => (room.state.value ?? show).pinnedItemId),
    room,
    feed,
    shelf,
    sales,
    noteSale: (sale) => note([sale]),
    async pin(itemId) {
      await call('PUT /tenants/:tenantId/shows/:showId/pin', { params: place, body: { itemId } })
    },
    async end() {
      await call('POST /tenants/:tenantId/shows/:showId/end', { params: place })
      ended.value = true
    },
    close() {
      stop()
      shelf.close()
      feed.close()
      room.close()
    },
  }
}
