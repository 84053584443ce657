import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Heard } from '../rooms/index.ts'

/** Who may not speak, until when, and who may not be here at all. */
interface Orders {
  mutes: ReadonlyMap<string, number>
  /** Those whose ban is younger than a ticket can be; older tickets are not valid. */
  banned: ReadonlySet<string>
}

/** What is kept at hand of a show's chat, so that saying and joining ask Postgres once a show, not once a person. */
interface ShowChat {
  orders: Orders
  ordersAt: number
  recent: ChatLine[]
  usedAt: number
}

/**
 * The last lines, the mutes and the bans of shows in use. What other nodes say is told to `heard`; mutes and bans are
 * read again every `mutesFreshMs` besides.
 */
export function createChatMemory(deps: {
  db: Db
  /** Lines said here that wait to be written. */
  writer: { flush(): Promise<void> }
  clock: Clock
  limits: Limits['chat']
  recentMax: number
  /** How long a ticket can be renewed. */
  ticketMs: number
}) {
  const { writer, clock, limits, recentMax, ticketMs } = deps
  const { sql } = deps.db
  const shows = new Map<string, Promise<ShowChat>>()
  const refreshing = new Map<string, Promise<void>>()

  async function readOrders(showId: string): Promise<Orders> {
    const mutes = await sql<{ personId: string; until: number }[]>`
      select person_id as "personId", (extract(epoch from until) * 1000)::float8 as until
      from mutes where show_id = ${showId} and until > now()`
    const banned = await sql<{ personId: string }[]>`
      select b.person_id as "personId" from bans b join shows s on s.tenant_id = b.tenant_id
      where s.id = ${showId} and b.created_at > now() - ${ticketMs} * interval '1 millisecond'`
    return {
      mutes: new Map(mutes.map((row) => [row.personId, Math.round(row.until)])),
      banned: new Set(banned.map((row) => row.personId)),
    }
  }

  async function readRecent(showId: string): Promise<ChatLine[]> {
    await writer.flush()
    const rows = await sql<ChatLine[]>`
      select id, person_id as "personId", name, role, text, (extract(epoch from created_at) * 1000)::bigint as at
      from chat_lines where show_id = ${showId} and deleted_at is null order by id desc limit ${recentMax}`
    return rows.reverse()
  }

  async function load(showId: string): Promise<ShowChat> {
    const [orders, recent] = await Promise.all([readOrders(showId), readRecent(showId)])
    return { orders, ordersAt: clock.now(), recent, usedAt: clock.now() }
  }

  async function refreshOrders(showId: string, chat: ShowChat): Promise<void> {
    const before = chat.orders
    const orders = await readOrders(showId)
    // What was ordered here while the query ran replaced the object; it is newer.
    if (chat.orders === before) chat.orders = orders
    chat.ordersAt = clock.now()
  }

  async function of(showId: string): Promise<ShowChat> {
    let loading = shows.get(showId)
    if (!loading) {
      loading = load(showId)
      shows.set(showId, loading)
      loading.catch(() => shows.delete(showId))
    }
    const chat = await loading
    chat.usedAt = clock.now()
    if (clock.now() - chat.ordersAt > limits.mutesFreshMs) {
      const refresh =
        refreshing.get(showId) ?? refreshOrders(showId, chat).finally(() => refreshing.delete(showId))
      refreshing.set(showId, refresh)
      await refresh
    }
    return chat
  }

  /** A line may be read and heard. */
  function keep(chat: ShowChat, line: ChatLine): void {
    if (chat.recent.some(({ id }) => id === line.id)) return
    chat.recent = [...chat.recent, line].slice(-recentMax)
  }

  return {
    async recent(showId: string): Promise<ChatLine[]> {
      return [...(await of(showId)).recent]
    },

    /** Milliseconds since 1970, or null where the person may speak. */
    async mutedUntil(showId: string, personId: string): Promise<number | null> {
      const until = (await of(showId)).orders.mutes.get(personId)
      return until !== undefined && until > clock.now() ? until : null
    },

    async isBanned(showId: string, personId: string): Promise<boolean> {
      return (await of(showId)).orders.banned.has(personId)
    },

    async said(showId: string, line: ChatLine): Promise<void> {
      keep(await of(showId), line)
    },

    /** What was said or decided on another node; where nothing is kept of the show, there is nothing to do. */
    async heard(showId: string, what: Heard): Promise<void> {
      if (what.is === 'missed') {
        shows.delete(showId)
        return
      }
      const chat = await shows.get(showId)?.catch(() => null)
      if (!chat) return
      if (what.is === 'personal') {
        if (what.event.t === 'you' && what.event.me.mutedUntil !== undefined)
          setMute(chat, what.personId, what.event.me.mutedUntil)
      } else if (what.event.t === 'chat') keep(chat, what.event.line)
      else if (what.event.t === 'deleted') {
        const { lineIds } = what.event
        chat.recent = chat.recent.filter(({ id }) => !lineIds.includes(id))
      }
    },

    async muted(showId: string, personId: string, until: number | null): Promise<void> {
      setMute(await of(showId), personId, until)
    },

    /** A ban was set or lifted, as the record says too. */
    async banned(showId: string, personId: string, isBanned: boolean): Promise<void> {
      const chat = await shows.get(showId)?.catch(() => null)
      if (!chat) return
      const banned = new Set(chat.orders.banned)
      if (isBanned) banned.add(personId)
      else banned.delete(personId)
      chat.orders = { ...chat.orders, banned }
    },

    async deleted(showId: string, lineId: string): Promise<void> {
      const chat = await of(showId)
      chat.recent = chat.recent.filter((line) => line.id !== lineId)
    },

    /** Forgets shows that nobody asked for in `showIdleMs`. */
    async sweep(): Promise<void> {
      for (const [showId, loading] of shows) {
        const chat = await loading.catch(() => null)
        if (!chat || clock.now() - chat.usedAt > limits.showIdleMs) shows.delete(showId)
      }
    },
  }
}

function setMute(chat: ShowChat, personId: string, until: number | null): void {
  const mutes = new Map(chat.orders.mutes)
  if (until === null) mutes.delete(personId)
  else mutes.set(personId, until)
  chat.orders = { ...chat.orders, mutes }
}
