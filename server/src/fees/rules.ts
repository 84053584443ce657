import type { FeeRule } from '@shelfcast/shared/api/fees.ts'

/** A rule and the person who is the host of the show that sells. */
export interface FeeTerms {
  rule: FeeRule
  /** Null where nobody is: their share is the merchant's. */
  hostId: string | null
}

export type Share = { kind: 'merchant' | 'host' | 'platform'; payeeId: string; amountMinor: number }

/** The owner of the platform's ledger accounts. */
const PLATFORM = 'shelfcast'
const BPS = 10_000

/**
 * Who gets what of an order. Shares are of what its items come to: delivery is the merchant's, who pays for it, and so
 * is what rounding leaves. They come to the total, always.
 */
export function shareOut(
  order: { tenantId: string; itemsMinor: number; totalMinor: number },
  { rule, hostId }: FeeTerms,
): Share[] {
  const partOf = (bps: number): number => Math.floor((order.itemsMinor * bps) / BPS)
  const platform = { kind: 'platform' as const, payeeId: PLATFORM, amountMinor: partOf(rule.platformBps) }
  const host = hostId && { kind: 'host' as const, payeeId: hostId, amountMinor: partOf(rule.hostBps) }
  const others = [platform, ...(host ? [host] : [])].filter(({ amountMinor }) => amountMinor > 0)
  const given = others.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  return [{ kind: 'merchant', payeeId: order.tenantId, amountMinor: order.totalMinor - given }, ...others]
}
