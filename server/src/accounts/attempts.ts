import type { Limits } from '../config.ts'
import { createRate } from '../kernel/rate.ts'
import type { Redis } from '../kernel/redis.ts'

const TEN_MINUTES_S = 600

/** How often one may try to sign in, come as a guest, ask for mails or name a password or a code. */
export function createAttempts({ redis, limits }: { redis: Redis; limits: Limits['accounts'] }) {
  const rate = (name: string, times: number) => createRate(redis, name, { times, inS: TEN_MINUTES_S })
  const byLogin = rate('login', limits.signInsPerLoginPer10Min)
  const byAddress = rate('sign-in', limits.signInsPerAddressPer10Min)
  const passwords = rate('password', limits.passwordsPerPersonPer10Min)
  const resetsByLogin = rate('reset-login', limits.resetsPerLoginPer10Min)
  const resetsByAddress = rate('reset', limits.resetsPerAddressPer10Min)
  const verifications = rate('verification', limits.verificationsPerPersonPer10Min)
  const setup = rate('setup', limits.setupTriesPerAddressPer10Min)
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
    /** The password asked again, before something that cannot be taken back. */
    password: (personId: string): Promise<void> => passwords.spend(personId),
    async reset(login: string, ip: string): Promise<void> {
      await resetsByAddress.spend(ip)
      await resetsByLogin.spend(login)
    },
    /** Using a mailed link. */
    link: (ip: string): Promise<void> => resetsByAddress.spend(ip),
    verification: (personId: string): Promise<void> => verifications.spend(personId),
    setup: (ip: string): Promise<void> => setup.spend(ip),
  }
}
