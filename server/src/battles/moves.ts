import type { challengeShow } from '@shelfcast/shared/api/battles.ts'
import type { StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Db, violatedConstraint } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { untilDecided } from '../kernel/retry.ts'
import type { BattleCodes } from './codes.ts'
import type { Challenge } from './reads.ts'
import type { BattleEnd, BattleState } from './rules.ts'

export interface OfShow {
  tenantId: string
  showId: string
}
type Place = OfShow & { battleId: string }

/** What both rooms are told, as `tell_battle` answers. */
type News = readonly { showId: string; event: Extract<StateEvent, { t: 'battle' }> }[]

interface Due {
  id: string
  status: BattleState
  /** The show of the battle that has ended. */
  endedShowId: string | null
}

export interface MovesDeps {
  db: Db
  rooms: { publish(showId: string, event: StateEvent): void }
  codes: BattleCodes
  challenge(tenantId: string, showId: string): Promise<Challenge | null>
  /** Called after every change, with the shows that it concerns. */
  moved(showIds: readonly string[]): void
  clock: Clock
  log: Log
  limits: Limits['battles']
}

/** What becomes of battles. Each step is one statement; what both rooms see is told to both in it. */
export function createMoves(deps: MovesDeps) {
  const { rooms, clock, limits, log } = deps
  const { sql } = deps.db
  const now = () => new Date(clock.now())

  function tell(news: News): void {
    for (const { showId, event } of news) rooms.publish(showId, event)
    deps.moved(news.map(({ showId }) => showId))
  }

  /** The shows of a battle of this one. @throws Fault `not_found` */
  async function showsOf({ tenantId, showId, battleId }: Place): Promise<string[]> {
    const rows = await sql<{ showId: string }[]>`
      select s.show_id as "showId" from battle_sides s
      where s.battle_id = ${battleId} and exists (select from battle_sides o
        where o.battle_id = s.battle_id and o.tenant_id = ${tenantId} and o.show_id = ${showId})`
    found(rows[0])
    return rows.map((row) => row.showId)
  }

  async function endNow(battleId: string, by: BattleEnd, quitShowId: string | null): Promise<boolean> {
    const shownUntil = new Date(clock.now() + limits.resultMs)
    const [row] = await untilDecided(
      () => sql<{ news: News | null }[]>`
        select end_battle(${battleId}, ${by}, ${quitShowId}, ${now()}, ${shownUntil}) as news`,
    )
    if (!row?.news) return false
    tell(row.news)
    log.info({ battleId, by }, 'a battle ended')
    return true
  }

  async function closeNow(battleId: string): Promise<void> {
    const [row] = await untilDecided(
      () => sql<{ news: News | null }[]>`select close_battle(${battleId}, ${now()}) as news`,
    )
    if (row?.news) tell(row.news)
  }

  async function voidNow(battleId: string, by: BattleEnd): Promise<boolean> {
    const [row] = await sql<{ done: boolean }[]>`select void_battle(${battleId}, ${by}, ${now()}) as done`
    return row?.done === true
  }

  async function move({ id, status, endedShowId }: Due): Promise<void> {
    if (status === 'running') await endNow(id, endedShowId === null ? 'time' : 'show_ended', endedShowId)
    else if (status === 'result') await closeNow(id)
    else if (await voidNow(id, endedShowId === null ? 'expired' : 'show_ended')) {
      const rows = await sql<{ showId: string }[]>`
        select show_id as "showId" from battle_sides where battle_id = ${id}`
      deps.moved(rows.map(({ showId }) => showId))
    }
  }

  return {
    /**
     * @throws Fault `not_found` for a show of another merchant, `battle_code_invalid`, `battle_open`, `show_not_live`,
     *   `too_many_requests` for who was declined just now, or took too many back
     */
    async challenge(
      { tenantId, showId }: OfShow,
      { durationS, rival }: z.output<typeof challengeShow.body>,
    ): Promise<Challenge> {
      const byCode = 'code' in rival
      const rivalId = byCode ? deps.codes.read(rival.code) : rival.showId
      const shows = await sql<{ tenantId: string; showId: string; status: string; tooSoon: boolean }[]>`
        select w.tenant_id as "tenantId", w.id as "showId", w.status, (
          select count(*) filter (where b.ended_by = 'declined') > 0
            or count(*) filter (where b.ended_by = 'withdrawn') >= ${limits.withdrawnMax}
          from battles b join battle_sides s on s.battle_id = b.id
            and s.tenant_id = w.tenant_id and s.show_id = w.id and not s.challenger
          join battle_sides o on o.battle_id = b.id and o.show_id = ${showId}
          where b.created_at > ${new Date(clock.now() - limits.againAfterMs)}) as "tooSoon"
        from shows w where w.id = any(${[showId, rivalId]}) and (w.tenant_id = ${tenantId} or ${byCode} and w.id = ${rivalId})`
      const own = found(shows.find((show) => show.showId === showId && show.tenantId === tenantId))
      const other = found(shows.find((show) => show.showId === rivalId && rivalId !== showId))
      if (own.status !== 'live') throw new Fault('show_not_live')
      if (other.status !== 'live') throw new Fault(byCode ? 'battle_code_invalid' : 'show_not_live')
      if (other.tooSoon) throw new Fault('too_many_requests', { retryAfterMs: limits.againAfterMs })

      const id = newId('btl')
      const sides = [own, other].sort((a, b) => (a.showId < b.showId ? -1 : 1))
      try {
        await sql`
          with battle as (
            insert into battles (id, duration_s, created_at, expires_at)
            values (${id}, ${durationS}, ${now()}, ${new Date(clock.now() + limits.challengeMs)}) returning id
          )
          insert into battle_sides (battle_id, tenant_id, show_id, challenger)
          select battle.id, side."tenantId", side."showId", side."showId" = ${showId}
          from battle, jsonb_to_recordset(${sql.json(sides.map(({ tenantId, showId }) => ({ tenantId, showId })))})
            as side("tenantId" text, "showId" text)`
      } catch (error) {
        if (violatedConstraint(error) === 'battle_sides_open') throw new Fault('battle_open')
        throw error
      }
      deps.moved([showId, rivalId])
      return found(await deps.challenge(tenantId, showId), 'battle_gone')
    },

    /** The battle begins. @throws Fault `not_found`, `battle_gone`, `show_not_live` */
    async accept({ tenantId, showId, battleId }: Place): Promise<void> {
      const [row] = await untilDecided(
        () => sql<{ answer: { news: News } | { code: 'not_found' | 'battle_gone' | 'show_not_live' } }[]>`
          select begin_battle(${tenantId}, ${showId}, ${battleId}, ${now()}) as answer`,
      )
      const { answer } = found(row)
      if ('code' in answer) throw new Fault(answer.code)
      tell(answer.news)
      log.info({ battleId }, 'a battle began')
    },

    /** Declines a challenge, or takes one's own back. @throws Fault `not_found`, `battle_gone` */
    async refuse(place: Place): Promise<void> {
      const showIds = await showsOf(place)
      const [own] = await sql<{ challenger: boolean }[]>`
        select challenger from battle_sides where battle_id = ${place.battleId} and show_id = ${place.showId}`
      if (!(await voidNow(place.battleId, found(own).challenger ? 'withdrawn' : 'declined'))) {
        throw new Fault('battle_gone')
      }
      deps.moved(showIds)
    },

    /** The other show wins. @throws Fault `not_found`, `battle_gone` for a battle that does not run */
    async giveUp(place: Place): Promise<void> {
      await showsOf(place)
      if (!(await endNow(place.battleId, 'given_up', place.showId))) throw new Fault('battle_gone')
    },

    /** Ends what is due: by the time, or because a show has ended. */
    async advance(): Promise<void> {
      const due = await sql<Due[]>`
        select b.id, b.status, gone.id as "endedShowId" from battles b
        left join lateral (select w.id from battle_sides s
          join shows w on w.tenant_id = s.tenant_id and w.id = s.show_id
          where s.battle_id = b.id and w.status = 'ended' order by w.ended_at, w.id limit 1) gone on true
        where b.status = 'challenged' and (b.expires_at <= ${now()} or gone.id is not null)
          or b.status = 'running' and (b.ends_at <= ${now()} or gone.id is not null)
          or b.status = 'result' and b.shown_until <= ${now()}
        order by b.id limit ${limits.movedPerTurnMax}`
      for (const one of due) await move(one)
    },

    /** When the next one is due, in milliseconds since 1970. */
    async nextMove(): Promise<number | null> {
      const [row] = await sql<{ at: number | null }[]>`
        select ceil(extract(epoch from min(case status when 'challenged' then expires_at when 'running' then ends_at
          else shown_until end)) * 1000)::float8 as at
        from battles where status in ('challenged', 'running', 'result')`
      return row?.at ?? null
    },
  }
}
