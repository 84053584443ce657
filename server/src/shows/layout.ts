import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import type { Db } from '../kernel/db.ts'
import type { Rooms } from '../rooms/index.ts'

/** How the stage of a show looks, as everyone in its room sees it. */
export function createStageLayouts({ db: { sql }, rooms }: { db: Db; rooms: Pick<Rooms, 'publish'> }) {
  return {
    /** As it was told last; null until a host has gone live. */
    async read(tenantId: string, showId: string): Promise<StageLayout | null> {
      const [row] = await sql<{ layout: StageLayout | null }[]>`
        select layout - 'silenced' as layout from shows where tenant_id = ${tenantId} and id = ${showId}`
      return row?.layout ?? null
    },

    /** Whom who runs the show has silenced: kept beside its layout, and nothing for the room. */
    async silenced(tenantId: string, showId: string): Promise<string[]> {
      const rows = await sql<{ id: string }[]>`
        select jsonb_array_elements_text(layout -> 'silenced') as id
        from shows where tenant_id = ${tenantId} and id = ${showId}`
      return rows.map(({ id }) => id)
    },

    /** Tells the room. A show that has ended, or that has a newer home than `fence`, is left as it is. */
    async tell(
      tenantId: string,
      showId: string,
      layout: StageLayout,
      silenced: readonly string[],
      fence: number | null = null,
    ): Promise<void> {
      const [pos] = await sql<{ epoch: number; offset: number }[]>`
        with told as (
          update shows set layout = ${sql.json({ ...layout, silenced })}
          where tenant_id = ${tenantId} and id = ${showId} and status <> 'ended'
            and home_fence <= coalesce(${fence}::bigint, home_fence) returning id
        )
        select pos.* from told, lateral room_append(${tenantId}, ${showId},
          jsonb_build_object('t', 'layout', 'layout', ${sql.json({ ...layout })}::jsonb)) pos`
      if (pos) rooms.publish(showId, { t: 'layout', pos: [pos.epoch, pos.offset], layout })
    },
  }
}
