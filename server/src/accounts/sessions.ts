import type { Role } from '@shelfcast/shared/scopes.ts'
import { ROLE_SCOPES } from '@shelfcast/shared/scopes.ts'
import type { Actor, EmbedReach } from '../kernel/actor.ts'
import { createBatcher } from '../kernel/batcher.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { randomToken, sha256 } from '../kernel/secrets.ts'
import { deviceOf } from './device.ts'

interface SessionRow {
  token_hash: string
  person_id: string
  name: string
  kind: 'guest' | 'person'
  operator: boolean
  roles: Record<string, Role>
  device: string
  tenant_id: string | null
  origin: string | null
}

export interface OwnSession {
  device: string
  /** Of the page that embeds the player, where that holds the session. */
  origin: string | null
  current: boolean
  createdAt: number
  expiresAt: number
}

/** How a token came. A cookie is sent whoever asks, so what an embed holds is no session there. */
export type Carrier = 'cookie' | 'bearer'

type Asked = { hash: string; carrier: Carrier }

const LOOKED_UP_MAX = 500

/** Opaque sessions: 256 random bits for the browser, their SHA-256 for the database. */
export function createSessions(deps: {
  db: Db
  clock: Clock
  sessionMs: number
  embedSessionMs: number
  sessionsShownMax: number
}) {
  const { sql } = deps.db

  /** Requests of the same moment are looked up together: in a rush that is one query for many. */
  const lookUp = createBatcher({ waitMs: 0, itemsMax: LOOKED_UP_MAX }, async (asked: Asked[]) => {
    const byBearer = asked[0]!.carrier === 'bearer'
    const rows = await sql<SessionRow[]>`
      select s.token_hash, p.id as person_id, p.name, p.kind, p.operator, s.tenant_id, s.origin,
        coalesce(s.device_key, s.token_hash) as device,
        coalesce((select jsonb_object_agg(m.tenant_id, m.role) from memberships m where m.person_id = p.id), '{}') as roles
      from sessions s join persons p on p.id = s.person_id
      where s.token_hash = any(${asked.map(({ hash }) => hash)}) and s.expires_at > ${new Date(deps.clock.now())}
        and (s.kind = 'cookie' or (${byBearer} and exists (
          select 1 from tenants t where t.id = s.tenant_id and s.origin = any(t.allowed_origins))))
        and (s.key_id is null or exists (
          select 1 from identity_keys k
          where k.tenant_id = s.tenant_id and k.id = s.key_id and k.revoked_at is null))`
    const byHash = new Map(rows.map((row) => [row.token_hash, row]))
    return asked.map(({ hash }) => byHash.get(hash) ?? null)
  })

  return {
    /** @param browser that holds it: its name for the list of one's own sessions, its id for rate limits */
    async open(personId: string, browser: { userAgent?: string; deviceId?: string } = {}): Promise<string> {
      const token = randomToken()
      const expiresAt = new Date(deps.clock.now() + deps.sessionMs)
      await sql`
        insert into sessions (token_hash, person_id, kind, device, device_key, expires_at)
        values (${sha256(token)}, ${personId}, 'cookie', ${deviceOf(browser.userAgent ?? '')},
          ${browser.deviceId === undefined ? null : sha256(browser.deviceId)}, ${expiresAt})`
      return token
    },

    /**
     * A session for the player in a page of `origin`, good in this tenant alone; it ends with the permission of the
     * origin, and with the key that vouched for the person (`keyId`), where one did. `device` is that of the embed's
     * session before, where this one follows one.
     */
    async openEmbed(
      personId: string,
      reach: EmbedReach & { keyId: string | null; device?: string | null },
    ): Promise<{ token: string; expiresAt: number }> {
      const token = randomToken()
      const expiresAt = deps.clock.now() + deps.embedSessionMs
      await sql`
        insert into sessions (token_hash, person_id, kind, tenant_id, origin, key_id, device_key, expires_at)
        values (${sha256(token)}, ${personId}, 'bearer', ${reach.tenantId}, ${reach.origin}, ${reach.keyId},
          ${reach.device ?? null}, ${new Date(expiresAt)})`
      return { token, expiresAt }
    },

    async end(token: string): Promise<void> {
      await sql`delete from sessions where token_hash = ${sha256(token)}`
    },

    /** Who holds this token, with roles as they are now; null for an unknown or expired one. */
    async actorOf(token: string | null, carrier: Carrier = 'cookie'): Promise<Actor | null> {
      if (!token || token.length > 200) return null
      const row = await lookUp(carrier, { hash: sha256(token), carrier })
      return row ? toActor(row) : null
    },

    /** A person's own, the newest first; `current` is the one with this token. */
    async list(personId: string, token: string | null): Promise<OwnSession[]> {
      return sql<OwnSession[]>`
        select device, origin, token_hash = ${sha256(token ?? '')} as current,
          (extract(epoch from created_at) * 1000)::bigint as "createdAt",
          (extract(epoch from expires_at) * 1000)::bigint as "expiresAt"
        from sessions where person_id = ${personId} and expires_at > ${new Date(deps.clock.now())}
        order by created_at desc, token_hash limit ${deps.sessionsShownMax}`
    },

    /** Ends all of a person's sessions but the one with this token. */
    async endOthers(personId: string, token: string | null): Promise<void> {
      await sql`delete from sessions where person_id = ${personId} and token_hash <> ${sha256(token ?? '')}`
    },

    async sweep(): Promise<void> {
      await sql`delete from sessions where expires_at < ${new Date(deps.clock.now())}`
    },
  }
}
function toActor(row: SessionRow): Actor {
  const { name, device } = row
  const person = { personId: row.person_id, name, guest: row.kind === 'guest', device }
  if (row.tenant_id !== null && row.origin !== null) {
    const embed = { tenantId: row.tenant_id, origin: row.origin }
    return { ...person, operator: false, embed, roles: new Map() }
  }
  const roles = Object.entries(row.roles).map(
    ([tenantId, role]) => [tenantId, { role, scopes: new Set(ROLE_SCOPES[role]) }] as const,
  )
  return { ...person, operator: row.operator, embed: null, roles: new Map(roles) }
}
