import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'

export interface IdentityKey {
  id: string
  name: string
  createdAt: number
  lastUsedAt: number | null
}

/**
 * Merchants' identity keys. Ed25519 and nothing else: the server keeps only what anybody may know, so there is no secret
 * here to steal, and a token's header has no algorithm to choose.
 */
export function createIdentityKeys(deps: { db: Db; clock: Clock; limits: Limits['embed'] }) {
  const { sql } = deps.db
  const columns = sql`
    id, name, (extract(epoch from created_at) * 1000)::bigint as "createdAt",
    (extract(epoch from last_used_at) * 1000)::bigint as "lastUsedAt"`

  return {
    async list(tenantId: string): Promise<IdentityKey[]> {
      return sql<IdentityKey[]>`
        select ${columns} from identity_keys where tenant_id = ${tenantId} and revoked_at is null order by id desc`
    },

    /**
     * Adds the merchant's own public key, or makes a pair and gives the private half away: it is kept nowhere.
     * @throws Fault `invalid_input`, `too_many_keys`
     */
    async create(
      tenantId: string,
      { name, publicKey }: { name: string; publicKey?: string | undefined },
    ): Promise<IdentityKey & { privateKey: string | null }> {
      const pair = publicKey === undefined ? generateKeyPairSync('ed25519') : null
      const pem = publicPem(pair ? pair.publicKey : parsePublicKey(publicKey ?? ''))
      const [key] = await sql<IdentityKey[]>`
        insert into identity_keys (tenant_id, id, name, public_key, created_at)
        select ${tenantId}, ${newId('key')}, ${name}, ${pem}, ${new Date(deps.clock.now())}
        where (select count(*) from identity_keys where tenant_id = ${tenantId} and revoked_at is null)
          < ${deps.limits.keysPerTenantMax}
        returning ${columns}`
      if (!key) throw new Fault('too_many_keys', { extra: { max: deps.limits.keysPerTenantMax } })
      const privateKey = pair ? pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() : null
      return { ...key, privateKey }
    },

    /** The sessions that the key vouched for are worth nothing from then on. @throws Fault `not_found` */
    async revoke(tenantId: string, keyId: string): Promise<void> {
      const [row] = await sql`
        update identity_keys set revoked_at = ${new Date(deps.clock.now())}
        where tenant_id = ${tenantId} and id = ${keyId} and revoked_at is null returning id`
      found(row)
    },

    /** The key to check a token of this tenant with; null for a revoked, unknown or foreign one. */
    async find(tenantId: string, keyId: string): Promise<KeyObject | null> {
      const [row] = await sql<{ publicKey: string }[]>`
        select public_key as "publicKey" from identity_keys
        where tenant_id = ${tenantId} and id = ${keyId} and revoked_at is null`
      return row ? createPublicKey(row.publicKey) : null
    },
  }
}

const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

/** @throws Fault `invalid_input`, also for a private key: it is not ours to hold, and is compromised now */
function parsePublicKey(pem: string): KeyObject {
  const wrong = (message: string) => new Fault('invalid_input', { issues: [{ path: 'publicKey', message }] })
  if (/PRIVATE/.test(pem)) throw wrong('this is a private key: keep it to yourself, and make a new one')
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Falls through: whatever it was, it is no such key.
  }
  throw wrong('an Ed25519 public key in PEM')
}
