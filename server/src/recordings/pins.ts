import type { StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { SaleView, ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'

/** What a product cost from a moment on. */
export interface PriceStep {
  readonly at: number
  /** The lowest of its SKUs: a running flash sale's, else the live price, else the list price. */
  readonly priceMinor: number
  /** The list price, where it was higher. */
  readonly listPriceMinor: number | null
  readonly flash: boolean
}

/** A product that stood over the picture for a while. Times are of the server's clock. */
export interface PinSpan {
  readonly itemId: string
  readonly productId: string
  readonly title: string
  readonly pictureUrl: string | null
  /** In the order of time, the first from the span's beginning on; none for a product without SKUs. */
  readonly prices: readonly PriceStep[]
  readonly from: number
  readonly until: number
}

/** Events of a room's record that pins and prices follow from. */
export const PIN_EVENTS = ['pinned', 'shelf', 'sale'] as const satisfies readonly StateEvent['t'][]

/** Reads what was pinned when out of a room's record; what was pinned before `from` is pinned then. Pure. */
export function pinSpansOf(
  record: readonly { event: StateEvent; at: number }[],
  shelf: readonly ShelfItemView[],
  show: { readonly from: number; readonly until: number },
): PinSpan[] {
  const items = new Map(shelf.map((item) => [item.id, item]))
  const running = new Map<string, SaleView>()
  const spans: PinSpan[] = []
  let pinnedId: string | null = null
  let since = 0
  let prices: PriceStep[] = []

  function note(at: number): void {
    const item = pinnedId === null ? undefined : items.get(pinnedId)
    const price = item && priceOf(item, [...running.values()])
    if (price && !isSame(prices.at(-1), price)) prices.push({ at, ...price })
  }

  function end(at: number): void {
    const item = pinnedId === null ? undefined : items.get(pinnedId)
    const from = Math.max(since, show.from)
    const until = Math.min(at, show.until)
    if (item && until > from) {
      const { id: itemId, productId, title, pictureUrl } = item
      spans.push({ itemId, productId, title, pictureUrl, prices: within(prices, from, until), from, until })
    }
  }

  for (const { event, at } of record) {
    if (event.t === 'shelf') for (const item of event.items) items.set(item.id, item)
    if (event.t === 'sale') {
      if (event.sale.status === 'running') running.set(event.sale.id, event.sale)
      else running.delete(event.sale.id)
    }
    if (event.t === 'pinned' && event.itemId !== pinnedId) {
      end(at)
      pinnedId = event.itemId
      since = at
      prices = []
    }
    note(at)
  }
  end(show.until)
  return spans
}

const isSame = (a: PriceStep | undefined, b: Omit<PriceStep, 'at'>): boolean =>
  a?.priceMinor === b.priceMinor && a.listPriceMinor === b.listPriceMinor && a.flash === b.flash

/** What was said before the span counts from its beginning on. */
function within(steps: readonly PriceStep[], from: number, until: number): PriceStep[] {
  const begins = steps.findLast(({ at }) => at <= from)
  const later = steps.filter(({ at }) => at > from && at < until)
  return begins ? [{ ...begins, at: from }, ...later] : later
}

/** As `unitPrice` of the player reckons it. */
function priceOf(
  { livePriceMinor, skus }: ShelfItemView,
  running: readonly SaleView[],
): Omit<PriceStep, 'at'> | null {
  let lowest: Omit<PriceStep, 'at'> | null = null
  for (const sku of skus) {
    const sale = running.find(({ skuId }) => skuId === sku.id)
    const priceMinor = sale?.priceMinor ?? livePriceMinor ?? sku.priceMinor
    if (lowest && lowest.priceMinor <= priceMinor) continue
    const listPriceMinor = sku.priceMinor > priceMinor ? sku.priceMinor : null
    lowest = { priceMinor, listPriceMinor, flash: sale !== undefined }
  }
  return lowest
}
