import type { ChatLine, ChatRole } from '@shelfcast/shared/protocol/parts.ts'
import type { Limits } from '../config.ts'
import { TokenBucket } from '../kernel/bucket.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Db, violatedConstraint } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import type { Rooms } from '../rooms/index.ts'
import { createBans } from './bans.ts'
import { createLineWriter, type StoredLine } from './lines.ts'
import { createChatMemory } from './memory.ts'
import { createOrders } from './orders.ts'
import { createLinePin } from './pin.ts'
import { normaliseText } from './rules.ts'

/** Who speaks, as the room ticket says. */
export interface Speaker {
  tenantId: string
  showId: string
  personId: string
  name: string
  role: ChatRole
}

interface ChatDeps {
  db: Db
  /** Hears of lines that are in the record. */
  facts: { said(lines: readonly StoredLine[]): Promise<void> }
  rooms: Pick<Rooms, 'publish' | 'tell' | 'evict' | 'onHeard' | 'connections'>
  clock: Clock
  log: Log
  metrics: Metrics
  limits: Limits['chat']
  /** Lines that a newcomer sees. */
  recentMax: number
  /** How long a room ticket can be renewed. */
  ticketMs: number
}

export type Chat = ReturnType<typeof createChat>

const WINDOW_MS = 10_000
const SWEEP_MS = 60_000

/** Lines, mutes and deletions of a show's room. */
export function createChat(deps: ChatDeps) {
  const { rooms, clock, log, limits } = deps
  const { sql } = deps.db
  const writer = createLineWriter(deps)
  const memory = createChatMemory({ ...deps, writer })
  const orders = createOrders(deps)
  const paces = new Map<string, TokenBucket>()
  let sweep: Closable | null = null
  rooms.onHeard((showId, heard) => {
    void memory.heard(showId, heard)
    void orders.heard(showId, heard)
  })

  /** @throws Fault `chat_too_fast` */
  function assertPace({ showId, personId }: Speaker): void {
    const key = `${showId}/${personId}`
    const now = clock.now()
    const pace =
      paces.get(key) ?? new TokenBucket(limits.linesPer10SMax, limits.linesPer10SMax / WINDOW_MS, now)
    paces.set(key, pace)
    if (!pace.take(now)) throw new Fault('chat_too_fast', { retryAfterMs: pace.waitMs(now) })
  }

  /** Runs from the first line on. */
  const startSweep = () =>
    startTicker('chat', SWEEP_MS, log, async () => {
      for (const [key, pace] of paces) if (pace.isFull(clock.now())) paces.delete(key)
      await memory.sweep()
    })

  return {
    /**
     * Says a line to the room; it is on its way to the viewers when this resolves, and written afterwards.
     * @throws Fault `muted`, `chat_too_fast` (with `retryAfterMs`), `invalid_input` where no text is left
     */
    async say(speaker: Speaker, raw: string): Promise<ChatLine> {
      sweep ??= startSweep()
      const { tenantId, showId, personId, name, role } = speaker
      const mutedUntil = await orders.mutedUntil(showId, personId)
      if (mutedUntil !== null) throw new Fault('muted', { retryAfterMs: mutedUntil - clock.now() })
      assertPace(speaker)
      const text = normaliseText(raw)
      if (text === null) throw new Fault('invalid_input', { issues: [{ path: 'text', message: 'no text' }] })
      const at = clock.now()
      const id = newId('lin', at)
      const line: ChatLine = { id, personId, name, role, text, at }
      // First: what is at hand may be read anew from the record meanwhile. Spelled out: V8 is slow to add to a spread.
      writer.add({ tenantId, showId, id, personId, name, role, text, at })
      void memory.said(showId, line)
      rooms.publish(showId, { t: 'chat', line })
      return line
    },

    /**
     * Mutes a person in a room, at once and for some minutes; 0 lifts it. The person is told.
     * @returns until when, in milliseconds since 1970
     * @throws Fault `not_found` where the tenant has no such show or there is no such person
     */
    async mute(order: {
      tenantId: string
      showId: string
      personId: string
      minutes: number
      by: string
    }): Promise<{ mutedUntil: number | null }> {
      const { tenantId, showId, personId, minutes, by } = order
      const until = clock.now() + minutes * 60_000
      try {
        const [row] = await sql`
          insert into mutes (tenant_id, show_id, person_id, muted_by, until)
          select tenant_id, id, ${personId}, ${by}, ${new Date(until)}
          from shows where tenant_id = ${tenantId} and id = ${showId}
          on conflict (tenant_id, show_id, person_id) do update set
            muted_by = excluded.muted_by, until = excluded.until, created_at = now()
          returning 1`
        found(row)
      } catch (error) {
        if (violatedConstraint(error) !== null) throw new Fault('not_found', { cause: error })
        throw error
      }
      const mutedUntil = minutes > 0 ? until : null
      await orders.muted(showId, personId, mutedUntil)
      rooms.tell(showId, personId, { t: 'you', me: { mutedUntil } })
      return { mutedUntil }
    },

    /**
     * Takes a line away, from the record and from every screen. Doing it again changes nothing.
     * @throws Fault `not_found` where the tenant's show has no such line
     */
    async deleteLine(order: { tenantId: string; showId: string; lineId: string }): Promise<void> {
      const { tenantId, showId, lineId } = order
      await writer.flush() // the line may still wait to be written
      const event = { t: 'deleted' as const, lineIds: [lineId] }
      const [row] = await sql<{ epoch: number | null; offset: number | null }[]>`
        with line as (
          select id from chat_lines where tenant_id = ${tenantId} and show_id = ${showId} and id = ${lineId}
        ), gone as (
          update chat_lines set deleted_at = now()
          where tenant_id = ${tenantId} and show_id = ${showId} and id = ${lineId} and deleted_at is null
          returning id
        ), unpinned as (
          delete from pinned_lines p using gone where p.tenant_id = ${tenantId} and p.line_id = gone.id
        ), pos as (
          select p.* from gone, lateral room_append(${tenantId}, ${showId}, ${sql.json(event)}) p
        )
        select pos.epoch, pos."offset" from line left join pos on true`
      const { epoch, offset } = found(row)
      if (epoch === null || offset === null) return
      await memory.deleted(showId, [lineId])
      rooms.publish(showId, { ...event, pos: [epoch, offset] })
    },

    ...createLinePin({ ...deps, writer }),
    ...createBans({ ...deps, orders }),

    /** The last lines of a show that were not taken away, oldest first. */
    recent: memory.recent,
    /** Milliseconds since 1970, or null where the person may speak. */
    mutedUntil: orders.mutedUntil,
    /** Whether the person was banned since its ticket can have been made. */
    isBannedFrom: orders.isBanned,

    /** Writes the lines that wait and stops. */
    async close(): Promise<void> {
      await Promise.all([sweep?.close(), orders.close()])
      await writer.close()
    },
  }
}
