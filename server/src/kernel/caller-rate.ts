import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Actor } from './actor.ts'
import { createBatcher } from './batcher.ts'
import { Fault } from './errors.ts'
import { type Redis, redisScript } from './redis.ts'
import { createPause } from './redis-pause.ts'

/** How often in ten seconds. One device gets no more by many accounts, one account no more by many devices. */
export interface CallerRateMax {
  readonly perPerson: number
  readonly perDevice: number
  /** Many people may sit behind one address. */
  readonly perAddress: number
  /** For how long Redis is not asked after it failed or stalled. */
  readonly redisPauseMs: number
}

const TEN_S = 10
const TOGETHER = { waitMs: 0, itemsMax: 200 }

/**
 * Bounds what one caller may do, by address, device and person; each try counts for all three, in one call. With Redis
 * away or stalled each process counts by itself.
 */
export function createCallerRate(redis: Redis, name: string, max: CallerRateMax) {
  const run = redisScript(redis, new URL('./caller-rate.lua', import.meta.url))
  const pause = createPause(redis, max.redisPauseMs)
  const times = [max.perAddress, max.perDevice, max.perPerson]
  const counters = times.map((points) => new RateLimiterMemory({ points, duration: TEN_S }))

  /** Callers of the same moment are counted in one call, in turn. */
  const inRedis = createBatcher<readonly string[], number>(TOGETHER, async (callers) => {
    pause.assertReachable()
    return (await run(callers.flat(), TEN_S * 1000, ...times)) as number[] // as caller-rate.lua says
  })

  async function byItself(names: readonly string[]): Promise<number> {
    const waits = await Promise.all(
      counters.map((counter, i) =>
        counter.consume(names[i]!).then(
          () => 0,
          (refusal) => {
            if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext
            throw refusal
          },
        ),
      ),
    )
    return Math.max(...waits)
  }

  /** @throws Fault `too_many_requests` */
  return async function attempt({ personId, device }: Actor, ip: string): Promise<void> {
    const names = [`rate:${name}-from:${ip}`, `rate:${name}-device:${device}`, `rate:${name}:${personId}`]
    const waitMs = pause.reachable()
      ? await inRedis('', names).catch(() => {
          pause.lost()
          return byItself(names)
        })
      : await byItself(names)
    if (waitMs > 0) throw new Fault('too_many_requests', { retryAfterMs: waitMs })
  }
}
