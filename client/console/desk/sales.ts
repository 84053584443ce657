import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import type { SaleTerms } from '../../kit/sales/terms.ts'

/**
 * A sale as the desk knows it: of one that a viewer sees, the room does not tell when it was planned, nor what the
 * merchant allowed.
 */
export type DeskSale = SaleView & { plannedAt?: number | null; allowed?: SaleTerms }

/** A sale only moves on, so of two views that cross on their way the one further on is the newer. */
const RANK: Record<SaleView['status'], number> = {
  scheduled: 0,
  countdown: 1,
  running: 2,
  ended: 3,
  stopped: 3,
}

/** Sales known before with newer views of some; what was not known is put on top. */
export function withSales(known: readonly DeskSale[], views: readonly DeskSale[]): readonly DeskSale[] {
  const newer = new Map(views.map((view) => [view.id, view]))
  const kept = known.map((sale) => {
    const view = newer.get(sale.id)
    newer.delete(sale.id)
    return view && RANK[view.status] >= RANK[sale.status] ? { ...sale, ...view } : sale
  })
  return newer.size === 0 ? kept : [...newer.values(), ...kept]
}

/** What needs an eye first: open sales before prepared ones before those that are over. */
export function byUrgency(sales: readonly DeskSale[]): DeskSale[] {
  const place = (sale: DeskSale) =>
    ({ running: 0, countdown: 0, scheduled: 1, ended: 2, stopped: 2 })[sale.status]
  return [...sales].sort((a, b) => place(a) - place(b) || (b.startsAt ?? 0) - (a.startsAt ?? 0))
}
