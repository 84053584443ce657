import type { Role } from '@shelfcast/shared/scopes.ts'
import { ROLE_SCOPES } from '@shelfcast/shared/scopes.ts'
import type { Actor } from '../kernel/actor.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { randomToken, sha256 } from '../kernel/secrets.ts'

interface SessionRow {
  person_id: string
  name: string
  kind: 'guest' | 'person'
  operator: boolean
  roles: Record<string, Role>
}

/** Opaque sessions: 256 random bits for the browser, their SHA-256 for the database. */
export function createSessions(deps: { db: Db; clock: Clock; sessionMs: number }) {
  const { sql } = deps.db

  return {
    async open(personId: string): Promise<string> {
      const token = randomToken()
      const expiresAt = new Date(deps.clock.now() + deps.sessionMs)
      await sql`
        insert into sessions (token_hash, person_id, kind, expires_at)
        values (${sha256(token)}, ${personId}, 'cookie', ${expiresAt})`
      return token
    },

    async end(token: string): Promise<void> {
      await sql`delete from sessions where token_hash = ${sha256(token)}`
    },

    /** Who holds this token, with roles as they are now; null for an unknown or expired one. */
    async actorOf(token: string | null): Promise<Actor | null> {
      if (!token || token.length > 200) return null
      const [row] = await sql<SessionRow[]>`
        select p.id as person_id, p.name, p.kind, p.operator,
          coalesce((select jsonb_object_agg(m.tenant_id, m.role) from memberships m where m.person_id = p.id), '{}') as roles
        from sessions s join persons p on p.id = s.person_id
        where s.token_hash = ${sha256(token)} and s.expires_at > ${new Date(deps.clock.now())}`
      return row ? toActor(row) : null
    },

    async sweep(): Promise<void> {
      await sql`delete from sessions where expires_at < ${new Date(deps.clock.now())}`
    },
  }
}

function toActor(row: SessionRow): Actor {
  const roles = Object.entries(row.roles).map(
    ([tenantId, role]) => [tenantId, { role, scopes: new Set(ROLE_SCOPES[role]) }] as const,
  )
  return {
    personId: row.person_id,
    name: row.name,
    guest: row.kind === 'guest',
    operator: row.operator,
    roles: new Map(roles),
  }
}
