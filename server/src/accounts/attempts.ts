import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Limits } from '../config.ts'
import { Fault } from '../kernel/errors.ts'
import type { Redis } from '../kernel/redis.ts'

const TEN_MINUTES_S = 600

/** How often one may try to sign in or come as a guest. With Redis away each process counts by itself. */
export function createAttempts({ redis, limits }: { redis: Redis; limits: Limits['accounts'] }) {
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterRedis({
      storeClient: redis,
      keyPrefix,
      points,
      duration: TEN_MINUTES_S,
      insuranceLimiter: new RateLimiterMemory({ points, duration: TEN_MINUTES_S }),
    })
  const byLogin = limiter('try:login', limits.signInsPerLoginPer10Min)
  const byAddress = limiter('try:ip', limits.signInsPerAddressPer10Min)
  const guests = limiter('try:guest', limits.guestsPerAddressPer10Min)

  return {
    /** @throws Fault `too_many_requests` */
    async signIn(login: string, ip: string): Promise<void> {
      await spend(byAddress, ip)
      await spend(byLogin, login)
    },
    signedIn: (login: string): Promise<unknown> => byLogin.delete(login),
    signUp: (ip: string): Promise<void> => spend(byAddress, ip),
    guest: (ip: string): Promise<void> => spend(guests, ip),
  }
}

async function spend(limiter: RateLimiterRedis, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    throw new Fault('too_many_requests', { retryAfterMs: refusal.msBeforeNext })
  }
}
