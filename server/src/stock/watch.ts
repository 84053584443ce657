import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { Limits } from '../config.ts'
import type { Log } from '../kernel/log.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import type { createGate } from './gate.ts'
import type { SkuFacts } from './levels.ts'

type Sku = { tenantId: string; skuId: string }

/**
 * Follows SKUs whose stock has changed: tells the rooms what is left (the newest value at most every `announceMs`),
 * and compares Redis with Postgres until they agree twice in a row, after which the SKU is left alone.
 */
export function createWatch(deps: {
  gate: Pick<ReturnType<typeof createGate>, 'sync'>
  facts(skus: readonly Sku[]): Promise<SkuFacts[]>
  /** How many wait at the door of a flash sale's SKU. */
  waitingFor(skuId: string): Promise<number>
  rooms: { publish(showId: string, event: DownOf<'latest'>, asOf: number): void }
  log: Log
  limits: Limits['stock']
}) {
  const { gate, rooms, log, limits } = deps
  /** By SKU id: how often Redis and Postgres have agreed since the last change. */
  const watched = new Map<string, Sku & { agreed: number }>()
  let toAnnounce = new Map<string, Sku>()
  let timer: NodeJS.Timeout | null = null
  let announcing: Promise<void> = Promise.resolve()
  let ticker: Closable | null = null

  async function announce(): Promise<void> {
    timer = null
    const skus = [...toAnnounce.values()]
    toAnnounce = new Map()
    for (const { skuId, available, openSale, showIds, asOf } of await deps.facts(skus)) {
      const waiting = openSale ? await deps.waitingFor(skuId) : 0
      for (const showId of showIds) {
        const sale =
          openSale?.showId === showId
            ? {
                ...{ id: openSale.id, left: Math.max(0, Math.min(openSale.left, available)) },
                ...(waiting > 0 && { waiting }),
              }
            : null
        rooms.publish(showId, { t: 'stock', key: skuId, left: available, sale }, asOf)
      }
    }
    await gate.sync(skus)
  }

  /** Compares every watched SKU. @returns how many are still watched */
  async function reconcile(): Promise<number> {
    const skus = [...watched.values()]
    if (skus.length === 0) return 0
    const results = await gate.sync(skus)
    for (const sku of skus) {
      sku.agreed = results.get(sku.skuId) === 'same' ? sku.agreed + 1 : 0
      if (sku.agreed >= 2) watched.delete(sku.skuId)
    }
    return watched.size
  }

  return {
    reconcile,

    /** To be called after a commit that changed stock or the open sale of these SKUs; often is fine. */
    touched(tenantId: string, skuIds: readonly string[]): void {
      for (const skuId of skuIds) {
        toAnnounce.set(skuId, { tenantId, skuId })
        watched.set(skuId, { tenantId, skuId, agreed: 0 })
      }
      timer ??= setTimeout(() => {
        // One after another: the values read later are sent later.
        announcing = announcing
          .then(announce)
          .catch((error) => log.warn({ err: error }, 'stock announcement'))
      }, limits.announceMs)
    },

    start(): void {
      ticker ??= startTicker('stock reconciler', limits.reconcileMs, log, reconcile)
    },

    async close(): Promise<void> {
      if (timer) clearTimeout(timer)
      timer = null
      await announcing
      await ticker?.close()
    },
  }
}
