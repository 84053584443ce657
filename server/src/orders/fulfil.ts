import type * as api from '@shelfcast/shared/api/fulfilment.ts'
import type { address, OrderStatus } from '@shelfcast/shared/api/orders.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { keyed, type Refusal, refusalOf } from '../kernel/idempotency.ts'
import { newId } from '../kernel/ids.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { untilDecided } from '../kernel/retry.ts'
import { whyNot } from './rules.ts'
import { whole } from './worked.ts'

type Body<C extends { body: z.ZodType }> = z.output<C['body']>
type Moved = { status: string } | { refundId: string } | Refusal
/** What is done with a failed refund; a note says how the buyer was paid another way. */
type RefundRemedy = { how: 'again' } | { how: 'elsewhere'; note: string }

/** Who works on which order. */
export interface Work {
  tenantId: string
  orderId: string
  personId: string
}

/**
 * What a merchant's staff do with an order. Each move is one SQL function, which guards it under the row's lock; what
 * it refuses is told in the words of rules.ts. `@throws Fault` of each: `not_found`, `order_transition_refused`.
 */
export function createFulfilment(deps: {
  db: Db
  outbox: Pick<Outbox, 'nudge'>
  clock: Clock
  limits: Limits['orders']
}) {
  const { db, outbox, clock, limits } = deps
  const { sql } = db
  const now = () => new Date(clock.now())

  /** Makes a move and shows the order as it is then. */
  async function move(work: Work, to: OrderStatus, send: () => Promise<readonly { answer: Moved }[]>) {
    const [row] = await untilDecided(send)
    const { answer } = found(row)
    if ('code' in answer) throw explained(answer, to)
    outbox.nudge()
    return whole(db, work.tenantId, work.orderId)
  }

  function explained(refusal: Refusal, to: OrderStatus): Fault {
    if (refusal.code !== 'order_transition_refused') return refusalOf({ status: 409, response: refusal })
    const from = refusal.extra?.status as OrderStatus
    const detail = whyNot(from, to, 'merchant') ?? 'There is nothing left to do that with.'
    return new Fault(refusal.code, { detail, extra: { status: from } })
  }

  return {
    /** The order with all that happened to it. */
    worked: (tenantId: string, orderId: string) => whole(db, tenantId, orderId),

    pack: (work: Work) =>
      move(
        work,
        'packed',
        () => sql`select pack_order(${work.tenantId}, ${work.orderId}, ${work.personId}, ${now()}) as answer`,
      ),

    /** @throws also `parcel_too_large` */
    ship: (work: Work, parcel: Body<typeof api.shipOrder>) =>
      move(
        work,
        'shipped',
        () => sql`
          select ship_order(${work.tenantId}, ${work.orderId}, ${JSON.stringify({ id: newId('pcl'), ...parcel })}::text::jsonb,
            ${work.personId}, ${now()}) as answer`,
      ),

    deliver: (work: Work, parcelId: string) =>
      move(
        work,
        'delivered',
        () => sql`
          select deliver_parcel(${work.tenantId}, ${work.orderId}, ${parcelId}, ${work.personId}, ${now()}) as answer`,
      ),

    /** The provider is asked afterwards, by the outbox. Once per key. @throws also `refund_too_large` */
    refund(work: Work, refund: Body<typeof api.refundOrder>, key: string) {
      const { tenantId, orderId, personId } = work
      const by = keyed(personId, 'POST …/orders/:orderId/refunds', key, { tenantId, orderId, refund })
      return move(
        work,
        'refunding',
        () => sql`
          select refund_order(${tenantId}, ${orderId}, ${personId}, ${by.route}, ${key}, ${by.requestHash},
            ${JSON.stringify(refund)}::text::jsonb, ${now()}) as answer`,
      )
    },

    /** Of a refund that the payment provider refused for good. @throws also `refund_settled`, `refund_too_large` */
    remedyRefund({ tenantId, orderId, personId }: Work, refundId: string, remedy: RefundRemedy) {
      const note = remedy.how === 'elsewhere' ? remedy.note : ''
      return move(
        { tenantId, orderId, personId },
        'refunding',
        () => sql`
          select settle_failed_refund(${tenantId}, id, ${remedy.how}, ${note}, ${personId}, ${now()}) as answer
          from refunds where tenant_id = ${tenantId} and order_id = ${orderId} and id = ${refundId}`,
      )
    },

    /** @throws also `address_region_fixed` */
    changeAddress: (work: Work, to: z.output<typeof address>) =>
      move(
        work,
        'packed',
        () => sql`
          select change_order_address(${work.tenantId}, ${work.orderId}, ${JSON.stringify(to)}::text::jsonb,
            ${newId('not')}, ${work.personId}, ${now()}) as answer`,
      ),

    /** The whole address, and a record of who asked for it and why, in one statement. */
    async unmask({ tenantId, orderId, personId }: Work, reason: string) {
      const [row] = await sql<{ address: z.output<typeof address> }[]>`
        with kept as (
          insert into order_notes (tenant_id, id, order_id, person_id, kind, text, created_at)
          select tenant_id, ${newId('not')}, id, ${personId}, 'unmasked', ${reason}, ${now()}
          from orders where tenant_id = ${tenantId} and id = ${orderId} returning tenant_id, order_id
        )
        select o.address from kept k join orders o on o.tenant_id = k.tenant_id and o.id = k.order_id`
      return found(row).address
    },

    /** @throws Fault `not_found`, `too_many_notes` */
    async note({ tenantId, orderId, personId }: Work, text: string) {
      const [row] = await sql<{ written: boolean }[]>`
        with asked as (
          select tenant_id, id, (select count(*) from order_notes n
            where n.tenant_id = o.tenant_id and n.order_id = o.id and n.kind = 'note') as notes
          from orders o where tenant_id = ${tenantId} and id = ${orderId}
        ), written as (
          insert into order_notes (tenant_id, id, order_id, person_id, kind, text, created_at)
          select tenant_id, ${newId('not')}, id, ${personId}, 'note', ${text}, ${now()}
          from asked where notes < ${limits.notesPerOrderMax} returning 1
        )
        select exists (select from written) as written from asked`
      if (!found(row).written) throw new Fault('too_many_notes', { extra: { max: limits.notesPerOrderMax } })
      return whole(db, tenantId, orderId)
    },

    /** What time does to orders on their way. @returns how many it moved */
    async advance(): Promise<number> {
      const at = clock.now()
      const [row] = await untilDecided(
        () => sql<{ count: number }[]>`
          select advance_orders(${new Date(at)}, ${new Date(at - limits.deliveredAfterMs)},
            ${new Date(at - limits.completedAfterMs)}, ${limits.sweptMax}) as count`,
      )
      const count = row?.count ?? 0
      if (count > 0) outbox.nudge()
      return count
    },
  }
}
