import { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/errors.ts'
import type { Redis } from '../kernel/redis.ts'
import { randomToken, sha256 } from '../kernel/secrets.ts'

/** What a code is bound to: it opens one session for this person, there and for who knows the verifier. */
const grant = z.object({
  personId: z.string(),
  tenantId: z.string(),
  origin: z.string(),
  challenge: z.string(),
})
export type CodeGrant = z.infer<typeof grant>

/**
 * One-time codes that carry a popup's sign-in over to the embed: the code travels by `postMessage`, the verifier (PKCE
 * S256, RFC 7636) never leaves the frame. In Redis: losing one costs a second try and nothing else.
 */
export function createCodes(deps: { redis: Redis; clock: Clock; limits: Limits['embed'] }) {
  const { redis, clock, limits } = deps
  const nameOf = (code: string) => `embed:code:${sha256(code)}`

  return {
    async issue(of: CodeGrant): Promise<{ code: string; expiresAt: number }> {
      const code = randomToken()
      await redis.set(nameOf(code), JSON.stringify(of), 'PX', limits.codeMs)
      return { code, expiresAt: clock.now() + limits.codeMs }
    },

    /**
     * Uses a code up, whether it fits or not.
     * @returns whose it was. @throws Fault `sign_in_code_invalid`
     */
    async redeem(code: string, by: { tenantId: string; origin: string; verifier: string }): Promise<string> {
      const kept = await redis.getdel(nameOf(code))
      if (kept === null) throw new Fault('sign_in_code_invalid')
      const of = grant.parse(JSON.parse(kept))
      const fits =
        of.tenantId === by.tenantId && of.origin === by.origin && of.challenge === sha256(by.verifier)
      if (!fits) throw new Fault('sign_in_code_invalid')
      return of.personId
    },
  }
}
