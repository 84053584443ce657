import { Counter, Gauge } from 'prom-client'
import type { Limits } from '../config.ts'
import { createBatcher } from '../kernel/batcher.ts'
import type { Refusal } from '../kernel/idempotency.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { type Redis, redisScript } from '../kernel/redis.ts'
import { createPause } from '../kernel/redis-pause.ts'
import type { SkuFacts } from './levels.ts'

export interface HoldRequest {
  /** Made by the caller; asking again with it takes nothing more. */
  holdId: string
  tenantId: string
  skuId: string
  personId: string
  quantity: number
  perBuyerLimit: number | null
  /** `showId`: where the buyer is told of a draw. */
  sale: { id: string; perBuyerLimit: number; showId?: string } | null
  /** Only looks whether the units are there, and takes none. */
  look?: boolean
}

/** `seen`: it is there, and nothing was taken. `direct`: Redis cannot say, so Postgres is asked without it. */
export type HoldAnswer =
  | { kind: 'held' }
  | { kind: 'seen' }
  | { kind: 'direct' }
  | { kind: 'refused'; refusal: Refusal }

/** What the gate of this process has seen of Redis since it began. */
export interface GateState {
  epoch: string | null
  /** Milliseconds since 1970 */
  epochSince: number | null
  epochChanges: number
  timesAway: number
}

type Facts = (skus: readonly { tenantId: string; skuId: string }[]) => Promise<SkuFacts[]>
type Synced = 'busy' | 'same' | 'repaired' | 'loaded'

type Ending = { skuId: string; holdId: string; how: 'commit' | 'release' }

const LOADED_MS = 24 * 3600_000
const TOGETHER = { waitMs: 0, itemsMax: 200 }
const keysOf = (skuId: string): string[] => {
  const base = `stock:{${skuId}}`
  return [base, `${base}:holds`, `${base}:held`, `${base}:buyers`]
}

/**
 * The gate before Postgres: rejects what cannot succeed, in one Lua call on one hash slot. It may be wrong, and then
 * only so: it admits too many (Postgres refuses them) or too few for a moment (`sync` repairs it).
 *
 * The epoch is the run id of the Redis server. A Redis that was restarted, with whatever it had saved, or replaced
 * by a replica has another one, so every SKU is loaded from Postgres again before it admits anybody. An emptied one
 * has no SKU loaded. When Redis cannot be reached, holds answer `direct` at once for `redisPauseMs`.
 */
