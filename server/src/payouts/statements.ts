import type { EarningsEntry, StatementEntry } from '@shelfcast/shared/api/payouts.ts'
import { MINOR_PER_MAJOR } from '@shelfcast/shared/money.ts'
import type { Limits } from '../config.ts'
import { csvLine } from '../kernel/csv.ts'
import type { Db } from '../kernel/db.ts'
import { pageOf } from '../kernel/page.ts'
import { newestEntries } from '../ledger/index.ts'

export type Page = { after?: string | undefined; limit: number }

const HEADING = ['entry', 'time', 'kind', 'order', 'payout', 'amount', 'currency']
/** Spreadsheets take a file without this mark for something else than UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

/** Every movement of what a merchant or a host has earned, newest first. */
export function createStatements({ db: { sql }, limits }: { db: Db; limits: Limits['payouts'] }) {
  /** A page of the entries of an account with what each is of: an order, tips of a show, or a payout. */
  const entries = (page: Page) => sql`
    ledger_accounts s cross join lateral ${newestEntries(sql, sql`s.id`, page)} e
    join ledger_transfers t on t.id = e.transfer_id
    left join payment_allocations a on t.kind = 'order_paid' and a.id = t.ref
    left join refunds r on t.kind in ('order_refund', 'order_refund_failed', 'refund_elsewhere') and r.id = t.ref`
  const columns = sql`
    e.id, (extract(epoch from e.created_at) * 1000)::bigint as at, t.kind,
    case when t.kind in ('payout', 'payout_refused') then t.ref end as "payoutId", e.amount_minor as "amountMinor", e.currency`

  async function statement(tenantId: string, page: Page) {
    const rows = await sql<StatementEntry[]>`
      select ${columns}, coalesce(a.order_id, r.order_id) as "orderId" from ${entries(page)}
      where s.owner_kind = 'tenant' and s.owner_id = ${tenantId} and s.kind = 'sales'
      order by e.id desc limit ${page.limit + 1}`
    return pageOf(rows, page.limit)
  }

  return {
    statement,

    /** A host is told of shows, never of whose order it was. */
    async earningsEntries(personId: string, page: Page) {
      const rows = await sql<EarningsEntry[]>`
        select ${columns}, p.coins, case when w.id is not null then
          jsonb_build_object('id', w.id, 'title', w.title, 'merchant', m.name) end as show
        from ${entries(page)}
        left join tip_settlements p on t.kind = 'tips_settled' and p.id = t.ref
        left join orders o on o.id = coalesce(a.order_id, r.order_id)
        left join shows w on w.tenant_id = coalesce(p.tenant_id, o.tenant_id) and w.id = coalesce(p.show_id, o.show_id)
        left join tenants m on m.id = w.tenant_id
        where s.owner_kind = 'person' and s.owner_id = ${personId} and s.kind = 'commission'
        order by e.id desc limit ${page.limit + 1}`
      return pageOf(rows, page.limit)
    },

    /** Amounts are in major units, as spreadsheets add them up. */
    async statementCsv(
      tenantId: string,
      after: string | undefined,
    ): Promise<{ csv: string; next: string | null }> {
      const { items, next } = await statement(tenantId, { after, limit: limits.exportEntriesMax })
      const lines = items.map(({ id, at, kind, orderId, payoutId, amountMinor, currency }) =>
        csvLine([
          ...[id, new Date(at).toISOString(), kind, orderId ?? '', payoutId ?? ''],
          ...[amountMinor / MINOR_PER_MAJOR[currency], currency],
        ]),
      )
      return { csv: (after ? '' : BYTE_ORDER_MARK + csvLine(HEADING)) + lines.join(''), next }
    },
  }
}
