import type { PayoutView, StatementEntry } from '@shelfcast/shared/api/payouts.ts'
import { type Currency, MINOR_PER_MAJOR } from '@shelfcast/shared/money.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { csvLine } from '../kernel/csv.ts'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { keyed, type Refusal, refusalOf } from '../kernel/idempotency.ts'
import { pageOf } from '../kernel/page.ts'
import { untilDecided } from '../kernel/retry.ts'

type Page = { after?: string | undefined; limit: number }

const HEADING = ['entry', 'time', 'kind', 'order', 'payout', 'amount', 'currency']
/** Spreadsheets take a file without this mark for something else than UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

export type Payouts = ReturnType<typeof createPayouts>

/**
 * A merchant's earnings by orders, from the ledger. What orders brought within the holding period stays for refunds;
 * the rest may be asked for. The money itself is sent by the operator, outside of Shelfcast.
 */
export function createPayouts(deps: { db: Db; clock: Clock; limits: Limits['payouts'] }) {
  const { sql } = deps.db
  const { clock, limits } = deps

  const columns = sql`
    id, tenant_id as "tenantId", (select name from tenants where tenants.id = tenant_id) as merchant, amount_minor as "amountMinor", currency, state, note,
    (extract(epoch from created_at) * 1000)::bigint as at, (extract(epoch from closed_at) * 1000)::bigint as "closedAt"`

  async function get(id: string): Promise<PayoutView> {
    const [row] = await sql<PayoutView[]>`select ${columns} from payouts where id = ${id}`
    return found(row)
  }

  function decided(answer: { payoutId: string } | Refusal): string {
    if ('code' in answer) throw refusalOf({ status: 409, response: answer })
    return answer.payoutId
  }

  async function statement(tenantId: string, { after, limit }: Page) {
    const rows = await sql<StatementEntry[]>`
      select e.id, (extract(epoch from e.created_at) * 1000)::bigint as at, t.kind, coalesce(a.order_id, r.order_id) as "orderId",
        case when t.kind in ('payout', 'payout_refused') then t.ref end as "payoutId", e.amount_minor as "amountMinor", e.currency
      from ledger_accounts s join ledger_entries e on e.account_id = s.id join ledger_transfers t on t.id = e.transfer_id
      left join payment_allocations a on t.kind = 'order_paid' and a.id = t.ref
      left join refunds r on t.kind in ('order_refund', 'order_refund_failed', 'refund_elsewhere') and r.id = t.ref
      where s.owner_kind = 'tenant' and s.owner_id = ${tenantId} and s.kind = 'sales'
        ${after ? sql`and e.id < ${after}` : sql``}
      order by e.id desc limit ${limit + 1}`
    return pageOf(rows, limit)
  }

  return {
    async balance(tenantId: string) {
      type Row = Record<'availableMinor' | 'heldMinor' | 'requestedMinor' | 'paidOutMinor', number> & {
        currency: Currency
      }
      const [row] = await sql<Row[]>`
        select t.currency, h.held as "heldMinor", b.balance - h.held as "availableMinor",
          coalesce((select sum(amount_minor) from payouts where tenant_id = t.id and state = 'requested'), 0)::bigint as "requestedMinor",
          coalesce((select sum(amount_minor) from payouts where tenant_id = t.id and state = 'paid'), 0)::bigint as "paidOutMinor"
        from tenants t
        left join ledger_accounts s on s.owner_kind = 'tenant' and s.owner_id = t.id and s.kind = 'sales' and s.currency = t.currency,
          lateral (select ledger_balance(s.id) as balance) b,
          lateral (select held_sales(s.id, ${new Date(clock.now() - limits.holdMs)}) as held) h
        where t.id = ${tenantId}`
      return { ...found(row), holdMs: limits.holdMs }
    },

    statement,

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

    /** @throws Fault `payout_too_large` */
    async request(tenantId: string, personId: string, amountMinor: number, key: string): Promise<PayoutView> {
      const by = keyed(personId, 'POST …/payouts', key, { tenantId, amountMinor })
      const [row] = await untilDecided(
        () => sql<{ answer: { payoutId: string } | Refusal }[]>`
          select request_payout(${personId}, ${by.route}, ${key}, ${by.requestHash}, ${tenantId}, ${amountMinor},
            make_interval(secs => ${limits.holdMs / 1000}), ${new Date(clock.now())}) as answer`,
      )
      return get(decided(found(row).answer))
    },

    async list(asked: Page & { tenantId?: string; state?: PayoutView['state'] | undefined }) {
      const { tenantId, state, after, limit } = asked
      const rows = await sql<PayoutView[]>`
        select ${columns} from payouts where true ${tenantId ? sql`and tenant_id = ${tenantId}` : sql``}
          ${state ? sql`and state = ${state}` : sql``} ${after ? sql`and id < ${after}` : sql``}
        order by id desc limit ${limit + 1}`
      return pageOf(rows, limit)
    },

    /** By the operator. @throws Fault `not_found`, `payout_closed` */
    async close(id: string, personId: string, state: 'paid' | 'refused', note: string): Promise<PayoutView> {
      const [row] = await untilDecided(
        () => sql<{ answer: object | Refusal }[]>`
          select close_payout(${id}, ${state}, ${note}, ${personId}, ${new Date(clock.now())}) as answer`,
      )
      const { answer } = found(row)
      if ('code' in answer) throw refusalOf({ status: 409, response: answer })
      return get(id)
    },
  }
}
