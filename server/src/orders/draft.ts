import type { address, OrderView, placeOrder } from '@shelfcast/shared/api/orders.ts'
import type { VisitSource } from '@shelfcast/shared/facts/source.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import type { z } from 'zod'
import { type FeeTerms, type Share, shareOut } from '../fees/index.ts'
import { newId } from '../kernel/ids.ts'
import { pictureUrl } from '../pictures/index.ts'
import type { PriceAdjustment, Shipped, ShippingAdjustment } from './pricing.ts'
import type { QuotedLine } from './quote.ts'

export type PlaceInput = z.output<typeof placeOrder.body>

/** An order as the SQL function `write_orders` takes it, with the answer to give once it stands. */
export type Draft = {
  id: string
  /** Of the first entry in the order's trail. */
  eventId: string
  personId: string
  showId: string
  currency: Currency
  totalMinor: number
  address: z.output<typeof address>
  visit: VisitSource
  /** ISO 8601 */
  expiresAt: string
  lines: DraftLine[]
  /** What belongs to no line, such as delivery, has none. */
  adjustments: ((PriceAdjustment | ShippingAdjustment) & { id: string; lineId: string | null })[]
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
  offered?: true
}

/** Draws up an order from what was asked and what it costs. Pure but for the ids. */
export function drawUp(input: {
  tenantId: string
  personId: string
  currency: Currency
  asked: PlaceInput
  quoted: readonly QuotedLine[]
  shipping: Shipped
  fees: FeeTerms
  itemsMinor: number
  totalMinor: number
  nowMs: number
  payWithinMs: number
}): Draft {
  const { asked, quoted, totalMinor, nowMs } = input
  const delivery = input.shipping.adjustment
  const id = newId('ord', nowMs)
  const expiresAtMs = nowMs + input.payWithinMs
  const lineIds = quoted.map(() => newId('oln', nowMs)).sort() // lines are read back by id: keep their order
  const lines = quoted.map((line, i) => ({ ...line, id: lineIds[i]! }))
  return {
    id,
    eventId: newId('evt', nowMs),
    personId: input.personId,
    showId: asked.showId,
    currency: input.currency,
    totalMinor,
    address: asked.address,
    visit: asked.visit,
    expiresAt: new Date(expiresAtMs).toISOString(),
    lines: lines.map(({ adjustment: _, unitPriceMinor: __, allocation: ___, offered, ...line }) =>
      offered ? { ...line, offered } : line,
    ),
    adjustments: [
      ...lines.flatMap(({ id: lineId, adjustment }) =>
        adjustment ? [{ ...adjustment, id: newId('adj', nowMs), lineId }] : [],
      ),
      // Free by a rule is kept too; without any rule there is nothing to keep.
      ...(delivery.ruleVersion > 0 ? [{ ...delivery, id: newId('adj', nowMs), lineId: null }] : []),
    ],
    payees: shareOut(input, input.fees).map((share) => ({ id: newId('pye', nowMs), ...share })),
    view: {
      id,
      tenantId: input.tenantId,
      showId: asked.showId,
      status: 'pending_payment',
      currency: input.currency,
      shippingMinor: delivery.amountMinor,
      totalMinor,
      placedAt: nowMs,
      expiresAt: expiresAtMs,
      paidAt: null,
      moneyBack: null,
      lines: lines.map((line) => ({
        id: line.id,
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
      })),
    },
  }
}
