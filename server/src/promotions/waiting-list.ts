import { wait as waitEvent } from '@shelfcast/shared/protocol/down/wait.ts'
import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { SaleWait } from '@shelfcast/shared/protocol/parts.ts'
import { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { type Refusal, refusalOf } from '../kernel/idempotency.ts'
import { newId } from '../kernel/ids.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { createRate } from '../kernel/rate.ts'
import type { Redis } from '../kernel/redis.ts'
import { untilDecided } from '../kernel/retry.ts'

export interface WaitingListDeps {
  db: Db
  redis: Redis
  rooms: { tell(showId: string, personId: string, event: DownOf<'personal'>): void }
  outbox: Pick<Outbox, 'on' | 'nudge'>
  clock: Clock
  limits: Limits['sales']
}

/** What the outbox says of a place: read back here, so parsed. */
const changed = z.object({ showId: z.string(), personId: z.string(), wait: waitEvent.schema.shape.wait })

const TEN_S = 10

/**
 * Waiting lists of flash sales that are sold out. Postgres offers what comes free to the first who waits, in the same
 * transaction in which it comes free (`offer_freed`), so neither Redis nor anybody else ever sees it; the outbox tells
 * the person. An offer that lapses goes to the next in the same way: a process that dies here leaves nothing half done.
 */
export function createWaitingList({ db: { sql }, redis, rooms, outbox, clock, limits }: WaitingListDeps) {
  const asks = createRate(redis, 'wait', { times: limits.waitsPerPersonPer10SMax, inS: TEN_S })
  const now = () => new Date(clock.now())

  outbox.on('sale.wait', (payload) => {
    const { showId, personId, wait } = changed.parse(payload)
    rooms.tell(showId, personId, { t: 'wait', wait })
  })

  return {
    /**
     * A place at the end of the list, or the one that this person has.
     * @throws Fault `not_found`, `sale_not_running`, `waiting_list_closed`, `waiting_list_full`, `buyer_limit`,
     *   `too_many_requests`
     */
    async join(showId: string, saleId: string, personId: string): Promise<SaleWait> {
      await asks.spend(personId)
      const [row] = await untilDecided(
        () => sql<{ answer: { wait: SaleWait } | Refusal }[]>`
          select join_waiting_list(tenant_id, ${showId}, ${saleId}, ${personId}, ${newId('wtr')},
            ${limits.waitersPerSaleMax}, ${limits.offerMs}, ${now()}) as answer
          from flash_sales where id = ${saleId}`,
      )
      const { answer } = found(row)
      if ('code' in answer) throw refusalOf({ status: 409, response: answer })
      return answer.wait
    },

    /** Gives the place up. @returns whether there was one */
    async leave(showId: string, saleId: string, personId: string): Promise<boolean> {
      const [row] = await untilDecided(
        () => sql<{ left: boolean }[]>`
          select leave_waiting_list(tenant_id, id, array(select person_ids(${personId}))) as left
          from flash_sales where id = ${saleId} and show_id = ${showId}`,
      )
      outbox.nudge()
      return found(row).left
    },

    /** A person's places in a show, as they stand; of those that are over none. */
    async mine(showId: string, personId: string): Promise<SaleWait[]> {
      const rows = await sql<{ wait: SaleWait }[]>`
        select wait_view(w) as wait from flash_sales f
        join sale_waiters w on w.tenant_id = f.tenant_id and w.sale_id = f.id
          and w.person_id in (select person_ids(${personId})) and w.status in ('waiting', 'offered')
        where f.show_id = ${showId} and f.status in ('countdown', 'running') order by w.place`
      return rows.map((row) => row.wait)
    },

    /** Lets offers lapse whose time is over, and ends the lists of sales that ended. @returns how many places changed */
    async sweep(): Promise<number> {
      const due = await sql<{ tenantId: string; saleId: string }[]>`
        select distinct w.tenant_id as "tenantId", w.sale_id as "saleId"
        from sale_waiters w join flash_sales f on f.tenant_id = w.tenant_id and f.id = w.sale_id
        where w.status in ('waiting', 'offered')
          and (w.offer_until <= ${now()} or not sale_is_open(f, ${now()}))
        limit ${limits.waitingSalesSweptMax}`
      let count = 0
      for (const { tenantId, saleId } of due) {
        const [row] = await untilDecided(
          () =>
            sql<{ count: number }[]>`select sweep_waiting_list(${tenantId}, ${saleId}, ${now()}) as count`,
        )
        count += found(row).count
      }
      if (count > 0) outbox.nudge()
      return count
    },
  }
}
