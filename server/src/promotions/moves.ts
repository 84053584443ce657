import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import type { Fragment } from 'postgres'
import { violatedConstraint } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import { type SaleMover, type SaleStatus, saleStatusesBefore } from './rules.ts'
import type { DeskSale, Place, Sales, SalesDeps } from './sales.ts'

export interface MovesDeps extends SalesDeps {
  rooms: { publish(showId: string, event: DownOf<'state'>): void }
  /** Told of every SKU whose flash sale began or ended. */
  stock: { touched(tenantId: string, skuIds: readonly string[]): void }
}

interface Moved {
  tenantId: string
  showId: string
  sale: SaleView
  /** Its place in the room's log; null for a sale that viewers never saw. */
  epoch: number | null
  offset: number | null
}

/** The life of flash sales: who or what moves them, and when. Each move is one statement with its trail and room event. */
export function createMoves(deps: MovesDeps & { sales: Pick<Sales, 'get' | 'refused'> }) {
  const { rooms, stock, sales, clock, limits } = deps
  const { sql } = deps.db
  const now = () => sql`${new Date(clock.now())}::timestamptz`

  /**
   * Moves the sales that are `chosen` and may go to `to`, notes who did it, and tells the room. A sale that was stopped
   * before its countdown began was never shown, so the room is not told. Of several servers one does it.
   */
  async function move(
    { to, mover, by = null }: { to: SaleStatus; mover: SaleMover; by?: string | null },
    chosen: Fragment,
    set: Fragment = sql``,
  ): Promise<Moved[]> {
    const moved = await sql<Moved[]>`
      with before as (
        select tenant_id, id, status from flash_sales
        where status = any(${saleStatusesBefore(to, mover)}) and ${chosen} order by tenant_id, id for no key update
      ), moved as (
        update flash_sales f set status = ${to} ${set} from before b where f.tenant_id = b.tenant_id and f.id = b.id
        returning f.tenant_id, f.show_id, b.status as from_status, sale_view(f) as sale, f.starts_at is not null as shown
      ), placed as (
        select m.*, pos.epoch, pos."offset"
        from moved m, lateral room_append(m.tenant_id, m.show_id, jsonb_build_object('t', 'sale', 'sale', m.sale)) pos
        where m.shown
        union all select m.*, null, null from moved m where not m.shown
      ), noted as (
        insert into sale_events (tenant_id, sale_id, from_status, to_status, mover, person_id, room_epoch, room_offset, at)
        select tenant_id, sale->>'id', from_status, ${to}, ${mover}, ${by}, epoch, "offset", ${now()} from placed
      )
      select tenant_id as "tenantId", show_id as "showId", sale, epoch, "offset" from placed`
    for (const { tenantId, showId, sale, epoch, offset } of moved) {
      if (epoch === null || offset === null) continue
      rooms.publish(showId, { t: 'sale', pos: [epoch, offset], sale })
      stock.touched(tenantId, [sale.skuId])
    }
    return moved
  }

  const at = ({ tenantId, showId, saleId }: Place) =>
    sql`tenant_id = ${tenantId} and show_id = ${showId} and id = ${saleId}`
  const starting = (startsAt: Fragment) =>
    sql`, starts_at = ${startsAt}, ends_at = ${startsAt} + duration_s * interval '1 second'`
  /** A sale that never began has no end either. */
  const stoppingNow = () => sql`, ends_at = case when starts_at is not null then least(ends_at, ${now()}) end`
  const countdown = sql`countdown_s * interval '1 second'`
  const waited = () => sql`${now()} - ${limits.missedAfterMs} * interval '1 millisecond'`

  /**
   * Begins the countdown of planned sales whose show is on air, so that they start at their time; one that is late,
   * because its show was, counts down whole from now. A SKU whose other sale is open waits. What waited for longer
   * than `missedAfterMs` is stopped.
   */
  async function advancePlanned(): Promise<void> {
    const due = sql`(tenant_id, id) in (
      select distinct on (f.tenant_id, f.sku_id) f.tenant_id, f.id
      from flash_sales f join shows w on w.tenant_id = f.tenant_id and w.id = f.show_id and w.status = 'live'
      where f.status = any(${saleStatusesBefore('countdown', 'clock')})
        and f.planned_at - f.${countdown} <= ${now()} and f.planned_at > ${waited()}
        and not exists (select from flash_sales o where o.tenant_id = f.tenant_id and o.sku_id = f.sku_id
          and o.status in ('countdown', 'running'))
      order by f.tenant_id, f.sku_id, f.planned_at)`
    const startsAt = sql`case when planned_at > ${now()} then planned_at else ${now()} + ${countdown} end`
    await move({ to: 'countdown', mover: 'clock' }, due, starting(startsAt))
    await move({ to: 'stopped', mover: 'clock' }, sql`planned_at <= ${waited()}`)
  }

  return {
    /**
     * Starts the countdown. The show must be live.
     * @throws Fault `show_not_live`, `sale_conflict`, `sale_transition_refused`
     */
    async start(place: Place, by: string): Promise<DeskSale> {
      const live = sql`exists (
        select from shows w where w.tenant_id = ${place.tenantId} and w.id = ${place.showId} and w.status = 'live')`
      const moved = await move(
        { to: 'countdown', mover: 'desk', by },
        sql`${at(place)} and ${live}`,
        starting(sql`${now()} + ${countdown}`),
      ).catch((error: unknown) => {
        throw violatedConstraint(error) === 'flash_sales_one_open_per_sku'
          ? new Fault('sale_conflict')
          : error
      })
      if (moved[0]) return sales.get(place)
      const { status } = await sales.get(place)
      if (saleStatusesBefore('countdown', 'desk').includes(status)) throw new Fault('show_not_live')
      throw await sales.refused(place)
    },

    /** Stops a sale before its time; orders already placed stand. @throws Fault `sale_transition_refused` */
    async stop(place: Place, by: string): Promise<DeskSale> {
      const moved = await move({ to: 'stopped', mover: 'desk', by }, at(place), stoppingNow())
      if (!moved[0]) throw await sales.refused(place)
      return sales.get(place)
    },

    /** Moves every sale whose time has come, and stops those of ended shows. */
    async advance(): Promise<void> {
      await advancePlanned()
      await move({ to: 'running', mover: 'clock' }, sql`starts_at <= ${now()}`)
      await move({ to: 'ended', mover: 'clock' }, sql`ends_at <= ${now()}`)
      const ended = sql`exists (select from shows w
        where w.tenant_id = flash_sales.tenant_id and w.id = flash_sales.show_id and w.status = 'ended')`
      await move({ to: 'stopped', mover: 'show' }, ended, stoppingNow())
    },

    /** When the next sale moves, or null. What waits for its show has no time. Milliseconds since 1970. */
    async nextMove(): Promise<number | null> {
      const [row] = await sql<{ at: number | null }[]>`
        select (extract(epoch from min(case status when 'countdown' then starts_at when 'running' then ends_at
          else planned_at - ${countdown} end)) * 1000)::bigint as at
        from flash_sales where status in ('countdown', 'running')
          or (status = 'scheduled' and planned_at - ${countdown} > ${now()})`
      return row?.at ?? null
    },
  }
}
