import type { createSale } from '@shelfcast/shared/api/promotions.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
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

export type Sales = ReturnType<typeof createSales>

export interface SalesDeps {
  db: Db
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
  /** Which version of its terms these are. */
  termsVersion: number
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

/** A sale's move from one status to another. */
export interface SaleEvent {
  from: SaleStatus
  to: SaleStatus
  mover: SaleMover
  /** By name, for a move at the desk. */
  by: string | null
  at: number
  /** Its place in the room's log; null for what viewers never saw. */
  pos: Position | null
}

export interface SaleHistory {
  items: SaleChange[]
  events: SaleEvent[]
}

export interface Place {
  tenantId: string
  showId: string
  saleId: string
}

const overListPrice = (listPriceMinor: number) =>
  new Fault('invalid_input', {
    issues: [{ path: 'priceMinor', message: `at most the list price, ${listPriceMinor}` }],
  })

/** Flash sales and their terms; moves.ts moves them. */
export function createSales({ db: { sql }, clock, limits }: SalesDeps) {
  const now = () => new Date(clock.now())

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

  const from = (to: SaleStatus, mover: SaleMover) => sql`status = any(${saleStatusesBefore(to, mover)})`

  /** @throws Fault `invalid_input` for a time that is past or too far away */
  function plannedTime(atMs: number | null): Date | null {
    if (atMs === null) return null
    const aheadMs = atMs - clock.now()
    if (aheadMs > 0 && aheadMs <= limits.plannedAheadMsMax) return new Date(atMs)
    const message = `in the future, at most ${limits.plannedAheadMsMax / 86_400_000} days ahead`
    throw new Fault('invalid_input', { issues: [{ path: 'plannedAt', message }] })
  }

  return {
    get,
    refused,

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
          per_buyer_limit as "perBuyerLimit", allocation, terms_version as "termsVersion", (extract(epoch from starts_at) * 1000)::bigint as "startsAt",
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

    /** All that ever happened to a sale, the first first. @throws Fault `not_found` */
    async history(place: Place): Promise<SaleHistory> {
      await get(place)
      const ofSale = (t: string) =>
        sql`${sql(t)}.tenant_id = ${place.tenantId} and ${sql(t)}.sale_id = ${place.saleId}`
      const [items, events] = await Promise.all([
        sql<SaleChange[]>`
          select c.version, p.name as by, (extract(epoch from c.created_at) * 1000)::bigint as at, c.before, c.after
          from sale_changes c join persons p on p.id = c.person_id
          where ${ofSale('c')} order by c.version`,
        sql<SaleEvent[]>`
          select e.from_status as "from", e.to_status as "to", e.mover, p.name as by,
            (extract(epoch from e.at) * 1000)::bigint as at,
            case when e.room_epoch is not null then jsonb_build_array(e.room_epoch, e.room_offset) end as pos
          from sale_events e left join persons p on p.id = e.person_id
          where ${ofSale('e')} order by e.id`,
      ])
      return { items, events }
    },
  }
}
