import { sql } from 'drizzle-orm'
import { check, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { tenants } from '../accounts/tables.ts'
import { createdAt, idColumn } from '../kernel/columns.ts'

/**
 * Every version of a tenant's shares, in basis points; the last one holds. The platform's is the operator's, the host's
 * are the owner's. An order keeps what they came to (`order_payees`).
 */
export const feeRules = pgTable(
  'fee_rules',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    version: integer('version').notNull(),
    platformBps: integer('platform_bps').notNull(),
    hostBps: integer('host_bps').notNull(),
    tipHostBps: integer('tip_host_bps').notNull(),
    /** A person's id. */
    by: text('by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.version] }),
    check('fee_rules_version', sql`${t.version} > 0`),
    check(
      'fee_rules_shares',
      sql`${t.platformBps} between 0 and 5000 and ${t.hostBps} between 0 and 5000 and ${t.tipHostBps} between 0 and 5000`,
    ),
  ],
)
