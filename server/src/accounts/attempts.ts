import type { Limits } from '../config.ts'
import { createRate } from '../kernel/rate.ts'
import type { Redis } from '../kernel/redis.ts'

const TEN_MINUTES_S = 600

/** How often one may try to sign in or come as a guest. */
export function createAttempts({ redis, limits }: { redis: Redis; limits: Limits['accounts'] }) {
  const rate = (name: string, times: number) => createRate(redis, name, { times, inS: TEN_MINUTES_S })
  const byLogin = rate('login', limits.signInsPerLoginPer10Min)
  const byAddress = rate('sign-in', limits.signInsPerAddressPer10Min)
  const guests = rate('guest', limits.guestsPerAddressPer10Min)

  return {
    /** @throws Fault `too_many_requests`, as each of these */
    async signIn(login: string, ip: string): Promise<void> {
      await byAddress.spend(ip)
      await byLogin.spend(login)
    },
    signedIn: (login: string): Promise<void> => byLogin.forget(login),
    signUp: (ip: string): Promise<void> => byAddress.spend(ip),
    guest: (ip: string): Promise<void> => guests.spend(ip),
  }
}
