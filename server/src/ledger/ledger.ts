import { Gauge } from 'prom-client'
import type { Db } from '../kernel/db.ts'
import type { Metrics } from '../kernel/metrics.ts'

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
  /** ISO 4217, or COIN. */
  currency: string
}

const SUM_AGAIN_MS = 60_000

export type Ledger = ReturnType<typeof createLedger>

/**
 * Reads the double-entry ledger. An account's balance is what its owner is owed: wallets, earnings and sales are
 * positive; a provider's clearing account is negative by what the provider still holds for us, and `issued` by the
 * coins in circulation. Only SQL functions write to it, in the statement that makes what they book true
 * (`ledger_transfer` in migrations/0002_ledger_functions.sql).
 */
export function createLedger({ db: { sql }, metrics }: { db: Db; metrics: Metrics }) {
  /** The sum of all entries by currency. Anything but zero is a bug that moved money. */
  async function trialBalance(): Promise<Map<string, number>> {
    const rows = await sql<{ currency: string; sum: number }[]>`
      select currency, sum(amount_minor)::bigint as sum from ledger_entries group by currency`
    return new Map(rows.map(({ currency, sum }) => [currency, sum]))
  }

  let summedAt = 0
  new Gauge({
    name: 'shelfcast_ledger_imbalance',
    help: 'Sum of all ledger entries by currency, in minor units; anything but 0 is wrong',
    labelNames: ['currency'] as const,
    registers: [metrics],
    async collect() {
      if (Date.now() - summedAt < SUM_AGAIN_MS) return // a sum over all entries, however often it is asked for
      summedAt = Date.now()
      for (const [currency, sum] of await trialBalance()) this.set({ currency }, sum)
    },
  })

  return {
    trialBalance,

    /** In minor units, or in coins; 0 for an account that nobody has needed yet. */
    async balance({ ownerKind, ownerId, kind, currency }: AccountName): Promise<number> {
      const [row] = await sql<{ balance: number }[]>`
        select ledger_balance(id) as balance from ledger_accounts
        where owner_kind = ${ownerKind} and owner_id = ${ownerId} and kind = ${kind} and currency = ${currency}`
      return row?.balance ?? 0
    },
  }
}
