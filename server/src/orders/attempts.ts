import type { Limits } from '../config.ts'
import { createRate } from '../kernel/rate.ts'
import type { Redis } from '../kernel/redis.ts'

const TEN_S = 10

/** How often one may try to order: enough for a buyer in a flash sale, too little for a script that takes it all. */
export function createAttempts({ redis, limits }: { redis: Redis; limits: Limits['orders'] }) {
  const byPerson = createRate(redis, 'order', { times: limits.placedPerPersonPer10SMax, inS: TEN_S })
  const byAddress = createRate(redis, 'order-from', { times: limits.placedPerAddressPer10SMax, inS: TEN_S })

  /** @throws Fault `too_many_requests` */
  return async function attempt(personId: string, ip: string): Promise<void> {
    await byAddress.spend(ip)
    await byPerson.spend(personId)
  }
}
