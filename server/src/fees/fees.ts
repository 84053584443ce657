import type { FeeRule } from '@shelfcast/shared/api/fees.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import type { FeeTerms } from './rules.ts'

export type Fees = ReturnType<typeof createFees>

type Change = Partial<Pick<FeeRule, 'platformBps' | 'hostBps' | 'tipHostBps'>>

const NONE: FeeRule = { version: 0, platformBps: 0, hostBps: 0, tipHostBps: 0 }

/** What the platform and a show's host get of sales and tips, by tenant. A change is a new version. */
export function createFees({ db: { sql } }: { db: Db }) {
  const columns = sql`
    version, platform_bps as "platformBps", host_bps as "hostBps", tip_host_bps as "tipHostBps"`

  async function current(tenantId: string): Promise<FeeRule> {
    const [row] = await sql<FeeRule[]>`
      select ${columns} from fee_rules where tenant_id = ${tenantId} order by version desc limit 1`
    return row ?? NONE
  }

  return {
    current,

    /** What holds for sales of a show now. Its host is who leads it, or the only one. */
    async terms(tenantId: string, showId: string): Promise<FeeTerms> {
      const [row] = await sql<(FeeRule & { hostId: string | null })[]>`
        select ${columns}, show_host(${tenantId}, ${showId}) as "hostId"
        from fee_rules where tenant_id = ${tenantId} order by version desc limit 1`
      if (!row) return { rule: NONE, hostId: null }
      const { hostId, ...rule } = row
      return { rule, hostId }
    },

    /**
     * Sets some shares; the others stay.
     * @throws Fault `not_found`, `unavailable` when another change came at the same moment
     */
    async put(tenantId: string, change: Change, personId: string): Promise<FeeRule> {
      found((await sql`select 1 from tenants where id = ${tenantId}`)[0])
      const { version, ...was } = await current(tenantId)
      const to = { ...was, ...change }
      const [row] = await sql<FeeRule[]>`
        insert into fee_rules (tenant_id, version, platform_bps, host_bps, tip_host_bps, by)
        values (${tenantId}, ${version + 1}, ${to.platformBps}, ${to.hostBps}, ${to.tipHostBps}, ${personId})
        on conflict do nothing returning ${columns}`
      if (!row) throw new Fault('unavailable')
      return row
    },
  }
}
