import type { address, OrderStatus, OrderView } from '@shelfcast/shared/api/orders.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { type Refusal, refusalOf } from '../kernel/idempotency.ts'
import { newId } from '../kernel/ids.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { untilDecided } from '../kernel/retry.ts'
import { whyNot } from './rules.ts'

/** What buyers do with their own orders. `@throws Fault` of each: `not_found`, `order_transition_refused`. */
export function createOwn(deps: {
  db: Db
  outbox: Pick<Outbox, 'nudge'>
  clock: Clock
  limits: Limits['orders']
  views: { mine(personId: string, orderId: string): Promise<OrderView> }
}) {
  const { outbox, clock, limits, views } = deps
  const { sql } = deps.db
  const now = () => new Date(clock.now())

  function refused(from: OrderStatus, to: OrderStatus): Fault {
    const detail = whyNot(from, to, 'buyer') ?? 'The order was changing; try again.'
    return new Fault('order_transition_refused', { detail, extra: { status: from } })
  }

  return {
    /** Cancels an order before it is paid. */
    async cancel(personId: string, orderId: string): Promise<OrderView> {
      await views.mine(personId, orderId)
      const closed = await untilDecided(
        () =>
          sql`select close_orders(array[${orderId}::text], 'cancelled', ${personId}, 'by the buyer', ${now()})`,
      )
      const order = await views.mine(personId, orderId)
      if (closed.length === 0) throw refused(order.status, 'cancelled')
      outbox.nudge()
      return order
    },

    /** Everything has come: the order is delivered, and completed. Said again, it stays so. */
    async received(personId: string, orderId: string): Promise<OrderView> {
      const [row] = await untilDecided(
        () => sql<{ answer: object | Refusal }[]>`
          select receive_order(tenant_id, id, ${personId}, ${now()}) as answer
          from orders where id = ${orderId} and person_id in (select person_ids(${personId}))`,
      )
      const { answer } = found(row)
      const order = await views.mine(personId, orderId)
      if ('code' in answer) throw refused(order.status, 'delivered')
      outbox.nudge()
      return order
    },

    /** Changes where an unpacked order goes. @throws also `address_region_fixed` */
    async changeAddress(personId: string, orderId: string, to: z.output<typeof address>): Promise<OrderView> {
      const [row] = await untilDecided(
        () => sql<{ answer: object | Refusal; changes: number }[]>`
          select case when n.changes < ${limits.addressChangesMax} then
              change_order_address(o.tenant_id, o.id, ${JSON.stringify(to)}::text::jsonb, ${newId('not')}, ${personId}, ${now()})
            end as answer, n.changes
          from orders o, lateral (select count(*)::int as changes from order_notes
            where tenant_id = o.tenant_id and order_id = o.id and kind = 'address_changed') n
          where o.id = ${orderId} and o.person_id in (select person_ids(${personId}))`,
      )
      const { answer, changes } = found(row)
      if (changes >= limits.addressChangesMax) {
        throw new Fault('order_transition_refused', {
          detail: 'The address was changed too often; ask the shop.',
        })
      }
      const order = await views.mine(personId, orderId)
      if ('code' in answer) {
        if (answer.code !== 'order_transition_refused') throw refusalOf({ status: 409, response: answer })
        const detail = `The order is ${order.status}; its address can be changed before it is packed.`
        throw new Fault(answer.code, { detail, extra: { status: order.status } })
      }
      outbox.nudge()
      return order
    },
  }
}
