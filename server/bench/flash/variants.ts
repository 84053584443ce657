import type { OrderView } from '@shelfcast/shared/api/orders.ts'
import type { ReservedSql, Sql } from 'postgres'
import type { Limits } from '../../src/config.ts'
import type { Domains } from '../../src/domains.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { createBatcher } from '../../src/kernel/batcher.ts'
import { Fault, found } from '../../src/kernel/errors.ts'
import { type Keyed, keyed } from '../../src/kernel/idempotency.ts'
import { newId } from '../../src/kernel/ids.ts'
import { type Draft, drawUp, type PlaceInput } from '../../src/orders/draft.ts'
import { createQuotes, type Quote } from '../../src/orders/quote.ts'

/** One way to decide an order. All stand behind the same HTTP route, session and checks of the body. */
export type Place = (actor: Actor, asked: PlaceInput, key: string) => Promise<OrderView>

export const VARIANTS = [
  'shelfcast',
  'for update',
  'conditional update',
  'lua alone',
  'insert alone',
] as const
export type Variant = (typeof VARIANTS)[number]

/** Whether a flash sale lets in as many as come, or so many a second as the server is set to. */
export const ADMISSIONS = ['lifted', 'as set'] as const

/**
 * `for update` and `conditional update` do what a careful shop does without a gate and without batches: quote, then
 * one transaction an order that checks the rows of stock and sale and writes the same rows as ours. `lua alone` decides in Redis
 * and keeps nothing; `insert alone` writes what it is given, in batches, and decides nothing.
 */
export function variant(name: Variant, domains: Domains, limits: Limits): Place {
  switch (name) {
    case 'shelfcast':
      return domains.orders.place
    case 'for update':
      return inTransactions(domains, limits, 'for update')
    case 'conditional update':
      return inTransactions(domains, limits, 'conditional update')
    case 'lua alone':
      return luaAlone(domains)
    case 'insert alone':
      return insertAlone(domains, limits)
  }
}

const quotesOf = (domains: Domains, limits: Limits) =>
  createQuotes({
    ...domains,
    tenants: domains.accounts.tenants,
    clock: { now: Date.now },
    limits: limits.orders,
  })

const draftOf = (quote: Quote, by: Keyed, asked: PlaceInput, { orders }: Limits): Draft =>
  drawUp(quote, {
    by,
    asked,
    visit: asked.visit,
    nowMs: Date.now(),
    payWithinMs: orders.payWithinMs,
    unpaidMax: orders.unpaidPerPersonMax,
  })

function inTransactions(domains: Domains, limits: Limits, how: 'for update' | 'conditional update'): Place {
  const { sql } = domains.db
  const quotes = quotesOf(domains, limits)
  return async (actor, asked, key) => {
    const quote = await quotes.quote({ ...asked, to: asked.address })
    const draft = draftOf(quote, keyed(actor.personId, 'POST /orders', key, asked), asked, limits)
    const { tenantId } = quote
    // Always in the same order: two carts with the same SKUs never wait for each other.
    const lines = draft.lines.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1))
    await inTransaction(sql, async (tx) => {
      for (const line of lines) await takeUnits(tx, how, tenantId, line)
      const orders = JSON.stringify([draft])
      await tx`
        select keep_answer(${draft.personId}, ${draft.route}, ${draft.key}, ${draft.requestHash}, 201, ${JSON.stringify(draft.view)}::text::jsonb)
        from write_orders(${tenantId}, ${orders}::text::jsonb, array[${draft.id}::text], now())`
    })
    return draft.view
  }
}

