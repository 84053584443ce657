import type { ShowStatus } from '@shelfcast/shared/protocol/parts.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Rooms } from '../rooms/index.ts'
import { roomShow, type ShowRecord, showColumns } from './records.ts'
import { HOST_ROLES, statusesBefore } from './rules.ts'
import { isoTime, refuseForeign } from './writes.ts'

/** What is left out stays as it is. */
export type ShowChange = {
  title?: string | undefined
  description?: string | undefined
  coverId?: string | null | undefined
  /** Milliseconds since 1970; null for no time. */
  scheduledAt?: number | null | undefined
  /** Null for as many as the server shows otherwise. */
  chatLinesPerS?: number | null | undefined
  /** The first leads. */
  hostIds?: string[] | undefined
}

/** The life of a show: live, away, live again, ended. Each step is one statement that also logs the room event. */
export function createLife(deps: {
  db: Db
  rooms: Pick<Rooms, 'publish'>
  /** @throws Fault `not_found` */
  get(tenantId: string, showId: string): Promise<ShowRecord>
  log: Log
}) {
  const {
    db: { sql },
    rooms,
    get,
    log,
  } = deps
  const listeners = new Set<(show: ShowRecord) => void>()

  type Told = ShowRecord & { epoch: number; offset: number }

  /** The end of each statement below: `changed` is the row it changed, and the room's log gets it. */
  const logged = sql`
    select ${showColumns(sql)}, pos.epoch, pos."offset"
    from changed, lateral room_append(tenant_id, id, jsonb_build_object('t', 'show', 'show', jsonb_build_object(
      'id', id, 'title', title, 'status', status, 'hostAway', host_away_since is not null,
      'scheduledAt', floor(extract(epoch from scheduled_at) * 1000)::bigint,
      'startedAt', floor(extract(epoch from started_at) * 1000)::bigint))) pos`

  function tell({ epoch, offset, ...show }: Told): ShowRecord {
    rooms.publish(show.id, { t: 'show', pos: [epoch, offset], show: roomShow(show) })
    return show
  }

  /** Moves the show if its status allows it; null where it does not (or there is no such show). */
  async function move(
    tenantId: string,
    showId: string,
    to: ShowStatus,
    { hostAway = false, fence = null }: { hostAway?: boolean; fence?: number | null } = {},
  ): Promise<ShowRecord | null> {
    const [row] = await sql<Told[]>`
      with changed as (
        update shows set
          status = ${to},
          host_away_since = ${hostAway ? sql`now()` : sql`null`},
          started_at = case when ${to} = 'live' then coalesce(started_at, now()) else started_at end,
          ended_at = case when ${to} = 'ended' then now() end,
          layout = case when ${to} <> 'ended' then layout end
        where tenant_id = ${tenantId} and id = ${showId} and status = any(${statusesBefore(to)})
          and home_fence <= coalesce(${fence}::bigint, home_fence)
        returning *
      ) ${logged}`
    if (!row) return null
    const show = tell(row)
    for (const listener of listeners) listener(show)
    log.info({ showId, status: show.status, hostAway }, 'show moved')
    return show
  }

  /** With a `fence` a step is taken by the show's home, and has no effect once there is a newer one. */
  return {
    /**
     * A process becomes the show's home, by the claim with this fence.
     * @returns the newest claim's fence: where it is another, a newer one has it. @throws Fault `not_found`
     */
    async settle(
      tenantId: string,
      showId: string,
      fence: number,
    ): Promise<{ fence: number; status: ShowStatus }> {
      const [row] = await sql<{ fence: number; status: ShowStatus }[]>`
        update shows set home_fence = greatest(home_fence, ${fence}::bigint)
        where tenant_id = ${tenantId} and id = ${showId} returning home_fence as fence, status`
      return found(row)
    },

    /** Scheduled or paused -> live; a live show stays as it is. @throws Fault `show_transition_refused` */
    async goLive(tenantId: string, showId: string, fence: number | null = null): Promise<ShowRecord> {
      const moved = await move(tenantId, showId, 'live', { fence })
      if (moved) return moved
      const show = await get(tenantId, showId)
      if (show.status !== 'live')
        throw new Fault('show_transition_refused', { extra: { status: show.status } })
      return show
    },

    /** The host dropped: live -> paused, and the viewers are told that the host will be back. */
    async hostAway(tenantId: string, showId: string, fence: number | null = null): Promise<void> {
      await move(tenantId, showId, 'paused', { hostAway: true, fence })
    },

    /** Ends the show for good; ending an ended show changes nothing. */
    async end(tenantId: string, showId: string, fence: number | null = null): Promise<ShowRecord> {
      return (await move(tenantId, showId, 'ended', { fence })) ?? get(tenantId, showId)
    },

    /** Changes what is given. @throws Fault `not_found`, `invalid_input` for hosts or a cover from elsewhere */
    async change(
      tenantId: string,
      showId: string,
      { scheduledAt, ...rest }: ShowChange,
    ): Promise<ShowRecord> {
      const change = { ...rest, ...(scheduledAt === undefined ? {} : { scheduledAt: isoTime(scheduledAt) }) }
      const [row] = await sql<Told[]>`
        with changed as (
          select * from change_show(${tenantId}, ${showId}, ${sql.json(change)}, ${HOST_ROLES})
        ) ${logged}`.catch(refuseForeign)
      return tell(found(row))
    },

    /** Calls `listener` after every move. @returns how to stop it */
    onStatus(listener: (show: ShowRecord) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
