import { sql } from 'drizzle-orm'
import { check, index, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { createdAt, idColumn, minor } from '../kernel/columns.ts'

/**
 * Accounts of the double-entry ledger. `owner` is a person, a tenant, `platform` or a payment provider; `kind` what
 * the account is for (wallet, earnings, sales, clearing, issued). Balances are sums of entries, never stored.
 */
export const ledgerAccounts = pgTable(
  'ledger_accounts',
  {
    id: text('id').primaryKey(),
    ownerKind: text('owner_kind', { enum: ['person', 'tenant', 'platform', 'provider'] }).notNull(),
    ownerId: idColumn('owner_id'),
    kind: text('kind').notNull(),
    /** ISO 4217, or COIN. */
    currency: text('currency').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('ledger_accounts_owner').on(t.ownerKind, t.ownerId, t.kind, t.currency),
    check('ledger_accounts_owner_kind', sql`${t.ownerKind} in ('person', 'tenant', 'platform', 'provider')`),
  ],
)

/** A transfer happens once per (kind, ref). Its entries sum to zero per currency: a deferred trigger checks it. */
export const ledgerTransfers = pgTable(
  'ledger_transfers',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    ref: text('ref').notNull(),
    createdAt: createdAt(),
  },
  (t) => [unique('ledger_transfers_ref').on(t.kind, t.ref)],
)

/** Append-only: a trigger refuses UPDATE and DELETE. */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    id: text('id').primaryKey(),
    transferId: idColumn('transfer_id').references(() => ledgerTransfers.id),
    accountId: idColumn('account_id').references(() => ledgerAccounts.id),
    amountMinor: minor('amount_minor').notNull(),
    currency: text('currency').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index('ledger_entries_account').on(t.accountId, t.id),
    index('ledger_entries_transfer').on(t.transferId),
    /** Rows lie in the order of their times: a few pages of index find what was booked of late. */
    index('ledger_entries_time').using('brin', t.createdAt),
    check('ledger_entries_not_zero', sql`${t.amountMinor} <> 0`),
  ],
)
