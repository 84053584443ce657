import type { RecordingView } from '@shelfcast/shared/api/replays.ts'
import type { Db } from '../kernel/db.ts'
import type { PictureSource, SegmentRow, TakeRow } from './timeline.ts'

/** Why a part of a recording is missing. */
export type Trouble = NonNullable<RecordingView['trouble']>

export interface ReplayRow {
  tenantId: string
  showId: string
  status: 'recording' | 'ready' | 'deleted'
  hidden: boolean
  trouble: Trouble | null
  clipsMissing: boolean
  /** As the tenant's days are now; null before it is ready. */
  expiresAt: number | null
}

export type RecordingStore = ReturnType<typeof createStore>

/** The rows of recordings. A segment has a row only once its bytes are in storage. */
export function createStore({ sql }: Db) {
  /** Of a replay `r`, by its tenant's days as they are now. */
  const expiresAt = sql`(select s.ended_at + t.replay_days * interval '1 day'
    from shows s join tenants t on t.id = s.tenant_id where s.tenant_id = r.tenant_id and s.id = r.show_id)`
  const columns = sql`r.tenant_id as "tenantId", r.show_id as "showId", r.status, r.hidden, r.trouble,
    r.clips_missing as "clipsMissing",
    case when r.status = 'ready' then floor(extract(epoch from ${expiresAt}) * 1000)::float8 end as "expiresAt"`
  const takeColumns = sql`
    t.id, t.person_id as "personId", t.source, floor(extract(epoch from t.started_at) * 1000)::float8 as "startedAt",
    coalesce((
      select jsonb_agg(jsonb_build_object('seq', s.seq, 'fromMs', s.from_ms, 'durationMs', s.duration_ms)
                       order by s.seq)
      from take_segments s where s.tenant_id = t.tenant_id and s.take_id = t.id
    ), '[]') as segments`

  return {
    async openTake(take: {
      tenantId: string
      id: string
      showId: string
      personId: string
      source: PictureSource
      at: number
    }): Promise<void> {
      await sql`
        with replay as (
          insert into replays (tenant_id, show_id) values (${take.tenantId}, ${take.showId})
          on conflict (tenant_id, show_id) do update set status = 'recording' where replays.status = 'ready'
        )
        insert into takes (tenant_id, id, show_id, person_id, source, started_at)
        values (${take.tenantId}, ${take.id}, ${take.showId}, ${take.personId}, ${take.source},
          ${new Date(take.at)})`
    },

    async addSegment(
      tenantId: string,
      takeId: string,
      segment: SegmentRow & { bytes: number },
    ): Promise<void> {
      await sql`
        insert into take_segments (tenant_id, take_id, seq, from_ms, duration_ms, bytes)
        values (${tenantId}, ${takeId}, ${segment.seq}, ${segment.fromMs}, ${segment.durationMs}, ${segment.bytes})
        on conflict do nothing`
    },

    /** A take without a segment goes, for there is nothing to show. @returns whether anything of it is kept */
    async endTake(tenantId: string, takeId: string): Promise<boolean> {
      const [row] = await sql<{ kept: boolean }[]>`
        with held as materialized (
          select exists (select from take_segments where tenant_id = ${tenantId} and take_id = ${takeId}) as kept
        ), gone as (
          delete from takes using held where tenant_id = ${tenantId} and id = ${takeId} and not held.kept
        ), ended as (
          update takes set ended_at = coalesce(ended_at, now()) from held
          where tenant_id = ${tenantId} and id = ${takeId} and held.kept
        )
        select kept from held`
      return row!.kept
    },

    /** Ends takes whose process died: nothing was added to them for `staleMs`. */
    async endStale(staleMs: number): Promise<void> {
      await sql`
        update takes t set ended_at = now()
        where t.ended_at is null and t.started_at < now() - ${staleMs} * interval '1 millisecond'
          and not exists (
            select from take_segments s
            where s.tenant_id = t.tenant_id and s.take_id = t.id
              and s.created_at > now() - ${staleMs} * interval '1 millisecond')`
    },

    async trouble(tenantId: string, showId: string, trouble: Trouble): Promise<void> {
      await sql`
        insert into replays (tenant_id, show_id, trouble) values (${tenantId}, ${showId}, ${trouble})
        on conflict (tenant_id, show_id) do update set trouble = excluded.trouble`
    },

    async replay(tenantId: string, showId: string): Promise<ReplayRow | null> {
      const [row] = await sql<ReplayRow[]>`
        select ${columns} from replays r where tenant_id = ${tenantId} and show_id = ${showId}`
      return row ?? null
    },

    /** All takes of a show with what is in storage of them, in the order in which they began. */
    async takes(tenantId: string, showId: string): Promise<TakeRow[]> {
      return await sql<TakeRow[]>`
        select ${takeColumns} from takes t where t.tenant_id = ${tenantId} and t.show_id = ${showId}
        order by t.started_at, t.id`
    },

    async take(id: string): Promise<TakeRow | null> {
      const [row] = await sql<TakeRow[]>`select ${takeColumns} from takes t where t.id = ${id}`
      return row ?? null
    },

    /**
     * A show that has ended and waits for its clips, for one process at a time; null where there is none.
     * @param againMs how long after its end clips that are missing are tried again
     */
    async claimEnded(
      againAfterMs: number,
      endedForMs: number,
      againMs: number,
    ): Promise<{ tenantId: string; showId: string } | null> {
      const [row] = await sql<{ tenantId: string; showId: string }[]>`
        update replays r set claimed_at = now()
        where (r.tenant_id, r.show_id) in (
          select q.tenant_id, q.show_id from replays q join shows s on s.tenant_id = q.tenant_id and s.id = q.show_id
          where s.status = 'ended'
            and (q.status = 'recording' or (q.status = 'ready' and q.clips_missing
              and s.ended_at > now() - ${againMs} * interval '1 millisecond'))
            and s.ended_at <= now() - ${endedForMs} * interval '1 millisecond'
            and (q.claimed_at is null or q.claimed_at < now() - ${againAfterMs} * interval '1 millisecond')
            and not exists (
              select from takes t
              where t.tenant_id = q.tenant_id and t.show_id = q.show_id and t.ended_at is null)
          limit 1 for update of q skip locked)
        returning r.tenant_id as "tenantId", r.show_id as "showId"`
      return row ?? null
    },

    /** Viewers may see it. One with clips missing stays claimed, so that they are tried again later and not at once. */
    async ready(tenantId: string, showId: string, clipsMissing: boolean): Promise<void> {
      await sql`
        update replays set status = 'ready', clips_missing = ${clipsMissing},
          claimed_at = case when ${clipsMissing} then now() end
        where tenant_id = ${tenantId} and show_id = ${showId} and status in ('recording', 'ready')`
    },

    async setHidden(tenantId: string, showId: string, hidden: boolean): Promise<ReplayRow | null> {
      const [row] = await sql<ReplayRow[]>`
        update replays r set hidden = ${hidden}
        where tenant_id = ${tenantId} and show_id = ${showId} and status <> 'deleted' returning ${columns}`
      return row ?? null
    },

    /** Replays whose time is over, and those whose deletion was cut off. */
    async expired(max: number): Promise<{ tenantId: string; showId: string }[]> {
      return await sql<{ tenantId: string; showId: string }[]>`
        select tenant_id as "tenantId", show_id as "showId" from replays r
        where (status = 'ready' and ${expiresAt} < now()) or (status = 'deleted' and (
          exists (select from takes t where t.tenant_id = r.tenant_id and t.show_id = r.show_id)
          or exists (select from clips c where c.tenant_id = r.tenant_id and c.show_id = r.show_id)))
        order by show_id limit ${max}`
    },

    /** What storage holds of a replay. */
    async objects(
      tenantId: string,
      showId: string,
    ): Promise<{ takeIds: string[]; clipIds: string[]; bytes: number }> {
      const [row] = await sql<{ takeIds: string[]; clipIds: string[]; bytes: number }[]>`
        select array(select id from takes where tenant_id = ${tenantId} and show_id = ${showId}) as "takeIds",
          array(select id from clips where tenant_id = ${tenantId} and show_id = ${showId}) as "clipIds",
          ((select coalesce(sum(s.bytes), 0) from take_segments s
             join takes t on t.tenant_id = s.tenant_id and t.id = s.take_id
             where t.tenant_id = ${tenantId} and t.show_id = ${showId})
           + (select coalesce(sum(bytes), 0) from clips where tenant_id = ${tenantId} and show_id = ${showId})
          )::float8 as bytes`
      return row!
    },

    /** From here on nobody is shown it. */
    async markDeleted(tenantId: string, showId: string): Promise<void> {
      await sql`
        update replays set status = 'deleted', trouble = null, clips_missing = false
        where tenant_id = ${tenantId} and show_id = ${showId}`
    },

    /** Storage holds nothing of it any more. */
    async forget(tenantId: string, showId: string): Promise<void> {
      await sql`
        with takes_gone as (delete from takes where tenant_id = ${tenantId} and show_id = ${showId})
        delete from clips where tenant_id = ${tenantId} and show_id = ${showId}`
    },

    /** Those of the ids that no take has, or no clip. */
    async unknown(ids: readonly string[], of: 'takes' | 'clips'): Promise<string[]> {
      const rows = await sql<{ id: string }[]>`
        select id from unnest(${[...ids]}::text[]) as found(id)
        where not exists (select from ${sql(of)} o where o.id = found.id)`
      return rows.map(({ id }) => id)
    },

    /** Whether viewers may have the bytes of a take or a clip. */
    async isShown(id: string): Promise<boolean> {
      const [row] = await sql<{ shown: boolean }[]>`
        select exists (
          select from (
            select tenant_id, show_id from takes where id = ${id}
            union all select tenant_id, show_id from clips where id = ${id}) o
          join replays r on r.tenant_id = o.tenant_id and r.show_id = o.show_id
          where not r.hidden and r.status <> 'deleted'
        ) as shown`
      return row!.shown
    },
  }
}
