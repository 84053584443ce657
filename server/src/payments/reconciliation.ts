import type { DifferenceView, listDifferences } from '@shelfcast/shared/api/payments.ts'
import { Gauge } from 'prom-client'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { inTime } from '../kernel/in-time.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { pageOf } from '../kernel/page.ts'
import type { PaymentProvider, Statements } from './provider.ts'

const DAY_MS = 24 * 3600_000

/**
 * Compares each provider's daily statement with what is booked. Every line is looked up by our name for it, whatever
 * the day; what we booked on a day must be in the statement of that day or of a neighbour, as news of it may come on
 * the other side of midnight. A difference is a row for the operator; one that a later statement or booking explains
 * is settled by itself. Fees and what went to our bank are booked from it, as nothing else tells of them; no charge or
 * refund is: money that we cannot place is looked at by a person.
 */
export function createReconciliation(deps: {
  db: Db
  providers: ReadonlyMap<string, PaymentProvider>
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['payments']
}) {
  const { sql } = deps.db
  const { clock, log, limits } = deps
  const gauge = new Gauge({
    name: 'shelfcast_statement_differences',
    help: 'Open differences between the statements of payment providers and the books',
    labelNames: ['provider', 'movement', 'kind'] as const,
    registers: [deps.metrics],
  })

  const columns = sql`
    id, provider, day::text as day, movement, kind, subject, name, tenant_id as "tenantId", order_id as "orderId",
    ours_minor as "oursMinor", theirs_minor as "theirsMinor", currency, state, note,
    (extract(epoch from created_at) * 1000)::bigint as at, (extract(epoch from settled_at) * 1000)::bigint as "settledAt"`

  async function measure(): Promise<void> {
    const rows = await sql<{ provider: string; movement: string; kind: string; open: number }[]>`
      select provider, movement, kind, count(*)::int as open from statement_differences where state = 'open'
      group by 1, 2, 3`
    gauge.reset()
    for (const { open, ...labels } of rows) gauge.set(labels, open)
  }

  /** The days that are over and whose statement is not here, oldest first; of a new provider yesterday's alone. */
  async function daysDue(provider: string, { aheadMs }: Statements): Promise<string[]> {
    const [row] = await sql<{ last: string | null }[]>`
      select max(day)::text as last from provider_statements where provider = ${provider}`
    const today = Math.floor((clock.now() + aheadMs) / DAY_MS)
    const last = row?.last ? Date.parse(row.last) / DAY_MS : today - 2
    const first = Math.max(last + 1, today - limits.statementDaysMax)
    return Array.from({ length: Math.max(0, today - first) }, (_, n) => dayOf((first + n) * DAY_MS))
  }

  /** @returns how many differences are new, null while the provider has no statement of that day */
  async function reconcile(provider: string, statements: Statements, day: string): Promise<number | null> {
    const lines = await inTime(statements.of(day), limits.statementMsMax)
    if (!lines) return null
    const from = new Date(Date.parse(day) - statements.aheadMs - DAY_MS)
    const [row] = await sql<{ differences: number }[]>`
      select reconcile_statement(${provider}, ${day}::text::date, ${from}, ${JSON.stringify(lines)}::text::jsonb,
        ${new Date(clock.now())}) as differences`
    const { differences } = found(row)
    log[differences > 0 ? 'error' : 'info']({ provider, day, lines: lines.length, differences }, 'statement')
    return differences
  }

  async function catchUp({ name, statements }: PaymentProvider): Promise<void> {
    if (!statements) return
    for (const day of await daysDue(name, statements)) {
      if ((await reconcile(name, statements, day)) === null) return
    }
  }

  return {
    /** Counts what is open, for the metrics. */
    measure,

    /** Fetches and compares what is due. A provider that does not answer holds up no other. */
    async run(): Promise<void> {
      for (const provider of deps.providers.values()) {
        await catchUp(provider).catch((error: unknown) =>
          log.warn({ err: error, provider: provider.name }, 'no statement'),
        )
      }
      await measure()
    },

    async list({ after, limit, state }: z.output<typeof listDifferences.query>) {
      const rows = await sql<DifferenceView[]>`
        select ${columns} from statement_differences
        where true ${after ? sql`and id < ${after}` : sql``} ${state ? sql`and state = ${state}` : sql``}
        order by id desc limit ${limit + 1}`
      return pageOf(rows, limit)
    },

    /** Closes a difference; one that is closed stays as it was. @throws Fault `not_found` */
    async settle(id: string, personId: string, note: string): Promise<DifferenceView> {
      await sql`
        update statement_differences
        set state = 'settled', note = ${note}, settled_by = ${personId}, settled_at = ${new Date(clock.now())}
        where id = ${id} and state = 'open'`
      const [row] = await sql<DifferenceView[]>`select ${columns} from statement_differences where id = ${id}`
      await measure()
      return found(row)
    },
  }
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
