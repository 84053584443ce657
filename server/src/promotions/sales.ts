import type { createSale } from '@shelfcast/shared/api/promotions.ts'
import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Db, violatedConstraint } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import {
  exceededTerm,
  type SaleMover,
  type SaleStatus,
  saleStatusesBefore,
  type Terms,
  type TermsChange,
} from './rules.ts'

export interface SalesDeps {
  db: Db
  rooms: { publish(showId: string, event: DownOf<'state'>): void }
  /** Told of every SKU whose flash sale began or ended. */
  stock: { touched(tenantId: string, skuIds: readonly string[]): void }
  clock: Clock
  limits: Limits['sales']
}

/** A flash sale as orders price it. */
export interface SaleTerms {
  id: string
  showId: string
  skuId: string
  status: SaleStatus
  priceMinor: number
  perBuyerLimit: number
  allocation: SaleView['allocation']
  startsAt: number | null
  endsAt: number | null
}

/** A flash sale as the desk has it. */
export type DeskSale = SaleView & { plannedAt: number | null; allowed: Terms }

/** A version of a sale's terms, as it came; the first has nothing before it. */
export interface SaleChange {
  version: number
  /** Who set it, by name. */
  by: string
  at: number
  before: Terms | null
  after: Terms
}

interface Moved {
  tenantId: string
  showId: string
  sale: SaleView
  /** Its place in the room's log; null for a sale that viewers never saw. */
  epoch: number | null
  offset: number | null
}

interface Place {
  tenantId: string
  showId: string
  saleId: string
}

const overListPrice = (listPriceMinor: number) =>
  new Fault('invalid_input', {
    issues: [{ path: 'priceMinor', message: `at most the list price, ${listPriceMinor}` }],
  })

