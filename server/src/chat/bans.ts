import type { banView } from '@shelfcast/shared/api/shows.ts'
import type { z } from 'zod'
import { type Db, violatedConstraint } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { pageOf } from '../kernel/page.ts'
import type { Rooms } from '../rooms/index.ts'

/**
 * Who may not enter the rooms of a tenant. A ban ends what the person has open there, refuses the tickets that the
 * person holds, and the next one.
 */
export function createBans(deps: {
  db: Db
  rooms: Pick<Rooms, 'evict'>
  orders: { banned(showId: string, personId: string, isBanned: boolean): Promise<void> }
}) {
  const { rooms, orders } = deps
  const { sql } = deps.db
  const openShows = (tenantId: string) => sql<{ id: string }[]>`
    select id from shows where tenant_id = ${tenantId} and status <> 'ended'`

  return {
    /** @throws Fault `not_found` for nobody, `not_bannable` for somebody who works for the tenant */
    async ban({ tenantId, personId, by }: { tenantId: string; personId: string; by: string }): Promise<void> {
      const [member] = await sql`
        select 1 from memberships where tenant_id = ${tenantId} and person_id = ${personId}`
      if (member) throw new Fault('not_bannable')
      try {
        await sql`
          insert into bans (tenant_id, person_id, banned_by) values (${tenantId}, ${personId}, ${by})
          on conflict do nothing`
      } catch (error) {
        throw violatedConstraint(error) === null ? error : new Fault('not_found', { cause: error })
      }
      for (const { id } of await openShows(tenantId)) {
        await orders.banned(id, personId, true)
        rooms.evict(id, personId)
      }
    },

    /** @throws Fault `not_found` where there is no ban */
    async liftBan(tenantId: string, personId: string): Promise<void> {
      const [row] = await sql`
        delete from bans where tenant_id = ${tenantId} and person_id = ${personId} returning 1`
      found(row)
      for (const { id } of await openShows(tenantId)) await orders.banned(id, personId, false)
    },

    async isBanned(tenantId: string, personId: string): Promise<boolean> {
      const [row] = await sql`select 1 from bans where tenant_id = ${tenantId} and person_id = ${personId}`
      return row !== undefined
    },

    /** Newest person first. */
    async bans(
      tenantId: string,
      page: { after?: string | undefined; limit: number },
    ): Promise<{ items: z.output<typeof banView>[]; next: string | null }> {
      const rows = await sql<(z.output<typeof banView> & { id: string })[]>`
        select b.person_id as id, b.person_id as "personId", p.name,
          (extract(epoch from b.created_at) * 1000)::bigint as "bannedAt", by.name as "bannedBy"
        from bans b join persons p on p.id = b.person_id join persons by on by.id = b.banned_by
        where b.tenant_id = ${tenantId} ${page.after ? sql`and b.person_id < ${page.after}` : sql``}
        order by b.person_id desc limit ${page.limit + 1}`
      return pageOf(rows, page.limit)
    },
  }
}