async function takeUnits(
  tx: ReservedSql,
  how: 'for update' | 'conditional update',
  tenantId: string,
  line: { skuId: string; saleId: string | null; quantity: number },
): Promise<void> {
  if (line.saleId !== null) await takeOfSale(tx, how, line.saleId, line.quantity)
  if (how === 'for update') {
    const [stock] = await tx<{ available: number }[]>`
      select available from stock where tenant_id = ${tenantId} and sku_id = ${line.skuId} for update`
    if (found(stock).available < line.quantity) throw new Fault('sold_out')
    await tx`
      update stock set available = available - ${line.quantity}, reserved = reserved + ${line.quantity}
      where tenant_id = ${tenantId} and sku_id = ${line.skuId}`
    return
  }
  const [taken] = await tx`
    update stock set available = available - ${line.quantity}, reserved = reserved + ${line.quantity}
    where tenant_id = ${tenantId} and sku_id = ${line.skuId} and available >= ${line.quantity} returning 1`
  if (!taken) throw new Fault('sold_out')
}

async function takeOfSale(
  tx: ReservedSql,
  how: 'for update' | 'conditional update',
  saleId: string,
  quantity: number,
): Promise<void> {
  if (how === 'for update') {
    const [sale] = await tx<{ left: number }[]>`
      select quantity - taken as left from flash_sales where id = ${saleId} for update`
    if (found(sale).left < quantity) throw new Fault('sold_out')
    await tx`update flash_sales set taken = taken + ${quantity} where id = ${saleId}`
    return
  }
  const [taken] = await tx`
    update flash_sales set taken = taken + ${quantity}
    where id = ${saleId} and taken + ${quantity} <= quantity returning 1`
  if (!taken) throw new Fault('sold_out')
}

/** As `sql.begin` does it; that one fails now and then under such a rush (UNSAFE_TRANSACTION of postgres.js 3.4). */
async function inTransaction(sql: Sql, work: (tx: ReservedSql) => Promise<void>): Promise<void> {
  const tx = await sql.reserve()
  try {
    await tx`begin`
    await work(tx)
    await tx`commit`
  } catch (error) {
    await tx`rollback`
    throw error
  } finally {
    tx.release()
  }
}

/** What is looked up once for all who ask the same: those who decide nothing and keep nothing need no fresh answer. */
function once<T>(look: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (key) => {
    const found = known.get(key) ?? look(key)
    known.set(key, found)
    return found
  }
}

function luaAlone(domains: Domains): Place {
  const showOf = once(domains.shows.find)
  return async (actor, asked) => {
    const { tenantId } = found(await showOf(asked.showId))
    const { skuId, quantity, saleId } = found(asked.lines[0])
    const holdId = newId('hld')
    const admission = await domains.stock.admit([
      {
        holdId,
        tenantId,
        skuId,
        personId: actor.personId,
        quantity,
        perBuyerLimit: 2,
        sale: saleId === null ? null : { id: saleId, perBuyerLimit: 2 },
      },
    ])
    if (admission.refused) throw new Fault('sold_out')
    return emptyOrder(asked)
  }
}

function insertAlone(domains: Domains, limits: Limits): Place {
  const { sql } = domains.db
  const quotes = quotesOf(domains, limits)
  const write = createBatcher(
    { waitMs: limits.orders.batchMs, itemsMax: limits.orders.batchOrdersMax },
    async (drafts: Draft[]) => {
      const ids = drafts.map(({ id }) => id)
      const { tenantId } = found(drafts[0]).view
      await sql`
        select count(*) from write_orders(${tenantId}, ${JSON.stringify(drafts)}::text::jsonb, ${ids}::text[], now())`
      return drafts.map(({ view }) => view)
    },
  )
  return async ({ personId }, asked) => {
    const quote = await quotes.quote({ ...asked, to: asked.address })
    const draft = draftOf(quote, { personId, route: '', key: '', requestHash: '' }, asked, limits)
    return write(draft.view.tenantId, draft)
  }
}

const emptyOrder = (asked: PlaceInput): OrderView => ({
  id: 'ord_none',
  tenantId: 'ten_none',
  showId: asked.showId,
  status: 'pending_payment',
  currency: 'CNY',
  shippingMinor: 0,
  totalMinor: asked.expectedTotalMinor,
  placedAt: Date.now(),
  expiresAt: null,
  paidAt: null,
  moneyBack: null,
  lines: [],
})
