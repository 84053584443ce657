import { ownFact } from '@shelfcast/shared/facts/facts.ts'
import { type VisitSource, visitSource } from '@shelfcast/shared/facts/source.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import { GIFTS } from '@shelfcast/shared/money.ts'
import { z } from 'zod'
import { createBatcher } from '../kernel/batcher.ts'
import type { Db } from '../kernel/db.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { isRefusedData } from '../kernel/retry.ts'
import { eventIdOf } from './event-id.ts'
import { type ToldFact, writeFacts } from './store.ts'

const orderChanged = z.object({ tenantId: z.string(), orderId: z.string(), status: z.string() })
const paymentRefunded = z.object({ refundId: z.string() })
const tipSent = z.object({
  tenantId: z.string(),
  showId: z.string(),
  personId: z.string(),
  id: z.string(),
  giftId: z.enum(GIFTS.map(({ id }) => id)),
  count: z.number(),
  coins: z.number(),
  at: z.number(),
})

/** A rush places hundreds of orders a second, whose facts go in one statement. */
const TOGETHER = { waitMs: 2, itemsMax: 200, apart: isRefusedData }

interface ToldOrder {
  tenantId: string
  orderId: string
  type: 'ordered' | 'paid'
}

interface LineRow extends ToldOrder {
  showId: string | null
  personId: string
  currency: Currency
  visit: unknown
  placedAt: number
  paidAt: number | null
  lineId: string
  productId: string
  skuId: string
  quantity: number
  valueMinor: number
}

interface RefundRow {
  tenantId: string
  orderId: string
  showId: string | null
  personId: string
  currency: Currency
  amountMinor: number
  at: number
}

/** A line that was said in a show. */
export interface SaidLine {
  id: string
  tenantId: string
  showId: string
  personId: string
  at: number
}

/**
 * Facts of what the server committed: orders, payments, refunds, tips through the outbox, comments with their lines.
 * Straight into Postgres. Their ids follow from what they tell, so told twice they are one.
 */
export function createRecords({ db, outbox }: { db: Db; outbox: Pick<Outbox, 'on'> }) {
  const orderTold = createBatcher(TOGETHER, async (told: ToldOrder[]) => {
    const lines = await linesOf(db, told)
    await writeFacts(db, lines.map(factOfLine))
    return told
  })

  outbox.on('order.changed', async (payload) => {
    const { tenantId, orderId, status } = orderChanged.parse(payload)
    if (status !== 'pending_payment' && status !== 'paid') return
    await orderTold('', { tenantId, orderId, type: status === 'paid' ? 'paid' : 'ordered' })
  })

  outbox.on('payment.refunded', async (payload) => {
    const { refundId } = paymentRefunded.parse(payload)
    const refund = await refundOf(db, refundId)
    if (!refund) return // of coins
    const { tenantId, orderId, showId, personId, currency, amountMinor, at } = refund
    const id = eventIdOf(at, 'refunded', refundId)
    const fact = ownFact.parse({ type: 'refunded', id, orderId, refundId, valueMinor: amountMinor, currency })
    await writeFacts(db, [{ fact, tenantId, showId, personId, session: null, source: {} }])
  })

  outbox.on('tip.sent', async (payload) => {
    const { id: tipId, tenantId, showId, personId, giftId, count, coins, at } = tipSent.parse(payload)
    const fact = ownFact.parse({
      ...{ type: 'tipped', id: eventIdOf(at, 'tipped', tipId), tipId, giftId, count },
      ...{ valueMinor: coins, currency: 'COIN' },
    })
    await writeFacts(db, [{ fact, tenantId, showId, personId, session: null, source: {} }])
  })

  return {
    /** Comments, as their lines are written to the show's record. */
    said: (lines: readonly SaidLine[]): Promise<void> =>
      writeFacts(
        db,
        lines.map(
          ({ id, tenantId, showId, personId, at }): ToldFact => ({
            fact: { type: 'comment', id: eventIdOf(at, 'comment', id), lineId: id },
            ...{ tenantId, showId, personId, session: null, source: {} },
          }),
        ),
      ),
  }
}

/** An order's own column; an order of before this shape says nothing. */
function sourceOf(visit: unknown): VisitSource {
  return visitSource.safeParse(visit).data ?? {}
}

function factOfLine(line: LineRow): ToldFact {
  const { type, orderId, lineId, productId, skuId, quantity, valueMinor, currency } = line
  const at = type === 'paid' ? (line.paidAt ?? line.placedAt) : line.placedAt
  const id = eventIdOf(at, type, orderId, lineId)
  return {
    fact: ownFact.parse({ type, id, orderId, lineId, productId, skuId, quantity, valueMinor, currency }),
    tenantId: line.tenantId,
    showId: line.showId,
    personId: line.personId,
    session: null,
    source: sourceOf(line.visit),
  }
}

/** The lines of these orders at what each costs: its list price and its own adjustments. */
function linesOf({ sql }: Db, told: readonly ToldOrder[]): Promise<LineRow[]> {
  return sql<LineRow[]>`
    select told.type, told.tenant_id as "tenantId", told.order_id as "orderId",
      o.show_id as "showId", o.person_id as "personId", o.currency, o.visit,
      (extract(epoch from o.created_at) * 1000)::bigint as "placedAt",
      (extract(epoch from o.paid_at) * 1000)::bigint as "paidAt",
      l.id as "lineId", l.product_id as "productId", l.sku_id as "skuId", l.quantity,
      (l.unit_price_minor * l.quantity + coalesce((
        select sum(a.amount_minor) from order_adjustments a
        where a.tenant_id = l.tenant_id and a.order_id = l.order_id and a.line_id = l.id), 0))::bigint as "valueMinor"
    from unnest(${told.map((one) => one.tenantId)}::text[], ${told.map((one) => one.orderId)}::text[],
        ${told.map((one) => one.type)}::text[]) as told(tenant_id, order_id, type)
      join orders o on o.tenant_id = told.tenant_id and o.id = told.order_id
      join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id`
}

/** Null for a refund of something else than an order. */
async function refundOf({ sql }: Db, refundId: string): Promise<RefundRow | null> {
  const [row] = await sql<RefundRow[]>`
    select o.tenant_id as "tenantId", o.id as "orderId", o.show_id as "showId", o.person_id as "personId", o.currency,
      r.amount_minor as "amountMinor", (extract(epoch from r.created_at) * 1000)::bigint as at
    from refunds r join orders o on o.tenant_id = r.tenant_id and o.id = r.order_id where r.id = ${refundId}`
  return row ?? null
}
