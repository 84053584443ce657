import type { ShowEvent, ShowEventType } from '@shelfcast/shared/api/show-record.ts'
import type { Db } from '../kernel/db.ts'
import { pageOf } from '../kernel/page.ts'

export type ShowRecordReader = ReturnType<typeof createShowRecord>

/**
 * The room log as the show's merchant reads it, for disputes and audit: every state event with its time. Nothing of it
 * is ever changed or dropped; the chapters of a replay follow from it too.
 */
export function createShowRecord({ db: { sql } }: { db: Db }) {
  return {
    /** Newest first; `after` is an event's id, `epoch.offset`. */
    async page(
      tenantId: string,
      showId: string,
      page: { after?: string | undefined; type?: ShowEventType | undefined; limit: number },
    ): Promise<{ items: ShowEvent[]; next: string | null }> {
      const [epoch, offset] = page.after?.split('.').map(Number) ?? []
      const before =
        epoch === undefined || offset === undefined
          ? sql``
          : sql`and (epoch, "offset") < (${epoch}, ${offset})`
      const rows = await sql<ShowEvent[]>`
        select epoch || '.' || "offset" as id, (extract(epoch from at) * 1000)::bigint as at,
          event ->> 't' as type, event
        from room_log
        where tenant_id = ${tenantId} and show_id = ${showId}
          ${page.type ? sql`and event ->> 't' = ${page.type}` : sql``} ${before}
        order by room_log.epoch desc, room_log."offset" desc limit ${page.limit + 1}`
      return pageOf(rows, page.limit)
    },
  }
}
