import type { Currency } from '@shelfcast/shared/money.ts'
import { ROLE_SCOPES, type Role, type Scope } from '@shelfcast/shared/scopes.ts'
import type { Db } from '../kernel/db.ts'
import { violatedConstraint } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { pageOf } from '../kernel/page.ts'

export interface Tenant {
  id: string
  name: string
  slug: string
  currency: Currency
  allowedOrigins: string[]
  /** How long replays are kept after a show; 0: shows are not recorded. */
  replayDays: number
}

export function createTenants({ db: { sql } }: { db: Db }) {
  const columns = sql`id, name, slug, currency, allowed_origins as "allowedOrigins", replay_days as "replayDays"`

  return {
    /** @throws Fault `slug_taken` */
    async create(input: {
      name: string
      slug: string
      currency: Currency
      ownerId: string
    }): Promise<Tenant> {
      const id = newId('ten')
      try {
        const [tenant] = await sql<Tenant[]>`
          with tenant as (
            insert into tenants (id, name, slug, currency)
            values (${id}, ${input.name}, ${input.slug}, ${input.currency}) returning ${columns}
          ), owner as (
            insert into memberships (tenant_id, person_id, role) select id, ${input.ownerId}, 'owner' from tenant
          )
          select * from tenant`
        return tenant!
      } catch (error) {
        if (violatedConstraint(error) === 'tenants_slug_unique') throw new Fault('slug_taken')
        throw error
      }
    },

    /** Every tenant of the deployment, the newest first. */
    async list(page: { after?: string | undefined; limit: number }) {
      const rows = await sql<(Tenant & { platformBps: number })[]>`
        select ${columns}, coalesce((
          select platform_bps from fee_rules f where f.tenant_id = tenants.id order by version desc limit 1), 0) as "platformBps"
        from tenants ${page.after ? sql`where id < ${page.after}` : sql``}
        order by id desc limit ${page.limit + 1}`
      return pageOf(rows, page.limit)
    },

    async get(id: string): Promise<Tenant> {
      const [tenant] = await sql<Tenant[]>`select ${columns} from tenants where id = ${id}`
      return found(tenant)
    },

    /** @throws Fault `not_found` */
    async change(
      id: string,
      to: {
        name?: string | undefined
        allowedOrigins?: readonly string[] | undefined
        replayDays?: number | undefined
      },
    ): Promise<Tenant> {
      const [tenant] = await sql<Tenant[]>`
        update tenants set name = coalesce(${to.name ?? null}, name),
          allowed_origins = coalesce(${to.allowedOrigins ? [...to.allowedOrigins] : null}::text[], allowed_origins),
          replay_days = coalesce(${to.replayDays ?? null}, replay_days)
        where id = ${id} returning ${columns}`
      return found(tenant)
    },

    /** @throws Fault `last_owner` when this would leave the tenant without an owner */
    async putMember(tenantId: string, personId: string, role: Role): Promise<void> {
      const [row] = await sql<{ done: boolean }[]>`
        select put_member(${tenantId}, ${personId}, ${role}) as done`
      if (!row?.done) throw new Fault('last_owner')
    },

    async members(tenantId: string): Promise<{ personId: string; name: string; role: Role }[]> {
      return sql<{ personId: string; name: string; role: Role }[]>`
        select m.person_id as "personId", p.name, m.role
        from memberships m join persons p on p.id = m.person_id
        where m.tenant_id = ${tenantId} order by m.created_at, m.person_id`
    },

    async membershipsOf(
      personId: string,
    ): Promise<{ tenant: Omit<Tenant, 'allowedOrigins' | 'replayDays'>; role: Role; scopes: Scope[] }[]> {
      const rows = await sql<(Omit<Tenant, 'allowedOrigins' | 'replayDays'> & { role: Role })[]>`
        select t.id, t.name, t.slug, t.currency, m.role
        from memberships m join tenants t on t.id = m.tenant_id
        where m.person_id = ${personId} order by t.name, t.id`
      return rows.map(({ role, ...tenant }) => ({ tenant, role, scopes: [...ROLE_SCOPES[role]] }))
    },
  }
}
