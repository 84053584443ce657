import type { WorkedOrder } from '@shelfcast/shared/api/fulfilment.ts'

/** Units by line id. */
export type Units = Readonly<Record<string, number>>

/** What of each line waits to be sent. */
export function unitsToShip({ lines, parcels }: WorkedOrder): Units {
  const sent = new Map<string, number>()
  for (const { lineId, quantity } of parcels.flatMap((parcel) => parcel.lines)) {
    sent.set(lineId, (sent.get(lineId) ?? 0) + quantity)
  }
  return Object.fromEntries(
    lines.map((line) => [
      line.id,
      Math.max(0, line.quantity - line.refundedQuantity - (sent.get(line.id) ?? 0)),
    ]),
  )
}

/** What of each line has not been given back. */
export const unitsToRefund = ({ lines }: WorkedOrder): Units =>
  Object.fromEntries(lines.map((line) => [line.id, line.quantity - line.refundedQuantity]))

export const countOf = (units: Units): number => Object.values(units).reduce((sum, count) => sum + count, 0)

/** As the API takes them: lines with none are left out. */
export const linesOf = (units: Units): { lineId: string; quantity: number }[] =>
  Object.entries(units).flatMap(([lineId, quantity]) => (quantity > 0 ? [{ lineId, quantity }] : []))

/** What these units cost, without delivery. */
export const amountOf = ({ lines }: WorkedOrder, units: Units): number =>
  lines.reduce((sum, line) => sum + line.unitPriceMinor * (units[line.id] ?? 0), 0)
