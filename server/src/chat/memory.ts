import type { ChatLine } from '@shelfcast/shared/protocol/parts.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Heard } from '../rooms/index.ts'

/** The last lines of a show, kept at hand for those who come. */
interface ShowChat {
  /** By id, oldest first. */
  readonly recent: Map<string, ChatLine>
  usedAt: number
}

/**
 * The last lines of shows in use: read from the record when somebody first asks for them, and from then on kept up by
 * what is said here and on other nodes.
 */
export function createChatMemory(deps: {
  db: Db
  /** Lines said here that wait to be written. */
  writer: { flush(): Promise<void> }
  clock: Clock
  limits: Limits['chat']
  recentMax: number
}) {
  const { writer, clock, limits, recentMax } = deps
  const { sql } = deps.db
  const shows = new Map<string, Promise<ShowChat>>()

  async function load(showId: string): Promise<ShowChat> {
    await writer.flush()
    const rows = await sql<ChatLine[]>`
      select id, person_id as "personId", name, role, text, (extract(epoch from created_at) * 1000)::bigint as at
      from chat_lines where show_id = ${showId} and deleted_at is null order by id desc limit ${recentMax}`
    return { recent: new Map(rows.reverse().map((line) => [line.id, line])), usedAt: clock.now() }
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
    return chat
  }

  /** Where nothing is kept there is nothing to do: it is read from the record, with what changed. */
  const kept = async (showId: string): Promise<Map<string, ChatLine> | undefined> =>
    (await shows.get(showId)?.catch(() => null))?.recent

  /** A line may be read and heard. */
  async function said(showId: string, line: ChatLine): Promise<void> {
    const recent = await kept(showId)
    if (!recent || recent.has(line.id)) return
    recent.set(line.id, line)
    if (recent.size > recentMax) recent.delete(recent.keys().next().value!)
  }

  async function deleted(showId: string, lineIds: readonly string[]): Promise<void> {
    const recent = await kept(showId)
    for (const id of lineIds) recent?.delete(id)
  }

  return {
    async recent(showId: string): Promise<ChatLine[]> {
      return [...(await of(showId)).recent.values()]
    },

    said,
    deleted,

    /** What was said or taken away on another node. */
    async heard(showId: string, what: Heard): Promise<void> {
      if (what.is === 'missed') shows.delete(showId)
      else if (what.is !== 'event') return
      else if (what.event.t === 'chat') await said(showId, what.event.line)
      else if (what.event.t === 'deleted') await deleted(showId, what.event.lineIds)
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
