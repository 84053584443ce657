import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { Fault } from './errors.ts'
import type { Redis } from './redis.ts'

/** So many times in so long, for each key: a login, a person, an address. */
export interface Rate {
  /** @throws Fault `too_many_requests` with the time to wait */
  spend(key: string): Promise<void>
  forget(key: string): Promise<void>
}

/** Counted in Redis for all processes; with Redis away each process counts by itself. */
export function createRate(redis: Redis, name: string, max: { times: number; inS: number }): Rate {
  const bound = { points: max.times, duration: max.inS }
  const limiter = new RateLimiterRedis({
    ...bound,
    storeClient: redis,
    keyPrefix: `rate:${name}`,
    insuranceLimiter: new RateLimiterMemory(bound),
  })
  return {
    async spend(key) {
      try {
        await limiter.consume(key)
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        throw new Fault('too_many_requests', { retryAfterMs: refusal.msBeforeNext })
      }
    },
    async forget(key) {
      await limiter.delete(key)
    },
  }
}
