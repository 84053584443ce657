import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import { randomToken, sha256 } from '../kernel/secrets.ts'

export interface KeyHolder {
  tenantId: string
  personId: string
}

export interface StreamKeyFacts {
  createdAt: number
  lastUsedAt: number | null
}

export type StreamKeys = ReturnType<typeof createStreamKeys>

/** Hosts' keys for encoders: one for each host and tenant, kept as a hash. */
export function createStreamKeys({ sql }: Pick<Db, 'sql'>) {
  const facts = sql`
    (extract(epoch from created_at) * 1000)::bigint as "createdAt",
    (extract(epoch from last_used_at) * 1000)::bigint as "lastUsedAt"`

  return {
    async find(of: KeyHolder): Promise<StreamKeyFacts | null> {
      const [row] = await sql<StreamKeyFacts[]>`
        select ${facts} from stream_keys where tenant_id = ${of.tenantId} and person_id = ${of.personId}`
      return row ?? null
    },

    /** Makes the host's key, in the place of a former one, and tells it this once. */
    async rotate(of: KeyHolder): Promise<StreamKeyFacts & { key: string }> {
      const key = `sk_${randomToken()}`
      const [row] = await sql<StreamKeyFacts[]>`
        insert into stream_keys (tenant_id, person_id, key_hash)
        values (${of.tenantId}, ${of.personId}, ${sha256(key)})
        on conflict (tenant_id, person_id)
        do update set key_hash = excluded.key_hash, created_at = now(), last_used_at = null
        returning ${facts}`
      return { ...row!, key }
    },

    async revoke(of: KeyHolder): Promise<void> {
      await sql`delete from stream_keys where tenant_id = ${of.tenantId} and person_id = ${of.personId}`
    },

    /** Whose key this is; notes its use. @throws Fault `stream_key_invalid` */
    async use(key: string): Promise<KeyHolder> {
      const [row] = await sql<KeyHolder[]>`
        update stream_keys set last_used_at = now() where key_hash = ${sha256(key)}
        returning tenant_id as "tenantId", person_id as "personId"`
      if (!row) throw new Fault('stream_key_invalid')
      return row
    },

    /**
     * The show that this host goes on air with: the one that is on air, else the one whose time is nearest.
     * @throws Fault `no_current_show`
     */
    async currentShow({ tenantId, personId }: KeyHolder): Promise<string> {
      const [row] = await sql<{ id: string }[]>`
        select s.id from shows s
        join show_hosts h on h.tenant_id = s.tenant_id and h.show_id = s.id
        where s.tenant_id = ${tenantId} and h.person_id = ${personId} and s.status <> 'ended'
        order by s.status in ('live', 'paused') desc, s.started_at desc nulls last,
          abs(extract(epoch from s.scheduled_at - now())) nulls last, s.id desc
        limit 1`
      if (!row) throw new Fault('no_current_show')
      return row.id
    },
  }
}
