import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import { createTrialBalance } from './trial-balance.ts'

/** Whose account, and for what. `platform` has one owner, `shelfcast`. */
export interface AccountName {
  ownerKind: 'person' | 'tenant' | 'platform' | 'provider'
  ownerId: string
  kind:
    | 'wallet'
    | 'earnings'
    | 'sales'
    | 'commission'
    | 'clearing'
    | 'issued'
    | 'coin_sales'
    | 'fees'
    | 'refunds_due'
    | 'payouts_due'
    | 'paid_out'
    | 'provider_fees'
    | 'bank'
  /** ISO 4217, or COIN. */
  currency: string
}

export type Ledger = ReturnType<typeof createLedger>

/**
 * Reads the double-entry ledger. An account's balance is what its owner is owed: wallets, earnings and sales are
 * positive; a provider's clearing account is negative by what the provider still holds for us, and `issued` by the
 * coins in circulation. Only SQL functions write to it, in the statement that makes what they book true
 * (`ledger_transfer` in migrations/0002_ledger_functions.sql).
 */
export function createLedger(deps: {
  db: Db
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['ledger']
}) {
  const { sql } = deps.db
  const trialBalance = createTrialBalance(deps)
  let ticker: Closable | null = null

  return {
    /** The sum of all entries by currency. Anything but zero is a bug that moved money; it is logged and measured. */
    trialBalance,

    start(): void {
      ticker ??= startTicker('trial balance', deps.limits.checkMs, deps.log, trialBalance)
    },

    async close(): Promise<void> {
      await ticker?.close()
    },

    /** In minor units, or in coins; 0 for an account that nobody has needed yet. */
    async balance({ ownerKind, ownerId, kind, currency }: AccountName): Promise<number> {
      const [row] = await sql<{ balance: number }[]>`
        select ledger_balance(id) as balance from ledger_accounts
        where owner_kind = ${ownerKind} and owner_id = ${ownerId} and kind = ${kind} and currency = ${currency}`
      return row?.balance ?? 0
    },
  }
}
