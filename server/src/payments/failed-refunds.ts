import type { FailedRefundView } from '@shelfcast/shared/api/payments.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { type Refusal, refusalOf } from '../kernel/idempotency.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { pageOf } from '../kernel/page.ts'
import { untilDecided } from '../kernel/retry.ts'

type Asked = { after?: string | undefined; limit: number }

type RefundRemedy = { how: 'again' } | { how: 'elsewhere'; note: string }

/**
 * Refunds that a provider refused for good and that nobody has seen to. The operator sees all of them, a merchant those
 * of its own word: money that goes back by itself was never the merchant's.
 */
export function createFailedRefunds(deps: { db: Db; outbox: Pick<Outbox, 'nudge'>; clock: Clock }) {
  const { outbox, clock } = deps
  const { sql } = deps.db

  return {
    async list(tenantId: string | null, { after, limit }: Asked) {
      const rows = await sql<FailedRefundView[]>`
        select r.id, r.tenant_id as "tenantId", t.name as merchant, r.order_id as "orderId", r.amount_minor as "amountMinor",
          p.currency, p.provider, coalesce(r.refusal, '') as refusal, r.reason, r.requested_by is null as "byItself",
          (extract(epoch from r.created_at) * 1000)::bigint as at
        from refunds r join payments p on p.id = r.payment_id join tenants t on t.id = r.tenant_id
        where r.status = 'failed' and refund_waits(r)
          ${tenantId === null ? sql`` : sql`and r.tenant_id = ${tenantId} and r.requested_by is not null`}
          ${after ? sql`and r.id < ${after}` : sql``}
        order by r.id desc limit ${limit + 1}`
      return pageOf(rows, limit)
    },

    /**
     * By the operator; the merchant's staff do it in orders/fulfil.ts.
     * @throws Fault `not_found`, `refund_settled`, `refund_too_large`, `order_transition_refused`
     */
    async remedy(refundId: string, personId: string, remedy: RefundRemedy): Promise<void> {
      const note = remedy.how === 'elsewhere' ? remedy.note : ''
      const [row] = await untilDecided(
        () => sql<{ answer: object | Refusal }[]>`
          select settle_failed_refund(null, ${refundId}, ${remedy.how}, ${note}, ${personId}, ${new Date(clock.now())}) as answer`,
      )
      const { answer } = found(row)
      if ('code' in answer) throw refusalOf({ status: 409, response: answer })
      outbox.nudge()
    },
  }
}
