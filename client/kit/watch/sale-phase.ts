import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'

/**
 * What a flash sale looks like at a moment of the server's clock. The clock goes before the status: screens switch
 * at the same moment, however late the event that confirms it arrives.
 */
export type SalePhase =
  | { kind: 'scheduled' }
  | { kind: 'countdown'; remainingMs: number }
  | { kind: 'running'; remainingMs: number; leftShare: number }
  | { kind: 'sold_out'; remainingMs: number }
  | { kind: 'ended' }

/** How long a sale that ended stays on the screen, to say so. */
export const FAREWELL_MS = 8000

export function salePhase(sale: SaleView, nowMs: number): SalePhase {
  switch (sale.status) {
    case 'scheduled':
      return { kind: 'scheduled' }
    case 'ended':
    case 'stopped':
      return { kind: 'ended' }
    case 'countdown':
    case 'running':
      return openPhase(sale, nowMs)
  }
}

function openPhase(sale: SaleView, nowMs: number): SalePhase {
  const untilStartMs = (sale.startsAt ?? nowMs) - nowMs
  if (sale.status === 'countdown' && untilStartMs > 0) return { kind: 'countdown', remainingMs: untilStartMs }
  const remainingMs = (sale.endsAt ?? Number.POSITIVE_INFINITY) - nowMs
  if (remainingMs <= 0) return { kind: 'ended' }
  if (sale.left <= 0) return { kind: 'sold_out', remainingMs }
  return { kind: 'running', remainingMs, leftShare: Math.min(1, sale.left / Math.max(1, sale.quantity)) }
}

/** The sales whose price can be had now. */
export const runningSales = (sales: readonly SaleView[], nowMs: number): SaleView[] =>
  sales.filter((sale) => salePhase(sale, nowMs).kind === 'running')

const RANK: Record<SalePhase['kind'], number> = {
  running: 0,
  countdown: 1,
  sold_out: 2,
  ended: 3,
  scheduled: 4,
}

/**
 * The one sale that the screen shows: what runs before what counts down before what just ended; of equals the one
 * that started last. Null when there is none.
 * @param endedAtMs when this viewer saw sales end, by sale id; sales that ended before are not shown
 */
export function featuredSale(
  sales: readonly SaleView[],
  nowMs: number,
  endedAtMs: ReadonlyMap<string, number>,
): SaleView | null {
  const shown = sales.filter((sale) => {
    const { kind } = salePhase(sale, nowMs)
    if (kind === 'scheduled') return false
    if (kind !== 'ended') return true
    // Its status still says open: its time ran out on this screen a moment ago.
    const byClock = sale.status === 'running' || sale.status === 'countdown' ? sale.endsAt : null
    const endedAt = endedAtMs.get(sale.id) ?? byClock
    return endedAt !== null && nowMs - endedAt < FAREWELL_MS
  })
  const rank = (sale: SaleView) => RANK[salePhase(sale, nowMs).kind]
  shown.sort((a, b) => rank(a) - rank(b) || (b.startsAt ?? 0) - (a.startsAt ?? 0))
  return shown[0] ?? null
}
