import type { ShippingRule } from '@shelfcast/shared/api/shipping.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'

/** A rule and which version of the tenant's it is; 0 for a tenant that never set one. */
export interface VersionedRule {
  version: number
  rule: ShippingRule
}

export type Shipping = ReturnType<typeof createShipping>

const FREE: VersionedRule = {
  version: 0,
  rule: { elsewhere: { feeMinor: 0, freeFromMinor: null }, zones: [] },
}

/** What delivery costs, by tenant. Nothing is overwritten: a change is a new version. */
export function createShipping({ db: { sql } }: { db: Db }) {
  return {
    async current(tenantId: string): Promise<VersionedRule> {
      const [row] = await sql<VersionedRule[]>`
        select version, rule from shipping_rules where tenant_id = ${tenantId} order by version desc limit 1`
      return row ?? FREE
    },

    /** @throws Fault `unavailable` when another change came at the same moment */
    async put(tenantId: string, rule: ShippingRule, personId: string): Promise<VersionedRule> {
      const [row] = await sql<VersionedRule[]>`
        insert into shipping_rules (tenant_id, version, rule, by)
        select ${tenantId}, coalesce(max(version), 0) + 1, ${sql.json(rule)}, ${personId}
        from shipping_rules where tenant_id = ${tenantId}
        on conflict do nothing returning version, rule`
      if (!row) throw new Fault('unavailable')
      return row
    },
  }
}
