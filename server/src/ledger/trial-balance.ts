import { Gauge } from 'prom-client'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'

/** Sums by currency, in minor units or coins. */
export type Sums = ReadonlyMap<string, number>

const NAMED_MAX = 5

/**
 * The sum of all entries by currency: anything but zero is a bug that moved money, or a hand in the database. The
 * ledger is append-only, so each turn reads what was booked since the last one and adds it to what is known; all of
 * it is read at the start and once in `recountMs`, which finds what was changed behind the triggers' back.
 */
export function createTrialBalance(deps: {
  db: Db
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['ledger']
}) {
  const { sql } = deps.db
  const { clock, log, limits } = deps
  const gauge = new Gauge({
    name: 'shelfcast_ledger_imbalance',
    help: 'Sum of all ledger entries by currency, in minor units; anything but 0 is wrong',
    labelNames: ['currency'] as const,
    registers: [deps.metrics],
  })
  const EVERYTHING = new Date(0)
  let known = { until: EVERYTHING, sums: new Map<string, number>(), countedAtMs: 0 }

  /** Entries carry the time at which their transaction began; one that has long begun has ended. */
  async function check(): Promise<Sums> {
    const now = clock.now()
    if (now - known.countedAtMs >= limits.recountMs) {
      known = { until: EVERYTHING, sums: new Map(), countedAtMs: now }
    }
    const from = known.until
    const rows = await sql<{ currency: string; settled: number; sum: number; until: Date }[]>`
      select e.currency, t.until, sum(e.amount_minor)::bigint as sum,
        coalesce(sum(e.amount_minor) filter (where e.created_at < t.until), 0)::bigint as settled
      from ledger_entries e, (
        select date_trunc('milliseconds', now() - make_interval(secs => ${limits.settledAfterMs / 1000})) as until) t
      where e.created_at >= ${from} group by e.currency, t.until`
    const settled = new Map(known.sums)
    const sums = new Map(known.sums)
    for (const row of rows) {
      sums.set(row.currency, (known.sums.get(row.currency) ?? 0) + row.sum)
      settled.set(row.currency, (known.sums.get(row.currency) ?? 0) + row.settled)
    }
    const until = rows[0]?.until
    if (until && until > from) known = { ...known, until, sums: settled }
    for (const [currency, sum] of sums) gauge.set({ currency }, sum)
    const wrong = [...sums].filter(([, sum]) => sum !== 0)
    if (wrong.length > 0) {
      const transfers = await unbalanced(from)
      log.error({ sums: Object.fromEntries(wrong), transfers }, 'the ledger does not sum to zero')
    }
    return sums
  }

  /** Transfers that do not sum to zero, for whoever has to look. */
  async function unbalanced(from: Date): Promise<string[]> {
    const rows = await sql<{ transferId: string }[]>`
      select distinct transfer_id as "transferId" from (
        select transfer_id from ledger_entries where created_at >= ${from}
        group by transfer_id, currency having sum(amount_minor) <> 0) t limit ${NAMED_MAX}`
    return rows.map(({ transferId }) => transferId)
  }

  return check
}
