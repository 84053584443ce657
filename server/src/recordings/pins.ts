import type { StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'

/** A product that stood over the picture for a while. Times are of the server's clock. */
export interface PinSpan {
  readonly itemId: string
  readonly productId: string
  readonly title: string
  readonly pictureUrl: string | null
  /** What it cost at the end of that time: its live price, else its lowest list price. */
  readonly priceMinor: number | null
  readonly from: number
  readonly until: number
}

/** Reads what was pinned when out of a room's record; what was pinned before `from` is pinned then. Pure. */
export function pinSpansOf(
  record: readonly { event: StateEvent; at: number }[],
  shelf: readonly ShelfItemView[],
  show: { readonly from: number; readonly until: number },
): PinSpan[] {
  const items = new Map(shelf.map((item) => [item.id, item]))
  const spans: PinSpan[] = []
  let pinnedId: string | null = null
  let since = 0

  function end(at: number): void {
    const item = pinnedId === null ? undefined : items.get(pinnedId)
    const from = Math.max(since, show.from)
    const until = Math.min(at, show.until)
    if (item && until > from) {
      const { id: itemId, productId, title, pictureUrl } = item
      spans.push({ itemId, productId, title, pictureUrl, priceMinor: priceOf(item), from, until })
    }
  }

  for (const { event, at } of record) {
    if (event.t === 'shelf') for (const item of event.items) items.set(item.id, item)
    if (event.t !== 'pinned' || event.itemId === pinnedId) continue
    end(at)
    pinnedId = event.itemId
    since = at
  }
  end(show.until)
  return spans
}

const priceOf = ({ livePriceMinor, skus }: ShelfItemView): number | null =>
  livePriceMinor ?? (skus.length > 0 ? Math.min(...skus.map((sku) => sku.priceMinor)) : null)
