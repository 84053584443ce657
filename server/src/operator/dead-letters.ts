import type { DeadLetterView } from '@shelfcast/shared/api/operator.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { pageOf } from '../kernel/page.ts'

export type DeadLetters = ReturnType<typeof createDeadLetters>

/** Rows of the outbox that were given up. What they carry is not shown: it may be about people. */
export function createDeadLetters({ db: { sql }, outbox }: { db: Db; outbox: Pick<Outbox, 'nudge'> }) {
  return {
    /** Newest first. */
    async list({ after, limit }: { after?: string | undefined; limit: number }) {
      const rows = await sql<DeadLetterView[]>`
        select id::text, topic, key, attempts, coalesce(last_error, '') as error,
          (extract(epoch from created_at) * 1000)::bigint as at
        from outbox where state = 'dead' ${after ? sql`and id < ${after}::bigint` : sql``}
        order by outbox.id desc limit ${limit + 1}`
      return pageOf(rows, limit)
    },

    /** Handlers may see a row twice and read what is so now, so that it is late does no harm. @throws Fault `not_found` */
    async retry(id: string): Promise<void> {
      const { count } = await sql`
        update outbox set state = 'ready', attempts = 0, due_at = now() where id = ${id}::bigint and state = 'dead'`
      if (count === 0) throw new Fault('not_found')
      outbox.nudge()
    },
  }
}
