import { createHash } from 'node:crypto'
import type { OrderView } from '@shelfcast/shared/api/orders.ts'
import type { VisitSource } from '@shelfcast/shared/facts/source.ts'
import type { Limits } from '../config.ts'
import type { Actor } from '../kernel/actor.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import { isRefusal, type KeptAnswer, type Keyed, keyed, refusalOf } from '../kernel/idempotency.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { isRefusedData } from '../kernel/retry.ts'
import type { HoldRequest, Stock } from '../stock/index.ts'
import { createDecisions, isPlaced } from './decide.ts'
import { drawUp, type PlaceInput } from './draft.ts'
import type { Quote, Quotes } from './quote.ts'

export interface PlaceDeps {
  db: Db
  quotes: Quotes
  stock: Pick<Stock, 'admit' | 'touched'>
  outbox: Pick<Outbox, 'nudge' | 'lease'>
  consents: { keptSource(personId: string, source: VisitSource): Promise<VisitSource> }
  clock: Clock
  limits: Limits['orders']
}

const ROUTE = 'POST /orders'

/**
 * A purchase: quote, hold, decide, answer. The same key gives the same answer, which Postgres keeps, whoever gave it.
 * Whatever says no, an earlier yes of the key comes first.
 */
export function createPlace(deps: PlaceDeps) {
  const { quotes, stock, clock, limits } = deps
  const decisions = createDecisions(deps)

  /** @throws Fault for what refuses the order before stock is asked */
  async function checkedQuote(actor: Actor, asked: PlaceInput): Promise<Quote> {
    const quote = await quotes.quote({ ...asked, to: asked.address })
    const limited = quote.lines.some((line) => line.saleId !== null || line.perBuyerLimit !== null)
    if (actor.guest && limited) throw new Fault('account_needed')
    if (quote.totalMinor !== asked.expectedTotalMinor) {
      throw new Fault('price_changed', { extra: { totalMinor: quote.totalMinor } })
    }
    return quote
  }

  async function quoteOrKept(actor: Actor, asked: PlaceInput, by: Keyed): Promise<Quote | KeptAnswer> {
    try {
      return await checkedQuote(actor, asked)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const { code, more } = error
      if (code !== 'not_found' && code !== 'invalid_input') {
        return decisions.refuse(by, { code, ...(more.extra ? { extra: more.extra } : {}) })
      }
      const kept = await decisions.kept(by)
      if (kept) return kept
      throw error
    }
  }

  async function decided(actor: Actor, asked: PlaceInput, quote: Quote, by: Keyed): Promise<KeptAnswer> {
    const { tenantId } = quote
    const skuIds = quote.lines.map((line) => line.skuId)
    const visit = await deps.consents.keptSource(actor.personId, asked.visit)
    const onTerms = quote.lines.some((line) => line.offered || line.allocation === 'first_paid')
    const admission = await stock.admit(holdsFor(quote, by, asked.showId))
    if (admission.refused) return decisions.refuse(by, admission.refused)
    const draft = drawUp(quote, {
      by,
      asked,
      visit,
      nowMs: clock.now(),
      payWithinMs: limits.payWithinMs,
      unpaidMax: limits.unpaidPerPersonMax,
    })
    const verdict = await decisions.decide({ tenantId, draft, onTerms }).catch((error: unknown) => {
      // Unless Postgres refused the data, nobody knows whether the order stands: the holds are left to their time,
      // and the key will tell.
      if (isRefusedData(error)) void admission.settle('release')
      throw error
    })
    void admission.settle(isPlaced(verdict) ? 'commit' : 'release')
    stock.touched(tenantId, skuIds)
    return verdict
  }

  /**
   * Buys all lines or none, and answers after commit.
   * @throws Fault `sold_out`, `buyer_limit`, `sale_not_running`, `sale_busy`, `offer_over`, `price_changed`,
   *   `product_unavailable`, `region_not_served`, `account_needed`, `idempotency_key_reused`
   */
  return async function place(actor: Actor, asked: PlaceInput, key: string): Promise<OrderView> {
    const by = keyed(actor.personId, ROUTE, key, asked)
    const quote = await quoteOrKept(actor, asked, by)
    const answer = 'lines' in quote ? await decided(actor, asked, quote, by) : quote
    if (isRefusal(answer)) throw refusalOf(answer)
    return answer.response as OrderView // written by this function, under this key
  }
}

/** What the gate is asked for. Hold ids follow from the key, so a repeated request asks for the same holds. */
function holdsFor(quote: Quote, by: Keyed, showId: string): HoldRequest[] {
  const base = createHash('sha256')
    .update([by.personId, by.key, by.requestHash].join('\n'))
    .digest('base64url')
    .slice(0, 22)
  const holds = quote.lines.map((line, i) => ({
    holdId: `${base}.${i}`,
    tenantId: quote.tenantId,
    skuId: line.skuId,
    personId: by.personId,
    quantity: line.quantity,
    perBuyerLimit: line.perBuyerLimit,
    sale:
      line.saleId === null
        ? null
        : { id: line.saleId, perBuyerLimit: line.salePerBuyerLimit ?? line.quantity, showId },
    look: line.allocation === 'first_paid',
  }))
  // What the waiting list has set aside is not free, and needs no gate.
  return holds.filter((_, i) => !quote.lines[i]!.offered)
}