/** Commands and queries of flash sales. Each change is one statement that also logs the room event. */
export function createSales({ db: { sql }, rooms, stock, clock, limits }: SalesDeps) {
  const now = () => new Date(clock.now())

  /**
   * The end of each statement below: `moved` are the rows it changed, as (tenant_id, show_id, sale, shown). A sale
   * that was stopped before its countdown began was never shown, so the room is not told.
   */
  const logged = sql`
    select m.tenant_id as "tenantId", m.show_id as "showId", m.sale, pos.epoch, pos."offset"
    from moved m, lateral room_append(m.tenant_id, m.show_id, jsonb_build_object('t', 'sale', 'sale', m.sale)) pos
    where m.shown
    union all select tenant_id, show_id, sale, null, null from moved where not shown`
  const columns = sql`tenant_id, show_id, sale_view(flash_sales) as sale, starts_at is not null as shown`

  function publish(moved: readonly Moved[]): void {
    for (const { tenantId, showId, sale, epoch, offset } of moved) {
      if (epoch === null || offset === null) continue
      rooms.publish(showId, { t: 'sale', pos: [epoch, offset], sale })
      stock.touched(tenantId, [sale.skuId])
    }
  }

  /** A sale as the desk has it: what viewers see, when it is to begin by itself, and what the merchant allowed. */
  const deskView = sql`sale_view(flash_sales) || jsonb_build_object(
    'plannedAt', (extract(epoch from planned_at) * 1000)::bigint, 'allowed', jsonb_build_object(
      'priceMinor', coalesce(price_minor_min, price_minor), 'quantity', coalesce(quantity_max, quantity),
      'perBuyerLimit', coalesce(per_buyer_limit_max, per_buyer_limit),
      'countdownS', coalesce(countdown_s_max, countdown_s), 'durationS', coalesce(duration_s_max, duration_s))) as sale`

  async function get({ tenantId, showId, saleId }: Place): Promise<DeskSale> {
    const [row] = await sql<{ sale: DeskSale }[]>`
      select ${deskView} from flash_sales
      where tenant_id = ${tenantId} and show_id = ${showId} and id = ${saleId}`
    return found(row).sale
  }

  async function refused(place: Place): Promise<Fault> {
    const { status } = await get(place)
    return new Fault('sale_transition_refused', { extra: { status } })
  }

  /** A sale that never began has no end either. */
  const stoppedNow = () =>
    sql`ends_at = case when starts_at is not null then least(ends_at, ${now()}::timestamptz) end`
  const from = (to: SaleStatus, mover: SaleMover) => sql`status = any(${saleStatusesBefore(to, mover)})`

  /** @throws Fault `invalid_input` for a time that is past or too far away */
  function plannedTime(atMs: number | null): Date | null {
    if (atMs === null) return null
    const aheadMs = atMs - clock.now()
    if (aheadMs > 0 && aheadMs <= limits.plannedAheadMsMax) return new Date(atMs)
    const message = `in the future, at most ${limits.plannedAheadMsMax / 86_400_000} days ahead`
    throw new Fault('invalid_input', { issues: [{ path: 'plannedAt', message }] })
  }

  /**
   * Begins the countdown of planned sales whose show is on air, so that they start at their time; one that is late,
   * because its show was, counts down whole from now. A SKU whose other sale is open waits. What waited for longer
   * than `missedAfterMs` is stopped.
   */
  async function beginPlanned(): Promise<Moved[]> {
    const begun = await sql<Moved[]>`
      with due as (
        select distinct on (f.tenant_id, f.sku_id) f.tenant_id, f.id,
          case when f.planned_at > ${now()} then f.planned_at
            else ${now()}::timestamptz + f.countdown_s * interval '1 second' end as starts_at
        from flash_sales f join shows w on w.tenant_id = f.tenant_id and w.id = f.show_id and w.status = 'live'
        where f.${from('countdown', 'clock')} and f.planned_at - f.countdown_s * interval '1 second' <= ${now()}
          and f.planned_at > ${now()}::timestamptz - ${limits.missedAfterMs} * interval '1 millisecond'
          and not exists (select from flash_sales o where o.tenant_id = f.tenant_id and o.sku_id = f.sku_id
            and o.status in ('countdown', 'running'))
        order by f.tenant_id, f.sku_id, f.planned_at
      ), moved as (
        update flash_sales set status = 'countdown', starts_at = due.starts_at,
          ends_at = due.starts_at + duration_s * interval '1 second'
        from due where flash_sales.tenant_id = due.tenant_id and flash_sales.id = due.id and ${from('countdown', 'clock')}
        returning flash_sales.tenant_id, flash_sales.show_id, sale_view(flash_sales) as sale, true as shown
      ) ${logged}`
    await sql`
      update flash_sales set status = 'stopped' where ${from('stopped', 'clock')}
        and planned_at <= ${now()}::timestamptz - ${limits.missedAfterMs} * interval '1 millisecond'`
    return begun
  }

  return {
    async list(tenantId: string, showId: string): Promise<DeskSale[]> {
      const rows = await sql<{ sale: DeskSale }[]>`
        select ${deskView} from flash_sales
        where tenant_id = ${tenantId} and show_id = ${showId} order by id desc`
      return rows.map((row) => row.sale)
    },

    /** The merchant whose sale this is; null for one that does not exist. */
    async tenantOf(saleId: string): Promise<string | null> {
      const [row] = await sql<{ tenantId: string }[]>`
        select tenant_id as "tenantId" from flash_sales where id = ${saleId}`
      return row?.tenantId ?? null
    },

    /** What viewers see: countdowns, running sales, and those that ended in the last minutes. */
    async roomSales(showId: string): Promise<SaleView[]> {
      const since = new Date(clock.now() - limits.shownAfterEndMs)
      const rows = await sql<{ sale: SaleView }[]>`
        select sale_view(f) as sale from shows w
        join flash_sales f on f.tenant_id = w.tenant_id and f.show_id = w.id
        where w.id = ${showId} and (f.status in ('countdown', 'running')
          or (f.status in ('ended', 'stopped') and f.ends_at > ${since}))
        order by f.starts_at, f.id`
      return rows.map((row) => row.sale)
    },

    /** The terms of these sales, for orders. Sales that do not exist are left out. */
    async terms(tenantId: string, saleIds: readonly string[]): Promise<Map<string, SaleTerms>> {
      if (saleIds.length === 0) return new Map()
      const rows = await sql<SaleTerms[]>`
        select id, show_id as "showId", sku_id as "skuId", status, price_minor as "priceMinor",
          per_buyer_limit as "perBuyerLimit", allocation, (extract(epoch from starts_at) * 1000)::bigint as "startsAt",
          (extract(epoch from ends_at) * 1000)::bigint as "endsAt"
        from flash_sales where tenant_id = ${tenantId} and id = any(${[...saleIds]})`
      return new Map(rows.map((row) => [row.id, row]))
    },

    /**
     * Prepares a sale of a SKU on the show's shelf. Viewers do not see it before it is started.
     * @throws Fault `not_found`, `show_ended`, `product_unavailable`, `sold_out`, `sale_conflict`, `invalid_input`
     */
    async create(
      tenantId: string,
      showId: string,
      terms: z.output<typeof createSale.body>,
      by: string,
    ): Promise<DeskSale> {
      const planned = plannedTime(terms.plannedAt)
      const [sku] = await sql<
        { available: number; priceMinor: number; conflict: boolean; onShelf: boolean; ended: boolean }[]
      >`
        select w.status = 'ended' as ended, coalesce(t.available, 0) as available, k.price_minor as "priceMinor",
          exists (select from shelf_items i join products p on p.tenant_id = i.tenant_id and p.id = i.product_id
            where i.tenant_id = w.tenant_id and i.show_id = w.id and i.product_id = k.product_id
              and p.status = 'active') as "onShelf",
          exists (select from flash_sales f where f.tenant_id = k.tenant_id and f.sku_id = k.id
            and (f.status in ('countdown', 'running') or (f.status = 'scheduled' and f.show_id = w.id))
            and coalesce(tstzrange(${planned}::timestamptz - ${terms.countdownS} * interval '1 second', ${planned}::timestamptz + ${terms.durationS} * interval '1 second') && tstzrange(
              coalesce(f.starts_at, f.planned_at) - f.countdown_s * interval '1 second',
              coalesce(f.starts_at, f.planned_at) + f.duration_s * interval '1 second'), true)) as conflict
        from shows w left join skus k on k.tenant_id = w.tenant_id and k.id = ${terms.skuId}
        left join stock t on t.tenant_id = k.tenant_id and t.sku_id = k.id
        where w.tenant_id = ${tenantId} and w.id = ${showId}`
      const { available, priceMinor, conflict, onShelf, ended } = found(sku)
      if (ended) throw new Fault('show_ended')
      if (!onShelf) throw new Fault('product_unavailable')
      if (conflict) throw new Fault('sale_conflict')
      if (available < terms.quantity) throw new Fault('sold_out', { extra: { left: available } })
      if (terms.priceMinor > priceMinor) {
        throw overListPrice(priceMinor)
      }
      const saleId = newId('sal')
      await sql`
        with made as (
          insert into flash_sales (tenant_id, id, show_id, sku_id, price_minor, quantity, per_buyer_limit, allocation, countdown_s, duration_s, planned_at)
          values (${tenantId}, ${saleId}, ${showId}, ${terms.skuId}, ${terms.priceMinor}, ${terms.quantity},
            ${terms.perBuyerLimit}, ${terms.allocation}, ${terms.countdownS}, ${terms.durationS}, ${planned})
          returning *
        )
        insert into sale_changes (tenant_id, sale_id, version, person_id, after, created_at)
        select tenant_id, id, terms_version, ${by}, sale_terms(made), ${now()} from made`
      return get({ tenantId, showId, saleId })
    },

    /**
     * Narrows a sale that nobody saw yet: a higher price up to the list price, less of everything else. What the
     * merchant allowed never changes, so a host may come back to it.
     * @throws Fault `not_found`, `sale_terms_exceeded` (with `term` and `allowed`), `sale_transition_refused`, `invalid_input`
     */
    async narrow(place: Place, asked: TermsChange, by: string): Promise<DeskSale> {
      const { tenantId, showId, saleId } = place
      const sale = await get(place)
      const term = exceededTerm(sale.allowed, asked)
      if (term) throw new Fault('sale_terms_exceeded', { extra: { term, allowed: sale.allowed[term] } })
      if (asked.priceMinor !== undefined && asked.priceMinor > sale.listPriceMinor) {
        throw overListPrice(sale.listPriceMinor)
      }
      const change = JSON.stringify(asked)
      const [row] = await sql<{ narrowable: number }[]>`
        with before as (
          select * from flash_sales
          where tenant_id = ${tenantId} and show_id = ${showId} and id = ${saleId} and ${from('countdown', 'desk')}
          for no key update
        ), wanted as (
          select id, sale_terms(before) as was, sale_terms(before) || ${change}::text::jsonb as terms from before
        ), changed as (
          update flash_sales f set terms_version = terms_version + 1,
            price_minor_min = coalesce(price_minor_min, price_minor),
            quantity_max = coalesce(quantity_max, quantity),
            per_buyer_limit_max = coalesce(per_buyer_limit_max, per_buyer_limit),
            countdown_s_max = coalesce(countdown_s_max, countdown_s),
            duration_s_max = coalesce(duration_s_max, duration_s),
            price_minor = (terms->>'priceMinor')::bigint, quantity = (terms->>'quantity')::int,
            per_buyer_limit = (terms->>'perBuyerLimit')::int, countdown_s = (terms->>'countdownS')::int,
            duration_s = (terms->>'durationS')::int
          from wanted
          where f.tenant_id = ${tenantId} and f.id = wanted.id and wanted.terms <> wanted.was
          returning f.terms_version, wanted.was, wanted.terms
        ), noted as (
          insert into sale_changes (tenant_id, sale_id, version, person_id, before, after, created_at)
          select ${tenantId}, ${saleId}, terms_version, ${by}, was, terms, ${now()} from changed
        )
        select count(*)::int as narrowable from before`
      if (row?.narrowable !== 1) throw await refused(place)
      return get(place)
    },

    /** Every version of a sale's terms, the first one first. @throws Fault `not_found` */
    async history(place: Place): Promise<SaleChange[]> {
      await get(place)
      return sql<SaleChange[]>`
        select c.version, p.name as by, (extract(epoch from c.created_at) * 1000)::bigint as at, c.before, c.after
        from sale_changes c join persons p on p.id = c.person_id
        where c.tenant_id = ${place.tenantId} and c.sale_id = ${place.saleId} order by c.version`
    },

    /**
     * Starts the countdown, or with a countdown of 0 the sale. The show must be live.
     * @throws Fault `show_not_live`, `sale_conflict`, `sale_transition_refused`
     */
    async start(place: Place): Promise<DeskSale> {
      const { tenantId, showId, saleId } = place
      const moved = await sql<Moved[]>`
        with moved as (
          update flash_sales set
            status = case when countdown_s = 0 then 'running' else 'countdown' end,
            starts_at = ${now()}::timestamptz + countdown_s * interval '1 second',
            ends_at = ${now()}::timestamptz + (countdown_s + duration_s) * interval '1 second'
          where tenant_id = ${tenantId} and show_id = ${showId} and id = ${saleId} and ${from('countdown', 'desk')}
            and exists (select from shows w where w.tenant_id = ${tenantId} and w.id = ${showId} and w.status = 'live')
          returning ${columns}
        ) ${logged}`.catch((error: unknown) => {
        throw violatedConstraint(error) === 'flash_sales_one_open_per_sku'
          ? new Fault('sale_conflict')
          : error
      })
      publish(moved)
      if (moved[0]) return get(place)
      const { status } = await get(place)
      if (saleStatusesBefore('countdown', 'desk').includes(status)) throw new Fault('show_not_live')
      throw await refused(place)
    },

    /** Stops a sale before its time; orders already placed stand. @throws Fault `sale_transition_refused` */
    async stop(place: Place): Promise<DeskSale> {
      const { tenantId, showId, saleId } = place
      const moved = await sql<Moved[]>`
        with moved as (
          update flash_sales set status = 'stopped', ${stoppedNow()}
          where tenant_id = ${tenantId} and show_id = ${showId} and id = ${saleId} and ${from('stopped', 'desk')}
          returning ${columns}
        ) ${logged}`
      publish(moved)
      if (!moved[0]) throw await refused(place)
      return get(place)
    },

    /**
     * Moves every sale whose time has come, and stops those of ended shows; one statement for each kind of move, so
     * that of several servers one does it.
     */
    async advance(): Promise<void> {
      publish(await beginPlanned())
      publish(
        await sql<Moved[]>`
        with moved as (
          update flash_sales set status = 'running'
          where ${from('running', 'clock')} and starts_at <= ${now()} returning ${columns}
        ) ${logged}`,
      )
      publish(
        await sql<Moved[]>`
        with moved as (
          update flash_sales set status = 'ended'
          where ${from('ended', 'clock')} and ends_at <= ${now()} returning ${columns}
        ) ${logged}`,
      )
      publish(
        await sql<Moved[]>`
        with moved as (
          update flash_sales set status = 'stopped', ${stoppedNow()}
          where ${from('stopped', 'show')} and exists (
            select from shows w where w.tenant_id = flash_sales.tenant_id and w.id = flash_sales.show_id and w.status = 'ended')
          returning ${columns}
        ) ${logged}`,
      )
    },

    /** When the next sale moves, or null. What waits for its show has no time. Milliseconds since 1970. */
    async nextMove(): Promise<number | null> {
      const [row] = await sql<{ at: number | null }[]>`
        select (extract(epoch from min(case status when 'countdown' then starts_at when 'running' then ends_at
          else planned_at - countdown_s * interval '1 second' end)) * 1000)::bigint as at
        from flash_sales where status in ('countdown', 'running')
          or (status = 'scheduled' and planned_at - countdown_s * interval '1 second' > ${now()})`
      return row?.at ?? null
    },
  }
}
