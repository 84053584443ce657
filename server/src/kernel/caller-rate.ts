import type { Actor } from './actor.ts'
import { createRate } from './rate.ts'
import type { Redis } from './redis.ts'

/** How often in ten seconds. One device gets no more by many accounts, one account no more by many devices. */
export interface CallerRateMax {
  readonly perPerson: number
  readonly perDevice: number
  /** Many people may sit behind one address. */
  readonly perAddress: number
}

const TEN_S = 10

/** Bounds what one caller may do, by address, device and person; each try counts for all three. */
export function createCallerRate(redis: Redis, name: string, max: CallerRateMax) {
  const byAddress = createRate(redis, `${name}-from`, { times: max.perAddress, inS: TEN_S })
  const byDevice = createRate(redis, `${name}-device`, { times: max.perDevice, inS: TEN_S })
  const byPerson = createRate(redis, name, { times: max.perPerson, inS: TEN_S })

  /** @throws Fault `too_many_requests` */
  return async function attempt({ personId, device }: Actor, ip: string): Promise<void> {
    await byAddress.spend(ip)
    await byDevice.spend(device)
    await byPerson.spend(personId)
  }
}
