import type { Currency } from '@shelfcast/shared/money.ts'
import type { Limits } from '../config.ts'
import type { FeeTerms } from '../fees/index.ts'
import { createBatcher } from '../kernel/batcher.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault, found } from '../kernel/errors.ts'
import { isOpen, type SaleTerms } from '../promotions/index.ts'
import type { Destination, VersionedRule } from '../shipping/index.ts'
import type { ShelfPrice, ShowRecord } from '../shows/index.ts'
import type { PlaceInput } from './draft.ts'
import { bounded, itemsMinorOf, type LinePrice, priceLine, priceShipping, type Shipped } from './pricing.ts'

export interface QuoteDeps {
  shows: {
    find(showId: string): Promise<ShowRecord | null>
    livePrices(
      tenantId: string,
      showId: string,
      skuIds: readonly string[],
      atMs: number,
    ): Promise<Map<string, ShelfPrice>>
  }
  promotions: { terms(tenantId: string, saleIds: readonly string[]): Promise<Map<string, SaleTerms>> }
  tenants: { get(tenantId: string): Promise<{ currency: Currency }> }
  shipping: { current(tenantId: string): Promise<VersionedRule> }
  fees: { terms(tenantId: string, showId: string): Promise<FeeTerms> }
  clock: Clock
  limits: Pick<Limits['orders'], 'batchOrdersMax'>
}

/** A line with its price and the name it is bought under. */
export type QuotedLine = LinePrice & {
  skuId: string
  productId: string
  saleId: string | null
  title: string
  options: Record<string, string>
  pictureKey: string | null
  listPriceMinor: number
  quantity: number
  /** What the gate checks early; Postgres checks them again. */
  perBuyerLimit: number | null
  salePerBuyerLimit: number | null
  /** Of the line's sale: who has its units when. */
  allocation: SaleTerms['allocation'] | null
  /** The unit that the sale's waiting list has set aside for the buyer. */
  offered: boolean
}

export interface Quote {
  tenantId: string
  currency: Currency
  lines: QuotedLine[]
  itemsMinor: number
  shipping: Shipped
  fees: FeeTerms
  /** Items and delivery. */
  totalMinor: number
}

export type Quotes = ReturnType<typeof createQuotes>

type Asked = Pick<PlaceInput, 'showId' | 'lines'> & { to: Destination }
type AskedLine = PlaceInput['lines'][number]

/** What an order costs now, on this show's shelf. Prices are the server's; the client's only confirm them. */
export function createQuotes({ shows, promotions, tenants, shipping, fees, clock, limits }: QuoteDeps) {
  function quoteLine(
    line: AskedLine,
    show: ShowRecord,
    shelf: ReadonlyMap<string, ShelfPrice>,
    sales: ReadonlyMap<string, SaleTerms>,
  ): QuotedLine {
    const sku = shelf.get(line.skuId)
    if (!sku?.active) throw new Fault('product_unavailable', { extra: { skuId: line.skuId } })
    const sale = line.saleId === null ? null : runningSale(line, show, sales)
    const onAir = show.status === 'live' || show.status === 'paused'
    const live =
      onAir && sku.livePriceMinor !== null
        ? { priceMinor: sku.livePriceMinor, showId: show.id, version: sku.livePriceVersion }
        : null
    const flash = sale && { priceMinor: sale.priceMinor, saleId: sale.id, version: sale.termsVersion }
    const { listPriceMinor, campaign } = sku
    const price = priceLine({ listPriceMinor, live, campaign, flash }, line.quantity)
    return {
      unitPriceMinor: price.unitPriceMinor,
      adjustment: price.adjustment,
      skuId: sku.skuId,
      productId: sku.productId,
      saleId: line.saleId,
      title: sku.title,
      options: sku.options,
      pictureKey: sku.pictureKey,
      listPriceMinor,
      quantity: line.quantity,
      perBuyerLimit: sku.perBuyerLimit,
      salePerBuyerLimit: sale?.perBuyerLimit ?? null,
      allocation: sale?.allocation ?? null,
      offered: sale !== null && line.offered === true,
    }
  }

  function runningSale(line: AskedLine, show: ShowRecord, sales: ReadonlyMap<string, SaleTerms>): SaleTerms {
    const sale = sales.get(line.saleId ?? '')
    if (!sale || sale.skuId !== line.skuId || sale.showId !== show.id || !isOpen(sale, clock.now())) {
      throw new Fault('sale_not_running', { extra: { saleId: line.saleId } })
    }
    return sale
  }

  /** What is asked at the same moment of the same show is looked up together. */
  async function quoteAll(asked: readonly Asked[]): Promise<PromiseSettledResult<Quote>[]> {
    const show = found(await shows.find(asked[0]!.showId))
    const lines = asked.flatMap((one) => one.lines)
    const [shelf, sales, { currency }, rule, terms] = await Promise.all([
      shows.livePrices(show.tenantId, show.id, distinct(lines.map((line) => line.skuId)), clock.now()),
      promotions.terms(show.tenantId, distinct(lines.flatMap((line) => line.saleId ?? []))),
      tenants.get(show.tenantId),
      shipping.current(show.tenantId),
      fees.terms(show.tenantId, show.id),
    ])
    return Promise.allSettled(
      asked.map(async (one) => {
        const quoted = one.lines.map((line) => quoteLine(line, show, shelf, sales))
        const costs = delivered(quoted, rule, one.to)
        return { tenantId: show.tenantId, currency, lines: quoted, fees: terms, ...costs }
      }),
    )
  }

  const batch = createBatcher({ waitMs: 0, itemsMax: limits.batchOrdersMax }, quoteAll)

  return {
    /**
     * @throws Fault `not_found`, `product_unavailable`, `sale_not_running`, `region_not_served`, `invalid_input` for
     *   too large a sum
     */
    async quote(asked: Asked): Promise<Quote> {
      const result = await batch(asked.showId, asked)
      if (result.status === 'rejected') throw result.reason
      return result.value
    },
  }
}

const distinct = (ids: readonly string[]): string[] => [...new Set(ids)]

/** What the lines cost together and delivered. */
function delivered(lines: readonly QuotedLine[], rule: VersionedRule, to: Destination) {
  const itemsMinor = itemsMinorOf(lines)
  const shipping = priceShipping(rule, to, itemsMinor)
  if (!shipping) throw new Fault('region_not_served')
  const totalMinor = bounded(itemsMinor + shipping.adjustment.amountMinor)
  if (totalMinor !== null) return { itemsMinor, shipping, totalMinor }
  throw new Fault('invalid_input', { issues: [{ path: 'lines', message: 'too large a sum' }] })
}
