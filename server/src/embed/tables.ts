import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { tenants } from '../accounts/tables.ts'
import { at, createdAt, idColumn } from '../kernel/columns.ts'

/** Public halves of the Ed25519 keys with which merchants sign identity tokens. Nothing in here is secret. */
export const identityKeys = pgTable(
  'identity_keys',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    /** The `kid` of tokens. */
    id: idColumn('id'),
    name: text('name').notNull(),
    /** PEM, SPKI. */
    publicKey: text('public_key').notNull(),
    createdAt: createdAt(),
    lastUsedAt: at('last_used_at'),
    revokedAt: at('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
)

/** Tokens that were used, until they expire. In Postgres: a Redis that lost its data must let no token in twice. */
export const identityUses = pgTable(
  'identity_uses',
  {
    tenantId: idColumn('tenant_id').references(() => tenants.id),
    jti: idColumn('jti'),
    expiresAt: at('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.jti] }), index('identity_uses_expiry').on(t.expiresAt)],
)
