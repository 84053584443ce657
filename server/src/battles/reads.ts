import type { challengeView, readBattles } from '@shelfcast/shared/api/battles.ts'
import type { BattleScore, BattleView, Snapshot } from '@shelfcast/shared/protocol/parts.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'

export type Challenge = z.output<typeof challengeView>
type Rivals = z.output<typeof readBattles.output>['rivals']

/** The show that another one is in battle with. */
export interface Rival {
  readonly tenantId: string
  readonly showId: string
  readonly title: string
}

/** How a battle stands, as one of its rooms sees it. */
export interface RoomScore {
  readonly showId: string
  readonly score: BattleScore
  /** How far the database had come when it was read. */
  readonly asOf: number
}

export function createReads({
  db: { sql },
  clock,
  limits,
}: {
  db: Db
  clock: Clock
  limits: Limits['battles']
}) {
  const score = (own: string, rival: string) => sql`jsonb_build_object('battleId', b.id,
    'own', battle_side_score(b.id, ${sql(own)}.show_id, ${limits.supportersMax}),
    'rival', battle_side_score(b.id, ${sql(rival)}.show_id, ${limits.supportersMax}))`

  return {
    /** What was asked of this show, or by it, and is open. */
    async challenge(tenantId: string, showId: string): Promise<Challenge | null> {
      const [row] = await sql<Challenge[]>`
        select b.id, not o.challenger as incoming, b.duration_s as "durationS",
          floor(extract(epoch from b.expires_at) * 1000)::bigint as "expiresAt",
          battle_side_view(b.id, r.show_id) as rival
        from battle_sides o join battles b on b.id = o.battle_id
        join battle_sides r on r.battle_id = b.id and r.show_id <> o.show_id
        where o.tenant_id = ${tenantId} and o.show_id = ${showId} and o.open and b.status = 'challenged'
          and b.expires_at > ${new Date(clock.now())}`
      return row ?? null
    },

    /** The merchant's other shows that are live. */
    rivals(tenantId: string, showId: string): Promise<Rivals> {
      return sql<Rivals>`
        select w.id as "showId", w.title, t.name as shop,
          array(select p.name from show_hosts h join persons p on p.id = h.person_id
            where h.tenant_id = w.tenant_id and h.show_id = w.id order by h.lead desc, p.name) as hosts,
          exists (select from battle_sides s where s.show_id = w.id and s.open) as busy
        from shows w join tenants t on t.id = w.tenant_id
        where w.tenant_id = ${tenantId} and w.status = 'live' and w.id <> ${showId}
        order by w.started_at desc, w.id limit ${limits.rivalsListedMax}`
    },

    /** A room's battle, for its snapshot. */
    async roomBattle(showId: string): Promise<Pick<Snapshot, 'battle' | 'score'>> {
      const [row] = await sql<{ battle: BattleView; score: BattleScore }[]>`
        select battle_view(b.id, own.show_id) as battle, ${score('own', 'rival')} as score
        from battle_sides own join battles b on b.id = own.battle_id
        join battle_sides rival on rival.battle_id = b.id and rival.show_id <> own.show_id
        where own.show_id = ${showId} and own.open and b.status in ('running', 'result')`
      return { battle: row?.battle ?? null, score: row?.score ?? null }
    },

    /** How a battle that runs, or has just ended, stands in both rooms. */
    scores(battleId: string): Promise<RoomScore[]> {
      return sql<RoomScore[]>`
        select own.show_id as "showId", ${score('own', 'rival')} as score, read_point() as "asOf"
        from battle_sides own join battles b on b.id = own.battle_id
        join battle_sides rival on rival.battle_id = b.id and rival.show_id <> own.show_id
        where b.id = ${battleId} and b.status in ('running', 'result')`
    },

    /** The rivals of those of these shows whose battle is on the screen. */
    async rivalsOf(showIds: readonly string[]): Promise<ReadonlyMap<string, Rival>> {
      if (showIds.length === 0) return new Map()
      const rows = await sql<(Rival & { of: string })[]>`
        select own.show_id as of, rival.tenant_id as "tenantId", rival.show_id as "showId", w.title
        from battle_sides own join battles b on b.id = own.battle_id and b.status in ('running', 'result')
        join battle_sides rival on rival.battle_id = b.id and rival.show_id <> own.show_id
        join shows w on w.tenant_id = rival.tenant_id and w.id = rival.show_id
        where own.show_id = any(${[...showIds]}) and own.open`
      return new Map(rows.map(({ of, ...rival }) => [of, rival]))
    },
  }
}
