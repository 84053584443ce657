import { isOfClass, parseDown, type StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import type { Db } from '../kernel/db.ts'
import type { Dropped } from './drops.ts'

/** A state event with the time it was written down. */
export interface LoggedEvent {
  event: StateEvent
  at: number
}

/** Where a room stands, read in one go. */
export interface RoomHead {
  pos: Position
  likes: number
  /** Chat lines that the show says to show in a second; null where it does not say. */
  displayPerS: number | null
}

interface HeadRow {
  showId: string
  epoch: number
  offset: number
  likes: number
  displayPerS: number | null
}

const toHead = ({ epoch, offset, likes, displayPerS }: HeadRow): RoomHead => ({
  pos: [epoch, offset],
  likes,
  displayPerS,
})

export type RoomLog = ReturnType<typeof createRoomLog>

/** The part of the room log that is in Postgres: `room_append` writes it, this reads it. */
export function createRoomLog({ db: { sql } }: { db: Db }) {
  const headColumns = sql`
    h.show_id as "showId", h.epoch, h."offset", h.likes, s.chat_lines_per_s as "displayPerS"`

  return {
    /** Null where the tenant has no such show. */
    async head(tenantId: string, showId: string): Promise<RoomHead | null> {
      const [row] = await sql<HeadRow[]>`
        select ${headColumns} from room_heads h join shows s on s.id = h.show_id
        where h.tenant_id = ${tenantId} and h.show_id = ${showId}`
      return row ? toHead(row) : null
    },

    /** Where these shows' rooms stand, all in one statement. */
    async heads(showIds: readonly string[]): Promise<Map<string, RoomHead>> {
      const rows = await sql<HeadRow[]>`
        select ${headColumns} from room_heads h join shows s on s.id = h.show_id
        where h.show_id = any(${[...showIds]})`
      return new Map(rows.map((row) => [row.showId, toHead(row)]))
    },

    /** How far the database has come: what is read after this call is at least as new. */
    async asOf(): Promise<number> {
      const [row] = await sql<{ asOf: number }[]>`select read_point() as "asOf"`
      return row!.asOf
    },

    /**
     * The events of an epoch after one offset up to another, in order, no older than `ageMsMax`. What cannot be read
     * as an event of this protocol is left out, so that the caller sees a gap.
     */
    async range(
      showId: string,
      epoch: number,
      after: number,
      upTo: number,
      ageMsMax: number,
    ): Promise<LoggedEvent[]> {
      const rows = await sql<{ event: unknown; at: number }[]>`
        select event, (extract(epoch from at) * 1000)::float8 as at from room_log
        where show_id = ${showId} and epoch = ${epoch} and "offset" > ${after} and "offset" <= ${upTo}
          and at > now() - ${ageMsMax} * interval '1 millisecond'
        order by "offset"`
      return rows.flatMap(toLogged)
    },

    /** What happened in a room since its beginning, of these types alone, in order. */
    async record(showId: string, types: readonly StateEvent['t'][]): Promise<LoggedEvent[]> {
      const rows = await sql<{ event: unknown; at: number }[]>`
        select event, (extract(epoch from at) * 1000)::float8 as at from room_log
        where show_id = ${showId} and event ->> 't' = any(${[...types]}) order by epoch, "offset"`
      return rows.flatMap(toLogged)
    },

    /** Adds to the rooms' likes, all in one statement. @returns the new totals by show */
    async addLikes(added: ReadonlyMap<string, number>): Promise<Map<string, number>> {
      const rows = await sql<{ showId: string; likes: number }[]>`
        update room_heads h set likes = h.likes + a.n
        from unnest(${[...added.keys()]}::text[], ${[...added.values()]}::bigint[]) as a(show_id, n)
        where h.show_id = a.show_id returning h.show_id as "showId", h.likes`
      return new Map(rows.map((row) => [row.showId, row.likes]))
    },

    /** Adds to what the shows' rooms did not deliver, all in one statement. */
    async addDrops(dropped: readonly Dropped[]): Promise<void> {
      const rows = dropped.map((one) => ({ ...one }))
      await sql`
        insert into room_drops as d (tenant_id, show_id, class, reason, events)
        select s.tenant_id, s.id, r.class, r.reason, r.events
        from jsonb_to_recordset(${sql.json(rows)})
          as r("showId" text, class text, reason text, events bigint)
        join shows s on s.id = r."showId"
        on conflict (show_id, class, reason) do update set events = d.events + excluded.events`
    },

    /** What a show's room did not deliver so far, and who fell behind, on all nodes; the most first. */
    async drops(tenantId: string, showId: string): Promise<Pick<Dropped, 'class' | 'reason' | 'events'>[]> {
      return await sql<Pick<Dropped, 'class' | 'reason' | 'events'>[]>`
        select class, reason, events from room_drops
        where tenant_id = ${tenantId} and show_id = ${showId} order by events desc, class, reason`
    },
  }
}

function toLogged({ event, at }: { event: unknown; at: number }): LoggedEvent[] {
  const parsed = parseDown(event)
  return parsed && isOfClass(parsed, 'state') ? [{ event: parsed, at }] : []
}
