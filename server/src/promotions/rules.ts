import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'

export type SaleStatus = SaleView['status']
/** `desk`: whoever runs the show · `clock`: its time has come, or is long past · `show`: its show has ended. */
export type SaleMover = 'desk' | 'clock' | 'show'

interface Transition {
  readonly from: SaleStatus
  readonly to: SaleStatus
  readonly by: readonly SaleMover[]
}

/** What may follow what in the life of a flash sale. */
export const SALE_TRANSITIONS: readonly Transition[] = [
  { from: 'scheduled', to: 'countdown', by: ['desk', 'clock'] },
  { from: 'countdown', to: 'running', by: ['clock'] },
  { from: 'running', to: 'ended', by: ['clock'] },
  { from: 'scheduled', to: 'stopped', by: ['desk', 'clock', 'show'] },
  { from: 'countdown', to: 'stopped', by: ['desk', 'show'] },
  { from: 'running', to: 'stopped', by: ['desk', 'show'] },
]

/** The statuses from which `mover` may take a sale to `to`: what the guarding WHERE of a transition takes. */
export function saleStatusesBefore(to: SaleStatus, mover: SaleMover): SaleStatus[] {
  return SALE_TRANSITIONS.filter((one) => one.to === to && one.by.includes(mover)).map((one) => one.from)
}

/** The terms of a sale that its merchant sets and a host may narrow. */
export type Terms = Pick<SaleView, 'priceMinor' | 'quantity' | 'perBuyerLimit' | 'countdownS' | 'durationS'>
export type Term = keyof Terms

/** What is asked of some terms; the others stay as they are. */
export type TermsChange = { readonly [term in Term]?: number | undefined }

const UPPER_BOUNDS = ['quantity', 'perBuyerLimit', 'countdownS', 'durationS'] as const

/** The first term that goes beyond what was allowed: a lower price, or more of anything else; null when none does. */
export function exceededTerm(allowed: Terms, asked: TermsChange): Term | null {
  if ((asked.priceMinor ?? allowed.priceMinor) < allowed.priceMinor) return 'priceMinor'
  return UPPER_BOUNDS.find((term) => (asked[term] ?? 0) > allowed[term]) ?? null
}

/** Whether a sale sells at this moment: time decides, so nobody buys early or late because a ticker was. */
export function isOpen(
  sale: { status: SaleStatus; startsAt: number | null; endsAt: number | null },
  atMs: number,
): boolean {
  return (
    (sale.status === 'countdown' || sale.status === 'running') &&
    sale.startsAt !== null &&
    sale.endsAt !== null &&
    sale.startsAt <= atMs &&
    atMs < sale.endsAt
  )
}
