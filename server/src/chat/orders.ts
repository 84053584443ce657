import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Log } from '../kernel/log.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import type { Heard, Rooms } from '../rooms/index.ts'

/** Who may not speak, until when, and who may not be here at all. Replaced, never changed. */
interface Orders {
  readonly mutes: ReadonlyMap<string, number>
  /** Those whose ban is younger than a ticket can be; older tickets are not valid. */
  readonly banned: ReadonlySet<string>
}

interface Kept {
  orders: Orders
  usedAt: number
}

const NONE: Orders = { mutes: new Map(), banned: new Set() }

/**
 * The mutes and bans of shows in use. Only the first question about a show waits for Postgres; from then on they are
 * read again behind every answer, all shows' in one statement each `mutesFreshMs`, and what other nodes say counts at
 * once. While Postgres is away what is known holds.
 */
export function createOrders(deps: {
  db: Db
  rooms: Pick<Rooms, 'connections'>
  clock: Clock
  log: Log
  limits: Limits['chat']
  /** How long a ticket can be renewed. */
  ticketMs: number
}) {
  const { rooms, clock, log, limits, ticketMs } = deps
  const { sql } = deps.db
  const loadings = new Map<string, Promise<Kept>>()
  const known = new Map<string, Kept>()
  let ticker: Closable | null = null

  async function read(showIds: readonly string[]): Promise<Map<string, Orders>> {
    const [mutes, bans] = await Promise.all([
      sql<{ showId: string; personId: string; until: number }[]>`
        select show_id as "showId", person_id as "personId", (extract(epoch from until) * 1000)::float8 as until
        from mutes where show_id = any(${[...showIds]}) and until > now()`,
      sql<{ showId: string; personId: string }[]>`
        select s.id as "showId", b.person_id as "personId" from bans b join shows s on s.tenant_id = b.tenant_id
        where s.id = any(${[...showIds]})
          and b.created_at > now() - ${ticketMs} * interval '1 millisecond'`,
    ])
    const orders = new Map(
      showIds.map((id) => [id, { mutes: new Map<string, number>(), banned: new Set<string>() }]),
    )
    for (const { showId, personId, until } of mutes)
      orders.get(showId)?.mutes.set(personId, Math.round(until))
    for (const { showId, personId } of bans) orders.get(showId)?.banned.add(personId)
    return orders
  }

  async function refresh(showIds: readonly string[]): Promise<void> {
    const before = new Map(showIds.map((id) => [id, known.get(id)?.orders]))
    for (const [showId, orders] of await read(showIds)) {
      const kept = known.get(showId)
      // What was ordered here while the query ran replaced the object; it is newer.
      if (kept && kept.orders === before.get(showId)) kept.orders = orders
    }
  }

  const isInUse = ([showId, { usedAt }]: readonly [string, Kept]): boolean =>
    rooms.connections(showId) > 0 || clock.now() - usedAt <= limits.showIdleMs

  async function beat(): Promise<void> {
    for (const one of known) if (!isInUse(one)) known.delete(one[0])
    if (known.size > 0) await refresh([...known.keys()])
  }

  async function load(showId: string): Promise<Kept> {
    ticker ??= startTicker('mutes and bans', limits.mutesFreshMs, log, beat)
    const kept = { orders: (await read([showId])).get(showId) ?? NONE, usedAt: clock.now() }
    known.set(showId, kept)
    return kept
  }

  async function of(showId: string): Promise<Orders> {
    const kept = known.get(showId) ?? (await loadOnce(showId))
    kept.usedAt = clock.now()
    return kept.orders
  }

  function loadOnce(showId: string): Promise<Kept> {
    const loading = loadings.get(showId) ?? load(showId).finally(() => loadings.delete(showId))
    loadings.set(showId, loading)
    return loading
  }

  /** What was ordered counts here; where nothing is kept of the show there is nothing to do: the record says it too. */
  async function change(showId: string, changed: (orders: Orders) => Orders): Promise<void> {
    const kept = known.get(showId) ?? (await loadings.get(showId)?.catch(() => null))
    if (kept) kept.orders = changed(kept.orders)
  }

  const muted = (showId: string, personId: string, until: number | null) =>
    change(showId, (orders) => ({ ...orders, mutes: withMute(orders.mutes, personId, until) }))

  const banned = (showId: string, personId: string, isBanned: boolean) =>
    change(showId, (orders) => ({ ...orders, banned: withMember(orders.banned, personId, isBanned) }))

  return {
    /** Milliseconds since 1970, or null where the person may speak. */
    async mutedUntil(showId: string, personId: string): Promise<number | null> {
      const until = (await of(showId)).mutes.get(personId)
      return until !== undefined && until > clock.now() ? until : null
    },

    async isBanned(showId: string, personId: string): Promise<boolean> {
      return (await of(showId)).banned.has(personId)
    },

    muted,
    banned,

    /** What was decided on another node. */
    async heard(showId: string, what: Heard): Promise<void> {
      if (what.is === 'personal' && what.event.t === 'you' && what.event.me.mutedUntil !== undefined)
        await muted(showId, what.personId, what.event.me.mutedUntil)
      else if (what.is === 'evicted') await banned(showId, what.personId, true)
      else if (what.is === 'missed' && known.has(showId))
        await refresh([showId]).catch((error) =>
          log.warn({ err: error, showId }, 'mutes not read, the old hold'),
        )
    },

    async close(): Promise<void> {
      await ticker?.close()
    },
  }
}

function withMute(mutes: ReadonlyMap<string, number>, personId: string, until: number | null) {
  const changed = new Map(mutes)
  if (until === null) changed.delete(personId)
  else changed.set(personId, until)
  return changed
}

function withMember(members: ReadonlySet<string>, personId: string, isMember: boolean) {
  const changed = new Set(members)
  if (isMember) changed.add(personId)
  else changed.delete(personId)
  return changed
}
