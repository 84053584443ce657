import type { Currency } from '@shelfcast/shared/money.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault, found } from '../kernel/errors.ts'
import { isOpen, type SaleTerms } from '../promotions/index.ts'
import type { ShelfPrice, ShowRecord } from '../shows/index.ts'
import type { PlaceInput } from './draft.ts'
import { type LinePrice, priceLine, totalOf } from './pricing.ts'

export interface QuoteDeps {
  shows: {
    find(showId: string): Promise<ShowRecord | null>
    livePrices(tenantId: string, showId: string, skuIds: readonly string[]): Promise<Map<string, ShelfPrice>>
  }
  promotions: { terms(tenantId: string, saleIds: readonly string[]): Promise<Map<string, SaleTerms>> }
  tenants: { get(tenantId: string): Promise<{ currency: Currency }> }
  clock: Clock
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
}

export interface Quote {
  tenantId: string
  currency: Currency
  lines: QuotedLine[]
  totalMinor: number
}

type AskedLine = PlaceInput['lines'][number]

/** What an order costs now, on this show's shelf. Prices are the server's; the client's only confirm them. */
export function createQuotes({ shows, promotions, tenants, clock }: QuoteDeps) {
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
      onAir && sku.livePriceMinor !== null ? { priceMinor: sku.livePriceMinor, showId: show.id } : null
    const flash = sale && { priceMinor: sale.priceMinor, saleId: sale.id }
    return {
      ...priceLine({ listPriceMinor: sku.listPriceMinor, live, flash }, line.quantity),
      skuId: sku.skuId,
      productId: sku.productId,
      saleId: line.saleId,
      title: sku.title,
      options: sku.options,
      pictureKey: sku.pictureKey,
      listPriceMinor: sku.listPriceMinor,
      quantity: line.quantity,
      perBuyerLimit: sku.perBuyerLimit,
      salePerBuyerLimit: sale?.perBuyerLimit ?? null,
    }
  }

  function runningSale(line: AskedLine, show: ShowRecord, sales: ReadonlyMap<string, SaleTerms>): SaleTerms {
    const sale = sales.get(line.saleId ?? '')
    if (!sale || sale.skuId !== line.skuId || sale.showId !== show.id || !isOpen(sale, clock.now())) {
      throw new Fault('sale_not_running', { extra: { saleId: line.saleId } })
    }
    return sale
  }

  return {
    /** @throws Fault `not_found`, `product_unavailable`, `sale_not_running`, `invalid_input` for too large a sum */
    async quote(asked: Pick<PlaceInput, 'showId' | 'lines'>): Promise<Quote> {
      const show = found(await shows.find(asked.showId))
      const saleIds = asked.lines.flatMap((line) => line.saleId ?? [])
      const [shelf, sales, { currency }] = await Promise.all([
        shows.livePrices(
          show.tenantId,
          show.id,
          asked.lines.map((line) => line.skuId),
        ),
        promotions.terms(show.tenantId, saleIds),
        tenants.get(show.tenantId),
      ])
      const lines = asked.lines.map((line) => quoteLine(line, show, shelf, sales))
      const totalMinor = totalOf(lines)
      if (totalMinor === null) {
        throw new Fault('invalid_input', { issues: [{ path: 'lines', message: 'too large a sum' }] })
      }
      return { tenantId: show.tenantId, currency, lines, totalMinor }
    },
  }
}
