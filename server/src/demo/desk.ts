import type { Domains } from '../domains.ts'
import { Fault } from '../kernel/errors.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'

const TICK_MS = 5000
const PIN_S = 40
const SALE_EVERY_S = 180
const FIRST_SALE_S = 15
const SALE = { countdownS: 15, durationS: 60, quantity: 6, perBuyerLimit: 1 }
const SALES_MAX = 200
const RESTOCK_BELOW = 20
const RESTOCK_UNITS = 60
const CHAT_KEPT = '1 hour'

/**
 * The demo's merchant: pins one product after the other, starts a flash sale now and then, and fills the shelf up.
 * Pins and sales wait for somebody to watch, so that a demo left alone writes nothing.
 */
export function startDesk(deps: {
  domains: Domains
  tenantId: string
  showId: string
  ownerId: string
  /** Chat of these people is swept after an hour. */
  crowdIds: readonly string[]
  watchers(): number
}): Closable {
  const { domains, tenantId, showId } = deps
  const { sql } = domains.db
  let watchedS = 0
  let sales = 0
  let pins = 0

  async function pinNext(): Promise<void> {
    const items = await domains.shows.shelf.view(tenantId, showId)
    const item = items[pins++ % items.length]
    if (item) await domains.shows.shelf.pin(tenantId, showId, item.id)
  }

  async function startSale(): Promise<void> {
    const items = await domains.shows.shelf.view(tenantId, showId)
    const sku = items[(sales * 3 + 1) % items.length]?.skus[0]
    if (!sku || sales++ >= SALES_MAX) return
    const priceMinor = Math.round((sku.priceMinor * 0.6) / 100) * 100 - 10
    const terms = { skuId: sku.id, priceMinor, allocation: 'hold' as const, plannedAt: null, ...SALE }
    const sale = await domains.promotions.create(tenantId, showId, terms, deps.ownerId)
    await domains.promotions.start({ tenantId, showId, saleId: sale.id }, deps.ownerId)
  }

  async function restock(): Promise<void> {
    const { items } = await domains.products.list(tenantId, { limit: 100 })
    for (const sku of items.flatMap(({ skus }) => skus)) {
      if (sku.stock.available >= RESTOCK_BELOW) continue
      await domains.stock.adjust({
        tenantId,
        skuId: sku.id,
        delta: RESTOCK_UNITS,
        note: 'demo',
        personId: deps.ownerId,
      })
    }
  }

  async function step(): Promise<void> {
    if (pins === 0) await pinNext()
    if (deps.watchers() === 0) return
    watchedS += TICK_MS / 1000
    if (watchedS % PIN_S === 0) await pinNext()
    if (watchedS % SALE_EVERY_S === FIRST_SALE_S) await startSale()
    await restock()
    await sql`
      delete from chat_lines where tenant_id = ${tenantId} and show_id = ${showId}
        and person_id = any(${[...deps.crowdIds]}) and created_at < now() - ${CHAT_KEPT}::interval`
  }

  return startTicker('demo desk', TICK_MS, domains.log, () =>
    step().catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error // a person at the desk was quicker, say
    }),
  )
}
