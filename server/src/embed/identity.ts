import { errors, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { createIdentityKeys } from './keys.ts'

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !value.includes('\0') && value.isWellFormed())

const claims = z.object({
  sub: text(128),
  jti: text(128),
  iat: z.int(),
  exp: z.int(),
  name: text(200)
    .transform((name) => name.trim().slice(0, 40))
    .optional(),
})

/** Whom a merchant's token names, and by which of its keys. */
export interface Asserted {
  personId: string
  name: string
  keyId: string
}

/**
 * Identity tokens: a merchant's own site says who its customer is, so that a shop's customers are signed in already. A
 * token is a JWT with `alg` EdDSA, `kid`, `iss` (the tenant), `aud` (our origin), `sub`, `jti`, `iat`, `exp` at most
 * five minutes later, and perhaps `name`. It opens one session, once. (tenant, subject) is a person of its own, never
 * linked to another by e-mail or phone.
 */
export function createIdentity(deps: {
  db: Db
  clock: Clock
  keys: ReturnType<typeof createIdentityKeys>
  publicUrl: string
  limits: Limits['embed']
}) {
  const { sql } = deps.db
  const audience = new URL(deps.publicUrl).origin
  const { identityLifeMsMax, clockSkewMs } = deps.limits

  async function verify(tenantId: string, token: string) {
    let keyId = ''
    const findKey = async ({ kid = '' }: { kid?: string | undefined }) => {
      keyId = kid
      const key = kid.length <= 64 ? await deps.keys.find(tenantId, kid) : null
      if (!key) throw new Fault('identity_invalid', { detail: 'no key of this merchant has this `kid`' })
      return key
    }
    try {
      const { payload } = await jwtVerify(token, findKey, {
        algorithms: ['EdDSA'],
        issuer: tenantId,
        audience,
        requiredClaims: ['sub', 'jti', 'iat', 'exp'],
        maxTokenAge: identityLifeMsMax / 1000,
        clockTolerance: clockSkewMs / 1000,
        currentDate: new Date(deps.clock.now()),
      })
      const claimed = claims.parse(payload)
      if ((claimed.exp - claimed.iat) * 1000 <= identityLifeMsMax) return { ...claimed, keyId }
    } catch (cause) {
      if (cause instanceof Fault) throw cause
      if (!(cause instanceof errors.JOSEError) && !(cause instanceof z.ZodError)) throw cause
      const detail = cause instanceof z.ZodError ? 'a claim has a wrong value' : cause.message
      throw new Fault('identity_invalid', { detail, cause })
    }
    throw new Fault('identity_invalid', { detail: 'it lives longer than five minutes' })
  }

  return {
    audience,

    /** Spends a token. @throws Fault `identity_invalid`, with a `detail` for the merchant's developers */
    async accept(tenantId: string, token: string): Promise<Asserted> {
      const { sub, jti, exp, name, keyId } = await verify(tenantId, token)
      const id = newId('per')
      // Kept a little longer than the token could be used, clocks being what they are.
      const forgetAt = new Date(exp * 1000 + 2 * clockSkewMs)
      const [row] = await sql<{ personId: string; name: string }[]>`
        select person_id as "personId", name from assert_identity(${tenantId}, ${keyId}, ${sub}, ${name ?? null},
          ${jti}, ${forgetAt}, ${id}, ${`Customer ${id.slice(-4)}`})`
      if (!row) throw new Fault('identity_invalid', { detail: 'it was used already' })
      return { ...row, keyId }
    },

    async sweep(): Promise<void> {
      await sql`delete from identity_uses where expires_at < ${new Date(deps.clock.now())}`
    },
  }
}
