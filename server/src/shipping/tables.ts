import type { ShippingRule } from '@shelfcast/shared/api/shipping.ts'
import { sql } from 'drizzle-orm'
import { check, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { tenants } from '../accounts/tables.ts'
import { createdAt, idColumn } from '../kernel/columns.ts'

/** Every version of a tenant's shipping rule; the last one holds. Orders name the version they were priced by. */
export const shippingRules = pgTable(
  'shipping_rules',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    version: integer('version').notNull(),
    rule: jsonb('rule').$type<ShippingRule>().notNull(),
    /** A person's id. */
    by: text('by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.version] }),
    check('shipping_rules_version', sql`${t.version} > 0`),
  ],
)
