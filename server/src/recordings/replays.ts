import type { ClipView, RecordingView, ReplayView } from '@shelfcast/shared/api/replays.ts'
import { REPLAY_LINES_MAX, REPLAY_LINES_MS_MAX } from '@shelfcast/shared/api/replays.ts'
import { arrange } from '@shelfcast/shared/layout.ts'
import type { ChatRole } from '@shelfcast/shared/protocol/parts.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { keepFresh } from '../kernel/fresh.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import type { RoomLog } from '../rooms/index.ts'
import type { Shows } from '../shows/index.ts'
import { createFootage } from './footage.ts'
import { clipKey, clipUrl, playlistUrl, takeFolder } from './objects.ts'
import { PIN_EVENTS, type PinSpan, pinSpansOf } from './pins.ts'
import { playlistOf, takePlaylistOf } from './playlists.ts'
import { scenesOf, type ToldLayout } from './scenes.ts'
import type { RecordingStore } from './store.ts'
import { durationOf, type MainPicture, type Piece, replayMsOf, timelineOf, wallRangesOf } from './timeline.ts'

interface ReplaysDeps {
  db: Db
  store: RecordingStore
  storage: ObjectStorage
  shows: Pick<Shows, 'get' | 'find' | 'shelf'>
  roomLog: Pick<RoomLog, 'record'>
  clock: Clock
  limits: Pick<Limits['recordings'], 'shownFreshMs'>
}

interface StoredLine {
  id: string
  name: string
  role: ChatRole
  text: string
  at: number
}

const NONE: ReplayView = {
  ...{ status: 'none', playlistUrl: null, durationMs: 0 },
  ...{ chapters: [], clips: [], scenes: [], pictures: [] },
}
const CLIPS_SHOWN_MAX = 50
/** A show of two hours is about 200 kB of them. */
const REPLAYS_KEPT_MAX = 50

