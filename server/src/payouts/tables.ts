import { PAYOUT_STATES } from '@shelfcast/shared/api/payouts.ts'
import { sql } from 'drizzle-orm'
import { check, index, pgTable, text } from 'drizzle-orm/pg-core'
import { persons, tenants } from '../accounts/tables.ts'
import { at, createdAt, idColumn, minor } from '../kernel/columns.ts'

/**
 * What a merchant (of sales) or a host (of commission) asked to be paid. Booked to `payouts_due` when asked for, and on
 * or back when closed.
 */
export const payouts = pgTable(
  'payouts',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id').references(() => tenants.id),
    /** The host, where it is no merchant. */
    personId: text('person_id').references(() => persons.id),
    amountMinor: minor('amount_minor').notNull(),
    currency: text('currency').notNull(),
    state: text('state', { enum: PAYOUT_STATES }).notNull().default('requested'),
    note: text('note').notNull().default(''),
    requestedBy: idColumn('requested_by').references(() => persons.id),
    closedBy: text('closed_by').references(() => persons.id),
    createdAt: createdAt(),
    closedAt: at('closed_at'),
  },
  (t) => [
    index('payouts_tenant').on(t.tenantId, t.id),
    index('payouts_person').on(t.personId, t.id).where(sql`${t.personId} is not null`),
    check('payouts_payee', sql`num_nonnulls(${t.tenantId}, ${t.personId}) = 1`),
    check('payouts_amount', sql`${t.amountMinor} > 0`),
    check('payouts_state', sql`${t.state} in ('requested', 'paid', 'refused')`),
  ],
)
