import { createCallerRate } from '../kernel/caller-rate.ts'
import { sweepAnswers } from '../kernel/idempotency.ts'
import type { Log } from '../kernel/log.ts'
import type { Redis } from '../kernel/redis.ts'
import { untilDecided } from '../kernel/retry.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import { createExport } from './export.ts'
import { createFulfilment } from './fulfil.ts'
import { createOwn } from './own.ts'
import { createPlace, type PlaceDeps } from './place.ts'
import { createQuotes, type QuoteDeps } from './quote.ts'
import { createViews } from './views.ts'

export interface OrdersDeps extends Omit<PlaceDeps, 'quotes'>, QuoteDeps {
  limits: PlaceDeps['limits']
  redis: Redis
  log: Log
}

export type Orders = ReturnType<typeof createOrders>

const ANSWERS_SWEEP_MS = 60_000

/** Orders: placed, looked at, cancelled, and expired when nobody pays. */
export function createOrders(deps: OrdersDeps) {
  const { db, outbox, clock, limits, log } = deps
  const views = createViews(deps)
  const quotes = createQuotes(deps)
  const work = createFulfilment(deps)
  let tickers: Closable[] = []

  /** Expires what was not paid in time; its units go back in the same statement. @returns how many orders */
  async function sweep(): Promise<number> {
    let count = 0
    for (;;) {
      const closed = await untilDecided(
        () => db.sql`select expire_orders(${new Date(clock.now())}, ${limits.sweptMax})`,
      )
      count += closed.length
      if (closed.length > 0) outbox.nudge()
      if (closed.length < limits.sweptMax) return count
    }
  }

  return {
    /** Enough for a buyer in a flash sale, too little for a script that takes it all. */
    attempt: createCallerRate(deps.redis, 'order', {
      perPerson: limits.placedPerPersonPer10SMax,
      perDevice: limits.placedPerDevicePer10SMax,
      perAddress: limits.placedPerAddressPer10SMax,
      redisPauseMs: limits.ratePauseMs,
    }),
    quote: quotes.quote,
    place: createPlace({ ...deps, quotes }),
    ...views,
    work,
    ...createOwn({ ...deps, views }),
    exportPage: createExport(deps),
    sweep,

    start(): void {
      if (tickers.length > 0) return
      tickers = [
        startTicker('unpaid orders', limits.sweepMs, log, sweep),
        startTicker('orders on their way', limits.advanceMs, log, work.advance),
        startTicker('kept answers', ANSWERS_SWEEP_MS, log, () => sweepAnswers(db, limits)),
      ]
    },

    async close(): Promise<void> {
      await Promise.all(tickers.map((ticker) => ticker.close()))
    },
  }
}
