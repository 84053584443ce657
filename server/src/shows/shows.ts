import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import type { Snapshot } from '@shelfcast/shared/protocol/parts.ts'
import type { Role } from '@shelfcast/shared/scopes.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { pageOf } from '../kernel/page.ts'
import type { Rooms } from '../rooms/index.ts'
import { createStageLayouts } from './layout.ts'
import { createLife } from './life.ts'
import { merchantShow, ms, roomShow, type ShowRecord, showColumns } from './records.ts'
import { HOST_ROLES } from './rules.ts'
import { createShelf } from './shelf.ts'
import { isoTime, refuseForeign } from './writes.ts'

export type Shows = ReturnType<typeof createShows>

interface NewShow {
  title: string
  description?: string
  coverId?: string | null
  scheduledAt: number | null
  chatLinesPerS?: number | null
  hostIds: readonly string[]
}

/** Shows, their hosts and their shelves. */
export function createShows(deps: { db: Db; rooms: Pick<Rooms, 'publish'>; log: Log; clock?: Clock }) {
  const { sql } = deps.db
  const shelf = createShelf(deps)
  const stageLayouts = createStageLayouts(deps)

  async function find(showId: string): Promise<ShowRecord | null> {
    const [row] = await sql<ShowRecord[]>`select ${showColumns(sql)} from shows where id = ${showId}`
    return row ?? null
  }

  async function get(tenantId: string, showId: string): Promise<ShowRecord> {
    const [row] = await sql<ShowRecord[]>`
      select ${showColumns(sql)} from shows where tenant_id = ${tenantId} and id = ${showId}`
    return found(row)
  }

  const life = createLife({ ...deps, get })

  async function views(records: readonly ShowRecord[]): Promise<ShowView[]> {
    const hosts = await sql<{ showId: string; personId: string; name: string }[]>`
      select h.show_id as "showId", h.person_id as "personId", p.name
      from show_hosts h join persons p on p.id = h.person_id
      where h.show_id = any(${records.map((record) => record.id)}) order by h.lead desc, p.name`
    return records.map((record) =>
      merchantShow(
        record,
        hosts.filter((host) => host.showId === record.id).map(({ personId, name }) => ({ personId, name })),
      ),
    )
  }

  const view = async (record: ShowRecord): Promise<ShowView> => (await views([record]))[0]!

  return {
    ...life,
    find,
    get,
    view,
    shelf,

    async list(
      tenantId: string,
      page: { after?: string | undefined; limit: number },
    ): Promise<{ items: ShowView[]; next: string | null }> {
      const rows = await sql<ShowRecord[]>`
        select ${showColumns(sql)} from shows
        where tenant_id = ${tenantId} ${page.after ? sql`and id < ${page.after}` : sql``}
        order by id desc limit ${page.limit + 1}`
      const { items, next } = pageOf(rows, page.limit)
      return { items: await views(items), next }
    },

    /** Schedules a show; the first of `hostIds` leads it. @throws Fault `invalid_input` for hosts or a cover from elsewhere */
    async create(tenantId: string, input: NewShow): Promise<ShowView> {
      const id = newId('shw')
      const show = {
        id,
        title: input.title,
        description: input.description ?? '',
        coverId: input.coverId ?? null,
        scheduledAt: isoTime(input.scheduledAt),
        chatLinesPerS: input.chatLinesPerS ?? null,
        hostIds: [...new Set(input.hostIds)],
      }
      await sql`select create_show(${tenantId}, ${sql.json(show)}, ${HOST_ROLES})`.catch(refuseForeign)
      return view(await get(tenantId, id))
    },

    /** The members whose role may host. */
    possibleHosts(tenantId: string): Promise<{ personId: string; name: string; role: Role }[]> {
      return sql`
        select m.person_id as "personId", p.name, m.role from memberships m join persons p on p.id = m.person_id
        where m.tenant_id = ${tenantId} and m.role = any(${HOST_ROLES}) order by p.name, p.id`
    },

    /** Whether this person is a host of the show, or leads the tenant (owner, manager). */
    async mayHost(tenantId: string, showId: string, personId: string): Promise<boolean> {
      const [row] = await sql`
        select 1 from memberships m
        where m.tenant_id = ${tenantId} and m.person_id = ${personId} and (
          m.role in ('owner', 'manager') or exists (
            select from show_hosts h where h.tenant_id = m.tenant_id and h.show_id = ${showId} and h.person_id = m.person_id))`
      return row !== undefined
    },

    async isHost(showId: string, personId: string): Promise<boolean> {
      const [row] = await sql`select 1 from show_hosts where show_id = ${showId} and person_id = ${personId}`
      return row !== undefined
    },

    /** Shows that were on air when the server stopped. */
    async onAir(): Promise<ShowRecord[]> {
      return sql<ShowRecord[]>`select ${showColumns(sql)} from shows where status in ('live', 'paused')`
    },

    /** The show's part of a room snapshot. */
    async roomView(
      showId: string,
    ): Promise<Pick<Snapshot, 'show' | 'shelf' | 'pinnedItemId' | 'pinnedAt' | 'layout'>> {
      const show = found(await find(showId))
      const [items, layout] = await Promise.all([
        shelf.view(show.tenantId, showId),
        stageLayouts.read(show.tenantId, showId),
      ])
      const { pinnedItemId, pinnedAt } = show
      return { show: roomShow(show), shelf: items, pinnedItemId, pinnedAt: ms(pinnedAt), layout }
    },

    layout: stageLayouts,
    livePrices: shelf.prices,
  }
}