/** What is shown of recordings, to viewers and to their merchant. */
export function createReplays(deps: ReplaysDeps) {
  const { store, storage, shows, roomLog, clock, limits } = deps
  const { sql } = deps.db
  const footage = createFootage(storage)
  const clipColumns = sql`c.id, c.product_id as "productId", p.title, c.duration_ms as "durationMs",
    floor(extract(epoch from c.from_at) * 1000)::float8 as "recordedAt"`
  const withUrl = (clip: Omit<ClipView, 'url'>): ClipView => ({ ...clip, url: clipUrl(clip.id) })

  async function clipsOf(tenantId: string, showId: string): Promise<ClipView[]> {
    const rows = await sql<Omit<ClipView, 'url'>[]>`
      select ${clipColumns} from clips c join products p on p.tenant_id = c.tenant_id and p.id = c.product_id
      where c.tenant_id = ${tenantId} and c.show_id = ${showId} order by c.from_at`
    return rows.map(withUrl)
  }

  /** The timeline of a show's takes, and what it was laid out by. */
  async function timelineFor(tenantId: string, showId: string) {
    const [takes, record] = await Promise.all([
      store.takes(tenantId, showId),
      roomLog.record(showId, ['layout']),
    ])
    const layouts = record.flatMap(({ event, at }): ToldLayout[] =>
      event.t === 'layout' ? [{ at, layout: event.layout }] : [],
    )
    const mains = layouts.map(({ at, layout }): MainPicture => {
      const [main] = arrange(layout).tiles
      return { at, of: main ? { personId: main.seat.personId, source: main.source } : null }
    })
    return { takes, layouts, timeline: timelineOf(takes, mains) }
  }

  const pieces = async (tenantId: string, showId: string): Promise<Piece[]> =>
    (await timelineFor(tenantId, showId)).timeline

  /** What was pinned while it was recorded. */
  async function pins(tenantId: string, showId: string, timeline: readonly Piece[]): Promise<PinSpan[]> {
    const first = timeline[0]
    const last = timeline.at(-1)
    if (!first || !last) return []
    const [record, shelf] = await Promise.all([
      roomLog.record(showId, PIN_EVENTS),
      shows.shelf.view(tenantId, showId),
    ])
    return pinSpansOf(record, shelf, { from: first.from, until: last.from + last.durationMs })
  }

  /** The replay of a show that has ended and that viewers may see; null where there is none. */
  async function shown(showId: string) {
    const show = found(await shows.find(showId))
    const replay = await store.replay(show.tenantId, showId)
    if (!replay || replay.hidden || replay.status === 'deleted' || show.status !== 'ended') return null
    return { ready: replay.status === 'ready' }
  }

  /** All that viewers are told of a replay that is ready, which changes no more: kept for a moment. */
  const whole = keepFresh(
    async (showId) => {
      const { tenantId } = found(await shows.find(showId))
      const { takes, layouts, timeline } = await timelineFor(tenantId, showId)
      const view = await viewOf(tenantId, showId, timeline)
      return { tenantId, timeline, view: { ...view, ...scenesOf(timeline, takes, layouts) } }
    },
    { freshMs: limits.shownFreshMs, keptMax: REPLAYS_KEPT_MAX },
    clock,
  )

  /** @throws Fault `not_found` */
  async function ready(showId: string) {
    const replay = await shown(showId)
    if (!replay?.ready) throw new Fault('not_found')
    return whole(showId)
  }

  async function viewOf(
    tenantId: string,
    showId: string,
    timeline: readonly Piece[],
  ): Promise<Omit<ReplayView, 'scenes' | 'pictures'>> {
    if (timeline.length === 0) return NONE
    const [spans, clips] = await Promise.all([pins(tenantId, showId, timeline), clipsOf(tenantId, showId)])
    const chapters = spans.map(({ from, until, prices, ...item }) => ({
      ...item,
      atMs: replayMsOf(timeline, from),
      untilMs: replayMsOf(timeline, until),
      prices: prices.map(({ at, ...price }) => ({ atMs: replayMsOf(timeline, at), ...price })),
    }))
    return {
      status: 'ready',
      playlistUrl: playlistUrl(showId),
      durationMs: durationOf(timeline),
      chapters: chapters.filter(({ atMs, untilMs }) => untilMs > atMs),
      clips,
    }
  }

  async function recording(tenantId: string, showId: string): Promise<RecordingView> {
    await shows.get(tenantId, showId)
    const row = await store.replay(tenantId, showId)
    if (!row) {
      return {
        ...{ status: 'none', hidden: false, trouble: null, clipsMissing: false, expiresAt: null },
        ...{ durationMs: 0, bytes: 0, clips: [] },
      }
    }
    const [timeline, { bytes }, clips] = await Promise.all([
      pieces(tenantId, showId),
      store.objects(tenantId, showId),
      clipsOf(tenantId, showId),
    ])
    const { status, hidden, trouble, clipsMissing, expiresAt } = row
    return {
      status,
      hidden,
      trouble,
      clipsMissing,
      expiresAt,
      durationMs: durationOf(timeline),
      bytes,
      clips,
    }
  }

  /** Marked first, and its rows go last: what a crash leaves of it is shown to nobody and found by the next sweep. */
  async function remove(tenantId: string, showId: string): Promise<void> {
    await store.markDeleted(tenantId, showId)
    const { takeIds, clipIds } = await store.objects(tenantId, showId)
    for (const id of takeIds) await storage.deleteFolder(takeFolder(id))
    for (const id of clipIds) await storage.delete(clipKey(id))
    await store.forget(tenantId, showId)
  }

  return {
    pieces,
    pins,
    recording,
    remove,

    /** @throws Fault `not_found` for no such show */
    async view(showId: string): Promise<ReplayView> {
      const replay = await shown(showId)
      if (!replay) return NONE
      return replay.ready ? (await whole(showId)).view : { ...NONE, status: 'preparing' }
    },

    /** The HLS playlist. @throws Fault `not_found` where viewers are shown none */
    async playlist(showId: string): Promise<string> {
      const { timeline } = await ready(showId)
      if (timeline.length === 0) throw new Fault('not_found')
      return playlistOf(showId, timeline)
    },

    /** The HLS playlist of one take. @throws Fault `not_found` */
    takePlaylist: async (takeId: string): Promise<string> => takePlaylistOf(found(await store.take(takeId))),

    /** A segment that the playlist names as one of the show. @throws Fault `not_found` */
    async segment(showId: string, takeId: string, seq: number): Promise<Buffer> {
      const { timeline } = await ready(showId)
      for (const piece of timeline) {
        const segment = piece.takeId === takeId && piece.segments.find((one) => one.seq === seq)
        if (segment) return footage.bytesOf(piece, segment)
      }
      throw new Fault('not_found')
    },

    /** @throws Fault `not_found`, `invalid_input` for more than REPLAY_LINES_MS_MAX at once */
    async lines(showId: string, fromMs: number, untilMs: number) {
      if (untilMs <= fromMs || untilMs - fromMs > REPLAY_LINES_MS_MAX) {
        throw new Fault('invalid_input', { detail: 'ask for at most ten minutes' })
      }
      const { tenantId, timeline } = await ready(showId)
      const ranges = wallRangesOf(timeline, fromMs, untilMs)
      if (ranges.length === 0) return []
      const rows = await sql<StoredLine[]>`
        select l.id, l.name, l.role, l.text, floor(extract(epoch from l.created_at) * 1000)::float8 as at
        from chat_lines l
        join unnest(${ranges.map(({ from }) => from / 1000)}::float8[],
                    ${ranges.map(({ until }) => until / 1000)}::float8[]) as r(begins, ends)
          on l.created_at >= to_timestamp(r.begins) and l.created_at < to_timestamp(r.ends)
        where l.tenant_id = ${tenantId} and l.show_id = ${showId} and l.deleted_at is null
        order by l.created_at, l.id limit ${REPLAY_LINES_MAX}`
      return rows.map(({ at, ...line }) => ({ ...line, atMs: replayMsOf(timeline, at) }))
    },

    /** Clips of a shelf item's product, of all the merchant's shows. @throws Fault `not_found` */
    async clipsOfItem(showId: string, itemId: string): Promise<ClipView[]> {
      const rows = await sql<Omit<ClipView, 'url'>[]>`
        select ${clipColumns}
        from shelf_items i
        join clips c on c.tenant_id = i.tenant_id and c.product_id = i.product_id
        join products p on p.tenant_id = c.tenant_id and p.id = c.product_id
        join replays r on r.tenant_id = c.tenant_id and r.show_id = c.show_id and not r.hidden
        where i.show_id = ${showId} and i.id = ${itemId}
        order by c.id desc limit ${CLIPS_SHOWN_MAX}`
      return rows.map(withUrl)
    },

    /** @throws Fault `not_found` */
    async setHidden(tenantId: string, showId: string, hidden: boolean): Promise<RecordingView> {
      found(await store.setHidden(tenantId, showId, hidden))
      return recording(tenantId, showId)
    },

    /** @throws Fault `not_found`, `show_on_air` while it is still recorded */
    async delete(tenantId: string, showId: string): Promise<void> {
      const show = await shows.get(tenantId, showId)
      found(await store.replay(tenantId, showId))
      if (show.status !== 'ended') throw new Fault('show_on_air')
      await remove(tenantId, showId)
    },
  }
}
