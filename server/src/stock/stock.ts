import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import { Gauge } from 'prom-client'
import type { Limits } from '../config.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import type { Refusal } from '../kernel/idempotency.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Outbox } from '../kernel/outbox.ts'
import type { Redis } from '../kernel/redis.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import { createDoor } from './door.ts'
import { createGate, type HoldRequest } from './gate.ts'
import { type Adjustment, createLevels, type Levels } from './levels.ts'
import { changedOrder, changedStock } from './news.ts'
import { createGateRecords } from './records.ts'
import { createSweep } from './sweep.ts'
import { createWatch } from './watch.ts'

export interface StockDeps {
  db: Db
  redis: Redis
  rooms: {
    publish(showId: string, event: DownOf<'latest'>, asOf: number): void
    tell(showId: string, personId: string, event: DownOf<'personal'>): void
  }
  outbox: Pick<Outbox, 'on' | 'nudge'>
  log: Log
  metrics: Metrics
  limits: Pick<Limits, 'stock' | 'orders'>
}

/** What became of asking for all lines of an order. */
export type Admission =
  | { refused: Refusal }
  | {
      refused: null
      /** Ends the holds: `commit` once Postgres has the order, `release` when it refused. */
      settle(how: 'commit' | 'release'): Promise<void>
    }

export type Stock = ReturnType<typeof createStock>

/** Redis rejects, Postgres decides. Losing Redis never oversells: see gate.ts. */
export function createStock(deps: StockDeps) {
  const levels = createLevels({ db: deps.db, limits: deps.limits.stock })
  const limits = { ...deps.limits.stock, ...deps.limits.orders }
  const gate = createGate({
    ...deps,
    facts: levels.facts,
    limits,
    onSet: (sku, kind) => records.set(sku, kind),
  })
  const records = createGateRecords({ db: deps.db, state: gate.state, limits: deps.limits.stock })
  const sweep = createSweep({ db: deps.db, gate, limits: deps.limits.stock })
  let tickers: Closable[] = []
  const door = createDoor({ redis: deps.redis, clock: systemClock, log: deps.log, limits })
  new Gauge({
    name: 'shelfcast_flash_waiting',
    help: 'Buyers who wait for the draw of a flash sale, or behind it',
    registers: [deps.metrics],
    collect() {
      this.set(door.waiting)
    },
  })
  const watch = createWatch({
    ...deps,
    gate,
    facts: levels.facts,
    waitingFor: door.waitingFor,
    limits: deps.limits.stock,
  })

  deps.outbox.on('stock.changed', (payload) => {
    const { tenantId, skuIds } = changedStock.parse(payload)
    watch.touched(tenantId, skuIds)
  })
  deps.outbox.on('order.changed', async (payload) => {
    const { tenantId, skuIds, personId, status } = changedOrder.parse(payload)
    if (status === 'cancelled' || status === 'expired') {
      for (const skuId of skuIds) await gate.forget(skuId, personId)
    }
    watch.touched(tenantId, skuIds)
  })

  /** Who waits for a moment only need not be told. */
  function tellTurn(showId: string | undefined, skuId: string, personId: string, waitMs: number): void {
    if (showId === undefined || waitMs < deps.limits.stock.turnToldMs) return
    deps.rooms.tell(showId, personId, { t: 'draw', skuId, until: Math.ceil(systemClock.now() + waitMs) })
  }

  return {
    levels: levels.levels,
    touched: watch.touched,
    reconcile: watch.reconcile,
    sweep,
    gateReport: records.report,
    tellGate: records.tell,

    /** @throws Fault `stock_below_zero` */
    async adjust(change: Adjustment): Promise<Levels> {
      const now = await levels.adjust(change)
      deps.outbox.nudge()
      return now
    },

    /**
     * Holds every line, in SKU order, or none: on the first refusal those before it are released. What is in a flash sale
     * waits for its turn first, where demand is beyond the rate.
     * @throws Fault `too_many_requests`
     */
    async admit(requests: readonly HoldRequest[]): Promise<Admission> {
      const held: HoldRequest[] = []
      for (const { sale, skuId, personId } of requests) {
        if (sale)
          await door.enter(skuId, personId, (waitMs) => tellTurn(sale.showId, skuId, personId, waitMs))
      }
      for (const request of requests.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1))) {
        const answer = await gate.hold(request)
        if (answer.kind === 'refused') {
          await gate.settle(held, 'release')
          return { refused: answer.refusal }
        }
        if (answer.kind === 'held') held.push(request)
      }
      return { refused: null, settle: (how) => gate.settle(held, how) }
    },

    start(): void {
      watch.start()
      tickers = [
        startTicker('stock sweep', deps.limits.stock.sweepMs, deps.log, sweep),
        startTicker('stock gate', deps.limits.stock.gateBeatMs, deps.log, records.tell),
      ]
    },

    async close(): Promise<void> {
      door.close()
      await watch.close()
      await Promise.all(tickers.map((ticker) => ticker.close()))
      gate.close()
      if (tickers.length > 0) {
        await records.leave().catch((error) => deps.log.warn({ err: error }, 'stock gate: not signed off'))
      }
      tickers = []
    },
  }
}