export function createGate(deps: {
  redis: Redis
  facts: Facts
  log: Log
  limits: Limits['stock'] & Pick<Limits['orders'], 'holdMs'>
  metrics: Metrics
  /** Told of every SKU that was set to what Postgres has. */
  onSet?: (sku: { tenantId: string; skuId: string }, kind: 'loaded' | 'repaired') => void
}) {
  const { redis, log, limits } = deps
  const runHold = redisScript(redis, new URL('./hold.lua', import.meta.url))
  const runSettle = redisScript(redis, new URL('./settle.lua', import.meta.url))
  const runLoad = redisScript(redis, new URL('./load.lua', import.meta.url))
  const counted = gateMetrics(deps.metrics)
  const pause = createPause(redis, limits.redisPauseMs)
  let epoch: Promise<string> | null = null
  const state: GateState = { epoch: null, epochSince: null, epochChanges: 0, timesAway: 0 }
  const newConnection = () => {
    epoch = null
  }
  redis.on('close', newConnection)

  function currentEpoch(): Promise<string> {
    epoch ??= redis.info('server').then(
      (info) => {
        const now = /run_id:(\w+)/.exec(info)?.[1] ?? 'unknown'
        if (state.epoch !== now) {
          if (state.epoch !== null) {
            state.epochChanges++
            counted.epochs.inc()
          }
          Object.assign(state, { epoch: now, epochSince: Date.now() })
        }
        return now
      },
      (error) => {
        epoch = null
        throw error
      },
    )
    return epoch
  }

  const { reachable } = pause
  counted.open(reachable)

  function lost(error: unknown): void {
    if (reachable()) {
      state.timesAway++ // of a rush that fails together, once
      counted.away.inc()
    }
    pause.lost()
    log.warn({ err: error }, 'stock gate: Redis is away, orders go straight to Postgres')
  }

  /** Who asks for a SKU at the same moment asks in one call, and is served in the order of asking. */
  const tryHold = createBatcher<HoldRequest, unknown[]>(TOGETHER, async (requests) => {
    pause.assertReachable()
    const asked = requests.flatMap(({ holdId, personId, quantity, perBuyerLimit, sale, look }) => [
      ...[holdId, personId, quantity, perBuyerLimit ?? ''],
      ...[sale?.id ?? '', sale?.perBuyerLimit ?? '', look ? 'look' : ''],
    ])
    const bounds = [limits.holdMs, limits.sweptPerHoldMax]
    const keys = keysOf(requests[0]!.skuId)
    return (await runHold(keys, await currentEpoch(), ...bounds, ...asked)) as unknown[][] // as hold.lua says
  })

  /** Brings SKUs in line with Postgres; those not loaded yet are loaded. */
  async function sync(skus: readonly { tenantId: string; skuId: string }[]): Promise<Map<string, Synced>> {
    const now = await currentEpoch()
    const revs = new Map<string, string>()
    for (const { skuId } of skus) {
      const [was, rev] = await redis.hmget(keysOf(skuId)[0]!, 'epoch', 'rev')
      revs.set(skuId, was === now ? (rev ?? '') : '')
    }
    const results = new Map<string, Synced>()
    for (const { tenantId, skuId, available, openSale } of await deps.facts(skus)) {
      const rev = revs.get(skuId)!
      const sale = [openSale?.id ?? '', openSale?.left ?? 0]
      const result = (await runLoad(keysOf(skuId), now, rev, available, ...sale, LOADED_MS)) as Synced
      if (result === 'repaired' || result === 'loaded') {
        counted.repairs.inc({ kind: result })
        deps.onSet?.({ tenantId, skuId }, result)
      }
      results.set(skuId, result)
    }
    return results
  }

  const loading = new Map<string, Promise<unknown>>()
  /** Loads a SKU, once for all who find it missing meanwhile: a rush begins with all of them at once. */
  function load(request: HoldRequest): Promise<unknown> {
    const { skuId } = request
    const under = loading.get(skuId) ?? sync([request]).finally(() => loading.delete(skuId))
    loading.set(skuId, under)
    return under
  }

  async function hold(request: HoldRequest): Promise<HoldAnswer> {
    if (!reachable()) return { kind: 'direct' }
    try {
      let answer = await tryHold(request.skuId, request)
      // The second time for who shared a load that had read before its sale began.
      for (let loads = 0; answer[0] === 'load' && loads < 2; loads++) {
        await load(request)
        answer = await tryHold(request.skuId, request)
      }
      return toAnswer(request, answer)
    } catch (error) {
      lost(error)
      return { kind: 'direct' }
    }
  }

  /** Orders that Postgres answers together end their holds together: one call a SKU. */
  const end = createBatcher<Ending, void>(TOGETHER, async (endings) => {
    pause.assertReachable()
    const { skuId, how } = endings[0]!
    const holdIds = endings.map(({ holdId }) => holdId)
    await runSettle(keysOf(skuId), await currentEpoch(), how, ...holdIds)
    return holdIds.map(() => undefined)
  })

  return {
    state: () => ({ ...state, open: reachable() }),

    /** Those of these SKUs that Redis has, of whichever epoch. */
    async loaded<S extends { skuId: string }>(skus: readonly S[]): Promise<S[]> {
      if (!reachable()) return []
      const keys = skus.map(({ skuId }) => keysOf(skuId)[0]!)
      const found = await Promise.all(keys.map((key) => redis.exists(key)))
      return skus.filter((_, i) => found[i] === 1)
    },

    sync: async (skus: readonly { tenantId: string; skuId: string }[]): Promise<Map<string, Synced>> =>
      reachable() ? sync(skus) : new Map(),

    async hold(request: HoldRequest): Promise<HoldAnswer> {
      const answer = await hold(request)
      counted.holds.inc({ outcome: answer.kind === 'refused' ? answer.refusal.code : answer.kind })
      return answer
    },

    /** Ends holds. What cannot be told to Redis expires there by itself. */
    async settle(requests: readonly HoldRequest[], how: 'commit' | 'release'): Promise<void> {
      if (!reachable()) return
      try {
        await Promise.all(requests.map(({ skuId, holdId }) => end(`${skuId} ${how}`, { skuId, holdId, how })))
      } catch (error) {
        lost(error)
      }
    },

    /** Forgets what a buyer has of a SKU, after an order of theirs gave units back: Postgres knows it better. */
    async forget(skuId: string, personId: string): Promise<void> {
      if (!reachable()) return
      const [stock, , , buyers] = keysOf(skuId)
      const saleId = await redis.hget(stock!, 'saleId')
      await redis.hdel(buyers!, personId, ...(saleId ? [`${saleId}|${personId}`] : []))
    },

    close(): void {
      redis.off('close', newConnection)
    },
  }
}

function toAnswer(request: HoldRequest, [kind, code, saleId, number]: unknown[]): HoldAnswer {
  if (kind === 'held' || kind === 'seen') return { kind }
  // Loaded, and still not with this sale: Postgres has seen it end, or is about to see it start.
  if (kind === 'load') return { kind: 'direct' }
  const scope = saleId === '' ? { skuId: request.skuId } : { skuId: request.skuId, saleId }
  if (code === 'sold_out') {
    return { kind: 'refused', refusal: { code, extra: { ...scope, left: Number(number) } } }
  }
  const limit = saleId === '' ? request.perBuyerLimit : request.sale?.perBuyerLimit
  return {
    kind: 'refused',
    refusal: { code: 'buyer_limit', extra: { ...scope, limit: limit ?? 0, has: Number(number) } },
  }
}

function gateMetrics(registry: Metrics) {
  return {
    holds: new Counter({
      name: 'shelfcast_stock_holds_total',
      help: 'Holds by what Redis answered; direct: it could not answer',
      labelNames: ['outcome'] as const,
      registers: [registry],
    }),
    repairs: new Counter({
      name: 'shelfcast_stock_repairs_total',
      help: 'SKUs whose stock in Redis was set to what Postgres has: loaded, because it was not there; repaired, because it differed',
      labelNames: ['kind'] as const,
      registers: [registry],
    }),
    epochs: new Counter({
      name: 'shelfcast_stock_epochs_total',
      help: 'How often Redis was another one, or had been restarted',
      registers: [registry],
    }),
    away: new Counter({
      name: 'shelfcast_stock_redis_away_total',
      help: 'How often the gate lost Redis and orders went straight to Postgres',
      registers: [registry],
    }),
    open(isOpen: () => boolean): void {
      new Gauge({
        name: 'shelfcast_stock_gate_open',
        help: '1 while Redis answers the gate, 0 while orders go straight to Postgres',
        registers: [registry],
        collect() {
          this.set(isOpen() ? 1 : 0)
        },
      })
    },
  }
}
