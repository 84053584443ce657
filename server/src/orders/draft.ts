import type { address, OrderView, placeOrder } from '@shelfcast/shared/api/orders.ts'
import type { VisitSource } from '@shelfcast/shared/facts/source.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import type { z } from 'zod'
import { type Share, shareOut } from '../fees/index.ts'
import type { Keyed } from '../kernel/idempotency.ts'
import { newId } from '../kernel/ids.ts'
import { pictureUrl } from '../pictures/index.ts'
import type { PriceAdjustment, ShippingAdjustment } from './pricing.ts'
import type { Quote, QuotedLine } from './quote.ts'

export type PlaceInput = z.output<typeof placeOrder.body>

/**
 * An order as the SQL functions `place_orders` and `write_orders` take it, with the answer to give once it stands and the
 * name under which that is kept.
 */
export type Draft = Keyed & {
  id: string
  /** Of the first entry in the order's trail. */
  eventId: string
  showId: string
  currency: Currency
  totalMinor: number
  address: z.output<typeof address>
  visit: VisitSource
  /** ISO 8601 */
  expiresAt: string
  /** How many unpaid orders the buyer may have. */
  unpaidMax: number
  lines: DraftLine[]
  /** What belongs to no line, such as delivery, has none. */
  adjustments: DraftAdjustment[]
  payees: (Share & { id: string })[]
  view: OrderView
}

type DraftLine = {
  id: string
  skuId: string
  productId: string
  saleId: string | null
  title: string
  options: Record<string, string>
  pictureKey: string | null
  listPriceMinor: number
  quantity: number
  /** Told only where it is so. */
  offered: true | undefined
}

type DraftAdjustment = (PriceAdjustment | ShippingAdjustment) & { id: string; lineId: string | null }

/**
 * Draws up an order from what was asked and what it costs. Pure but for the ids. All is spelled out, member by member:
 * V8 makes objects far slower by spreading others, and a rush draws up thousands a second.
 */
export function drawUp(
  quote: Quote,
  more: {
    by: Keyed
    asked: Pick<PlaceInput, 'address' | 'showId'>
    /** What may be kept of where the visit came from. */
    visit: VisitSource
    nowMs: number
    payWithinMs: number
    unpaidMax: number
  },
): Draft {
  const { by, asked, nowMs } = more
  const id = newId('ord', nowMs)
  const expiresAtMs = nowMs + more.payWithinMs
  const lineIds = quote.lines.map(() => newId('oln', nowMs)).sort() // lines are read back by id: keep their order
  return {
    personId: by.personId,
    route: by.route,
    key: by.key,
    requestHash: by.requestHash,
    id,
    eventId: newId('evt', nowMs),
    showId: asked.showId,
    currency: quote.currency,
    totalMinor: quote.totalMinor,
    address: asked.address,
    visit: more.visit,
    expiresAt: new Date(expiresAtMs).toISOString(),
    unpaidMax: more.unpaidMax,
    lines: quote.lines.map((line, i) => draftLine(line, lineIds[i]!)),
    adjustments: adjustmentsOf(quote, lineIds, nowMs),
    payees: shareOut(quote, quote.fees).map(({ kind, payeeId, amountMinor }) => ({
      id: newId('pye', nowMs),
      kind,
      payeeId,
      amountMinor,
    })),
    view: {
      id,
      tenantId: quote.tenantId,
      showId: asked.showId,
      status: 'pending_payment',
      currency: quote.currency,
      shippingMinor: quote.shipping.adjustment.amountMinor,
      totalMinor: quote.totalMinor,
      placedAt: nowMs,
      expiresAt: expiresAtMs,
      paidAt: null,
      moneyBack: null,
      lines: quote.lines.map((line, i) => lineView(line, lineIds[i]!)),
    },
  }
}

const draftLine = (line: QuotedLine, id: string): DraftLine => ({
  id,
  skuId: line.skuId,
  productId: line.productId,
  saleId: line.saleId,
  title: line.title,
  options: line.options,
  pictureKey: line.pictureKey,
  listPriceMinor: line.listPriceMinor,
  quantity: line.quantity,
  offered: line.offered || undefined,
})

const lineView = (line: QuotedLine, id: string): OrderView['lines'][number] => ({
  id,
  skuId: line.skuId,
  productId: line.productId,
  saleId: line.saleId,
  title: line.title,
  options: line.options,
  pictureUrl: pictureUrl(line.pictureKey),
  unitPriceMinor: line.unitPriceMinor,
  quantity: line.quantity,
  fulfilment: 'none',
  refundedQuantity: 0,
})

function adjustmentsOf({ lines, shipping }: Quote, lineIds: readonly string[], nowMs: number) {
  const made: DraftAdjustment[] = []
  for (const [i, { adjustment }] of lines.entries()) {
    if (adjustment) made.push({ ...adjustment, id: newId('adj', nowMs), lineId: lineIds[i]! })
  }
  // Free by a rule is kept too; without any rule there is nothing to keep.
  const delivery = shipping.adjustment
  if (delivery.ruleVersion > 0) made.push({ ...delivery, id: newId('adj', nowMs), lineId: null })
  return made
}
