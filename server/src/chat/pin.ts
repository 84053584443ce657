import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import type { Rooms } from '../rooms/index.ts'

interface Order {
  tenantId: string
  showId: string
  /** null takes the pin away. */
  lineId: string | null
}

type Told = { line: ChatLine | null; epoch: number; offset: number }

/** The one line that stands above a show's chat. The change and what the room is told commit together. */
export function createLinePin(deps: {
  db: Db
  rooms: Pick<Rooms, 'publish'>
  writer: { flush(): Promise<void> }
}) {
  const { rooms, writer } = deps
  const { sql } = deps.db
  const lineColumns = sql`jsonb_build_object(
    'id', l.id, 'personId', l.person_id, 'name', l.name, 'role', l.role, 'text', l.text,
    'at', (extract(epoch from l.created_at) * 1000)::bigint)`

  const pin = ({ tenantId, showId, lineId }: Order) => sql<Told[]>`
    with line as (
      select l.id, ${lineColumns} as shown from chat_lines l
      where l.tenant_id = ${tenantId} and l.show_id = ${showId} and l.id = ${lineId} and l.deleted_at is null
    ), kept as (
      insert into pinned_lines (tenant_id, show_id, line_id) select ${tenantId}, ${showId}, id from line
      on conflict (tenant_id, show_id) do update set line_id = excluded.line_id, created_at = now()
    )
    select line.shown as line, pos.epoch, pos."offset" from line, lateral room_append(${tenantId}, ${showId},
      jsonb_build_object('t', 'pinned_line', 'line', line.shown)) pos`

  const unpin = ({ tenantId, showId }: Order) => sql<Told[]>`
    with show as (
      select id from shows where tenant_id = ${tenantId} and id = ${showId}
    ), gone as (
      delete from pinned_lines where tenant_id = ${tenantId} and show_id = ${showId}
    )
    select null as line, pos.epoch, pos."offset" from show, lateral room_append(${tenantId}, ${showId},
      '{"t": "pinned_line", "line": null}') pos`

  return {
    /** @throws Fault `not_found` where the tenant's show has no such line, or it was taken away */
    async pinLine(order: Order): Promise<void> {
      await writer.flush() // the line may still wait to be written
      const [told] = await (order.lineId === null ? unpin(order) : pin(order))
      const { line, epoch, offset } = found(told)
      rooms.publish(order.showId, { t: 'pinned_line', pos: [epoch, offset], line })
    },

    async pinnedLine(showId: string): Promise<ChatLine | null> {
      const [row] = await sql<{ line: ChatLine }[]>`
        select ${lineColumns} as line from pinned_lines p
        join chat_lines l on l.tenant_id = p.tenant_id and l.id = p.line_id
        where p.show_id = ${showId} and l.deleted_at is null`
      return row?.line ?? null
    },
  }
}
